import Evaluation
import Foundation
import Statistics

/// Tables of one model's abilities.
public enum ScoreTables {
  /// One row an ability and metric.
  public static func table(_ summaries: [AbilitySummary]) -> Table {
    var table = Table([
      .init("ability"), .init("kind"), .init("n", isNumeric: true),
      .init("groups", isNumeric: true), .init("metric"), .init("value", isNumeric: true),
      .init("low", isNumeric: true), .init("high", isNumeric: true),
    ])
    for summary in summaries {
      for (metric, estimate) in summary.metrics.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        table.append([
          .text(summary.ability), .text(summary.kind.rawValue), .count(summary.n),
          .count(summary.groups), .text(metric.rawValue), .number(estimate.value, digits: 4),
          .number(estimate.interval?.low, digits: 4), .number(estimate.interval?.high, digits: 4),
        ])
      }
    }
    return table
  }
}
