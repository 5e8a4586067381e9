extension Edit {
  enum CodingKeys: String, CodingKey {
    case operation, component, selection, rank, lambda, rescale, include, rounding, control
    case maskRank = "mask_rank"
    case maskAlpha = "mask_alpha"
  }

  /// Writes the inclusions in a fixed order, so that equal edits have equal text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(operation, forKey: .operation)
    try container.encode(component, forKey: .component)
    try container.encode(selection, forKey: .selection)
    try container.encode(rank, forKey: .rank)
    try container.encode(maskRank, forKey: .maskRank)
    try container.encode(maskAlpha, forKey: .maskAlpha)
    try container.encode(lambda, forKey: .lambda)
    try container.encode(rescale, forKey: .rescale)
    try container.encode(Inclusion.allCases.filter(include.contains), forKey: .include)
    try container.encodeIfPresent(rounding, forKey: .rounding)
    try container.encodeIfPresent(control, forKey: .control)
  }
}
