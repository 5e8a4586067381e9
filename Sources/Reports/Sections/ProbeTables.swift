import Experiments
import Probes
import Statistics

/// Tables of probes.
public enum ProbeTables {
  /// One row a property and site: `probes.csv`.
  public static func probes(_ probes: [ProbeRecord]) -> Table {
    var table = Table([
      .init("property"), .init("site"), .init("metric"), .init("value", isNumeric: true),
      .init("low", isNumeric: true), .init("high", isNumeric: true),
      .init("majority", isNumeric: true), .init("shuffled", isNumeric: true),
      .init("random_direction", isNumeric: true), .init("selectivity", isNumeric: true),
      .init("c", isNumeric: true),
    ])
    for probe in probes {
      for metric in probe.metrics {
        table.append([
          .text(probe.property), .text(probe.site), .text(metric.metric.rawValue),
          .number(metric.value), .number(metric.interval?.low), .number(metric.interval?.high),
          .number(probe.controls?.majority), .number(probe.controls?.shuffled?.mean),
          .number(probe.controls?.randomDirections?.mean),
          .number(probe.controls?.selectivity?.difference.mean), .number(probe.c),
        ])
      }
    }
    return table
  }

  /// One row a property, condition and site: `transfers.csv`.
  public static func transfers(_ transfers: [TransferRecord]) -> Table {
    var table = Table([
      .init("property"), .init("condition"), .init("site"), .init("metric"),
      .init("transferred", isNumeric: true), .init("retrained", isNumeric: true),
      .init("transfer_loss", isNumeric: true), .init("transfer_p", isNumeric: true),
      .init("retrained_loss", isNumeric: true), .init("retrained_p", isNumeric: true),
      .init("cosine", isNumeric: true), .init("verdict"),
    ])
    for transfer in transfers {
      for metric in transfer.transferred {
        table.append([
          .text(transfer.property), .text(transfer.condition), .text(transfer.site),
          .text(metric.metric.rawValue), .number(metric.value),
          .number(transfer.retrained[metric.metric]?.value),
          .number(transfer.transferLoss.estimate.mean),
          .number(transfer.transferLoss.pValue, digits: 4),
          .number(transfer.retrainedLoss.estimate.mean),
          .number(transfer.retrainedLoss.pValue, digits: 4), .number(transfer.cosine),
          .text(transfer.verdict.rawValue),
        ])
      }
    }
    return table
  }

  /// One row a direction and subspace: `geometry.csv`.
  public static func geometry(_ records: [ProbeGeometryRecord]) -> Table {
    var table = Table([
      .init("property"), .init("site"), .init("label"), .init("matrix"), .init("relation"),
      .init("subspace"), .init("share", isNumeric: true), .init("expected", isNumeric: true),
      .init("random_low", isNumeric: true), .init("random_high", isNumeric: true),
      .init("p", isNumeric: true),
    ])
    for record in records {
      table.append([
        .text(record.property), .text(record.site), .text(record.label), .text(record.matrix),
        .text(record.relation), .text(record.subspace), .number(record.share.share, digits: 4),
        .number(record.share.expected, digits: 4), .number(record.share.random.low, digits: 4),
        .number(record.share.random.high, digits: 4), .number(record.share.pValue, digits: 4),
      ])
    }
    return table
  }

  /// One row a pair of sites: `cosines.csv`.
  public static func cosines(_ records: [ProbeCosineRecord]) -> Table {
    var table = Table([
      .init("property"), .init("first"), .init("second"), .init("cosine", isNumeric: true),
    ])
    for record in records {
      for (row, first) in record.sites.enumerated() {
        for (column, second) in record.sites.enumerated() where column > row {
          table.append([
            .text(record.property), .text(first), .text(second),
            .number(record.cosines[row][column]),
          ])
        }
      }
    }
    return table
  }
}
