import Architecture
import Checkpoints
import Edits
import Foundation
import LinearAlgebra
import Probes
import Statistics
import Tokenization
import Transformer
import Updates

/// Trains probes on the reference and follows them across models and edits.
///
/// A unit is one property under one condition.
public struct ProbeRunner: Sendable {
  /// The plan and its inputs.
  public let resolved: ResolvedPlan<ProbePlan>
  /// What a user should know before the numbers.
  public let warnings: [String]
  private let models: [ModelCheckpoint]
  private let pair: CheckpointPair?
  private let sets: [ProbeSet]
  private let tokenizer: any Tokenizer
  private let sites: [Site]
  private let conditions: [ProbeCondition]

  private var plan: ProbePlan { resolved.plan }

  /// Opens and checks everything that a plan names.
  ///
  /// - Throws: ``ExperimentError``, `CheckpointError`, `ProbeError`, `ArchitectureError`,
  ///   `TokenizerError`.
  public init(_ plan: ProbePlan) throws {
    try plan.validate()
    let reference = try ModelCheckpoint.open(URL(fileURLWithPath: plan.models[0]))
    var inputs = try ModelInputs.files(of: reference, role: "model 0")
    var notes: [String] = []
    var models = [reference]
    for (index, path) in plan.models.enumerated().dropFirst() {
      let model = try ModelCheckpoint.open(URL(fileURLWithPath: path), base: reference)
      notes += try CheckpointPair(base: reference, tuned: model).warnings
      inputs += try model.files.filter { !reference.files.contains($0) }
        .map { try InputFile(role: "model \(index)", file: $0) }
      models.append(model)
    }
    self.models = models
    pair = models.count > 1 ? try CheckpointPair(base: reference, tuned: models[1]) : nil
    let loaded = try ProbeSet.load(plan.probes.map { URL(fileURLWithPath: $0) })
    inputs += try loaded.compactMap(\.file).map { try InputFile(role: "probes", file: $0) }
    sets = try loaded.map { try ProbeSet(name: $0.name, items: Self.chosen($0.items, plan)) }
    sites = try plan.sites.flatMap {
      try Site.expand($0, layerCount: reference.specification.layerCount).map(\.site)
    }.uniqued()
    conditions = try ProbeCondition.all(of: plan, in: reference.weights)
    tokenizer = try TokenizerLoader.load(directory: reference.url) { notes.append($0) }
    warnings = notes
    resolved = ResolvedPlan(plan: plan, inputs: inputs)
  }

  private static func chosen(_ items: [ProbeItem], _ plan: ProbePlan) -> [ProbeItem] {
    let first = Array(items.prefix(plan.limit ?? items.count))
    guard let sample = plan.sample else { return first }
    return Subset.indices(of: first.map(\.id), count: sample, seed: plan.seed).map { first[$0] }
  }

  /// Probes what is not probed yet.
  public func run(in directory: RunDirectory, threads: Int, progress: Progress) throws {
    let store = directory.store
    let activations = ActivationStore(directory.url.appendingPathComponent("activations"))
    let total = sets.count * conditions.count
    let subspaces = SubspaceProvider()
    for (number, set) in sets.enumerated() {
      let study = try ProbeStudy(set, options: options)
      let capture = ActivationCapture(
        try TokenizedItems(set.items, tokenizer: tokenizer), store: activations)
      for (index, condition) in conditions.enumerated() {
        let position = number * conditions.count + index
        let key = "\(set.name)|\(condition.id)"
        if try store.finishedUnits().contains(key) { continue }
        progress.update(position, of: total, "\(set.name), \(condition.id)")
        let begin = ContinuousClock.now
        let matrices = try capture.activations(
          at: sites, key: contentKey(set, condition),
          model: { try model(condition, subspaces, threads: threads) })
        let named = zip(sites, matrices).map { (name: $0.name, activations: $1) }
        if condition.model == 0 {
          let trained = try study.train(named, threads: threads)
          let geometry = try geometry(trained, subspaces)
          try writeDirections(trained, set.name, directory.url)
          try store.finish(unit: key, position: position, seconds: since(begin)) {
            try write(trained, geometry, position, to: $0)
          }
        } else {
          let reference = try store.records(TrainedProbe.self, section: "trained \(set.name)")
          let transfers = try study.transfer(reference, to: named, threads: threads)
          try store.finish(unit: key, position: position, seconds: since(begin)) { writer in
            for (offset, transfer) in transfers.enumerated() {
              try writer.record(
                section: "transfer", name: "\(key)|\(transfer.site)",
                position: position * sites.count + offset,
                TransferRecord(transfer, condition: condition.id))
            }
          }
        }
      }
    }
    progress.update(total, of: total, "done")
  }

