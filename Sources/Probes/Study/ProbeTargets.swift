/// The labels of a property as numbers.
package enum ProbeTargets: Sendable, Equatable {
  /// An index of `names`, sorted class names, for each item.
  case classes([Int], names: [String])
  /// A number for each item.
  case numbers([Double])

  package init(_ items: [ProbeItem]) {
    var categories: [String] = []
    var numbers: [Double] = []
    for item in items {
      switch item.label {
      case .category(let name): categories.append(name)
      case .number(let value): numbers.append(value)
      }
    }
    guard numbers.isEmpty else {
      self = .numbers(numbers)
      return
    }
    let names = Set(categories).sorted()
    let index = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    self = .classes(categories.map { index[$0] ?? 0 }, names: names)
  }

  var count: Int {
    switch self {
    case .classes(let labels, _): labels.count
    case .numbers(let values): values.count
    }
  }

  /// The label of an item in words.
  func shown(_ index: Int) -> String {
    switch self {
    case .classes(let labels, let names): names[labels[index]]
    case .numbers(let values): "\(values[index])"
    }
  }

  /// What folds are stratified by; nil for numbers.
  var strata: [String]? {
    guard case .classes(let labels, let names) = self else { return nil }
    return labels.map { names[$0] }
  }

  /// Whether the items at these indices have more than one label.
  func varies(over indices: [Int]) -> Bool {
    guard let first = indices.first else { return false }
    return switch self {
    case .classes(let labels, _): indices.contains { labels[$0] != labels[first] }
    case .numbers(let values): indices.contains { values[$0] != values[first] }
    }
  }

  /// The same kind of targets with item i taking the label of item sources[i].
  func rearranged(_ sources: [Int]) -> ProbeTargets {
    switch self {
    case .classes(let labels, let names): .classes(sources.map { labels[$0] }, names: names)
    case .numbers(let values): .numbers(sources.map { values[$0] })
    }
  }
}
