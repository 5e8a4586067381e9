/// Why probe data cannot be read, or a probe cannot be trained.
public enum ProbeError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A probe file that cannot be opened.
  case unreadable(file: String, reason: String)
  /// No probe file, a directory without one, or a file without items.
  case noItems(place: String)
  /// A line that is not a JSON object.
  case invalidJSON(place: String, reason: String)
  /// A field that is missing, unknown, of the wrong type or out of range.
  case invalidField(place: String, field: String, expected: String, found: String)
  /// An id that stands twice in a file.
  case duplicateID(place: String, id: String, first: String)
  /// Class names and numbers as labels of one property.
  case mixedLabels(place: String, expected: String, found: String)
  /// All items, or all of a training fold, have one label.
  case oneLabel(property: String, label: String, place: String)
  /// Fewer items or types than folds.
  case tooFew(property: String, what: String, found: Int, folds: Int)
  /// An option outside its range.
  case invalidOption(name: String, expected: String, found: String)
  /// Activations whose shape does not fit the items or the probe.
  case shape(what: String, expected: Int, found: Int)
  /// An activation that is NaN or infinite.
  case notFinite(item: String, column: Int)
  /// A position without a token.
  case noToken(item: String, span: Range<Int>?)
  /// An optimiser that stopped above its tolerance.
  case notConverged(iterations: Int, gradientNorm: Double, tolerance: Double)
  /// A site that has no single vector a token.
  case unsupportedSite(String)

  /// What, where, expected, found, and what to try.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason):
      "\(file): cannot be read: \(reason)"
    case .noItems(let place):
      "\(place): no probe items; a probe file (*.jsonl) holds one JSON object a line"
    case .invalidJSON(let place, let reason):
      "\(place): \(reason); a probe file holds one JSON object a line"
    case .invalidField(let place, let field, let expected, let found):
      "\(place): \(field): expected \(expected), found \(found)"
    case .duplicateID(let place, let id, let first):
      "\(place): id \"\(id)\" stands already at \(first); ids are unique within a file"
    case .mixedLabels(let place, let expected, let found):
      "\(place): label: expected \(expected) as on the file's first line, found \(found); a "
        + "property has class names or numbers, not both"
    case .oneLabel(let property, let label, let place):
      "\(property): expected at least 2 different labels in \(place), found only \"\(label)\"; add "
        + "items of another label, spread over more types"
    case .tooFew(let property, let what, let found, let folds):
      "\(property): expected at least \(folds) \(what) for \(folds) folds, found \(found); add "
        + "items or ask for fewer folds"
    case .invalidOption(let name, let expected, let found):
      "\(name): expected \(expected), found \(found)"
    case .shape(let what, let expected, let found):
      "\(what): expected \(expected), found \(found); were the activations captured for these items?"
    case .notFinite(let item, let column):
      "item \(item): activation \(column) is not a finite number; look for NaN or infinite weights"
    case .noToken(let item, let span?):
      "item \(item): no token holds characters \(span.lowerBound) to \(span.upperBound); move the span"
    case .noToken(let item, nil):
      "item \(item): its text has no token; give it some text"
    case .notConverged(let iterations, let norm, let tolerance):
      "logistic regression: expected a gradient norm of at most \(tolerance), found \(norm) after "
        + "\(iterations) iterations; lower C or raise the tolerance"
    case .unsupportedSite(let name):
      "\(name): expected a site with one vector a token, found one without; choose another site"
    }
  }
}