  /// What was probed.
  public func result(of store: RunStore) throws -> ProbeResult {
    try ProbeResult(of: store, provenance: resolved.provenance)
  }

  private var options: ProbeOptions {
    var options = ProbeOptions()
    options.folds = plan.folds
    options.grid = plan.penalties
    options.seed = plan.seed
    return options
  }

  private func since(_ begin: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - begin) / .seconds(1)
  }

  // MARK: Models

  private func model(
    _ condition: ProbeCondition, _ subspaces: SubspaceProvider, threads: Int
  ) throws -> DecoderModel {
    if let index = condition.model { return DecoderModel(models[index], threads: threads) }
    guard let edit = condition.edit, let pair else {
      throw ExperimentError.contradiction("edits need a tuned model")
    }
    let edited = try EditedTensors(pair: pair, edit: edit, subspaces: subspaces)
    let reference = edited.reference == .base ? pair.base : pair.tuned
    return DecoderModel(reference, threads: threads)
      .overlaying(edited, changing: edited.editedNames)
  }

  /// Equal for equal weights, edit, items and tokenizer.
  private func contentKey(_ set: ProbeSet, _ condition: ProbeCondition) throws -> String {
    let roles =
      condition.model.map { $0 == 0 ? ["model 0"] : ["model 0", "model \($0)"] }
      ?? ["model 0", "model 1"]
    let parts =
      roles.map { ModelInputs.content(of: resolved.inputs, role: $0) } + [
        condition.model.map { "model \($0 == 0 ? "reference" : "tuned")" } ?? "edit",
        try condition.edit.map { try CanonicalJSON.text($0) } ?? "",
        try CanonicalJSON.text(set.items),
      ]
    return ContentHash.sha256(of: parts.joined(separator: "\n"))
  }

  // MARK: Records

  private func write(
    _ trained: [TrainedProbe], _ geometry: [ProbeGeometryRecord], _ position: Int,
    to writer: RunWriter
  ) throws {
    guard let property = trained.first?.property else { return }
    for (offset, probe) in trained.enumerated() {
      let place = position * sites.count + offset
      try writer.record(
        section: "trained \(property)", name: probe.site, position: place, probe,
        numbers: false)
      try writer.record(
        section: "probe", name: "\(property)|\(probe.site)", position: place, ProbeRecord(probe))
    }
    for (offset, record) in geometry.enumerated() {
      let name = [
        property, record.site, record.label, record.matrix, record.relation, record.subspace,
      ].compactMap { $0 }.joined(separator: "|")
      try writer.record(
        section: "geometry", name: name, position: position * 100_000 + offset, record)
    }
    try writer.record(
      section: "cosines", name: property, position: position,
      ProbeCosineRecord(
        property: property, sites: trained.map(\.site),
        cosines: ProbeGeometry.cosines(trained.map(\.probe))))
  }

  /// Directions of residual-stream sites, one file a kind of site.
  private func writeDirections(_ trained: [TrainedProbe], _ property: String, _ run: URL) throws {
    let directory = run.appendingPathComponent("directions")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let residual: [Site.Point] = [.residualPre, .residualMid, .residualPost]
    for point in residual {
      let probes = zip(sites, trained).filter { $0.0.point == point }
        .map { (site: $0.0, probe: $0.1.probe) }
      guard !probes.isEmpty else { continue }
      try DirectionFile.write(
        probes, metadata: [("property", property), ("site", point.rawValue)],
        to: directory.appendingPathComponent("\(property).\(point.rawValue).safetensors"))
    }
  }

  // MARK: Geometry

  private func geometry(_ trained: [TrainedProbe], _ subspaces: SubspaceProvider) throws
    -> [ProbeGeometryRecord]
  {
    let table = models[0].weights
    var records: [ProbeGeometryRecord] = []
    for (site, probe) in zip(sites, trained) {
      let neighbours = SiteMatrices(site, in: table)
      let sides =
        neighbours.writers.map { ($0, "writes") } + neighbours.readers.map { ($0, "reads") }
      for (entry, relation) in sides where entry.isProjection {
        for (subspace, basis) in try bases(entry, relation, site, subspaces) {
          for (label, direction) in directions(of: probe.probe) {
            records.append(
              ProbeGeometryRecord(
                property: probe.property, site: site.name, label: label, matrix: entry.name,
                relation: relation, subspace: subspace,
                share: try ProbeGeometry.share(of: direction, in: basis)))
          }
        }
      }
    }
    return records
  }

  private func directions(of probe: LinearProbe) -> [(label: String?, direction: [Double])] {
    let weights = probe.rawWeights
    let labels: [String?] = weights.count > 1 ? probe.classes.map { $0 } : [nil]
    return zip(labels, weights).filter { $0.1.contains { $0 != 0 } }.map { ($0.0, $0.1) }
  }

  /// Orthonormal rows of the leading subspaces of a matrix and of its update, in the site's
  /// coordinates.
  private func bases(
    _ entry: WeightEntry, _ relation: String, _ site: Site, _ subspaces: SubspaceProvider
  ) throws -> [(subspace: String, basis: Matrix<Double>)] {
    let base = try models[0].source.doubleMatrix(entry.name)
    let own = try SingularSubspace<Double>(of: base, rank: plan.rank)
    var found = [("base", try basis(own, relation, entry, site))]
    if let pair {
      let delta = try pair.deltaDouble(entry.name)
      if delta.elements.contains(where: { $0 != 0 }) {
        let update = try SingularSubspace<Double>(of: delta, rank: plan.rank)
        found.append(("update", try basis(update, relation, entry, site)))
      }
    }
    return found
  }

  private func basis(
    _ subspace: SingularSubspace<Double>, _ relation: String, _ entry: WeightEntry, _ site: Site
  ) throws -> Matrix<Double> {
    guard relation == "reads" else { return subspace.u.transposed }
    guard let norm = try normWeight(before: entry, site) else { return subspace.v.transposed }
    // The matrix reads the stream through a norm: its directions carry the norm's weight.
    let scaled = Matrix(rows: subspace.v.rows, columns: subspace.v.columns) { row, column in
      subspace.v[row, column] * norm[row]
    }
    return try scaled.orthonormalColumns().transposed
  }

  /// The weight of the RMSNorm between a residual-stream site and a matrix that reads it.
  private func normWeight(before entry: WeightEntry, _ site: Site) throws -> [Double]? {
    let isStream = [
      Site.Point.embedding, .residualPre, .residualMid, .residualPost, .attentionOut,
      .feedForwardOut, .attentionNormalized, .feedForwardNormalized,
    ].contains(site.point)
    guard isStream, entry.reads == .residual, let layer = entry.layer else { return nil }
    let role: WeightRole =
      [.gate, .up].contains(entry.role) ? .feedForwardNorm : .attentionNorm
    guard let norm = models[0].weights.entry(role, layer: layer) else { return nil }
    return try models[0].source.doubleMatrix(norm.name).elements
  }
}
