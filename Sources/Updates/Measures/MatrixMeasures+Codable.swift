/// JSON of a matrix: every measure is present, null where it has no value.
extension MatrixMeasures: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
    init(_ name: String) { stringValue = name }
  }

  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    func put(_ key: String, _ value: some Encodable) throws {
      try object.encode(value, forKey: Key(key))
    }
    try put("name", name)
    try put("layer", layer)
    try put("module", module)
    try put("rows", rows)
    try put("columns", columns)
    try put("base_dtype", baseType)
    try put("tuned_dtype", tunedType)
    try put("heads", heads)
    try put("rank", rank)
    try put("mask_rank", maskRank)
    try put("mask_alpha", maskAlpha)
    for measure in Measure.allCases {
      if let (name, key) = measure.nesting {
        var nested = object.nestedContainer(keyedBy: Key.self, forKey: Key(name))
        try nested.encode(self[measure], forKey: Key(key))
      } else {
        try put(measure.rawValue, self[measure])
      }
    }
    try put("energy_expected", energyExpected)
    try put("energy_curve", energyCurve)
    try put("k_dependent", isRankDependent)
    try put("rank_shares", rankShares)
    try put("sparsity_curve", sparsityCurve)
    try put("overlap_expected", overlapExpected)
    try put("angles_u_deg", anglesU)
    try put("angles_v_deg", anglesV)
    try put("bounds", bounds)
    try put("row_densities", rowDensities)
    try put("column_densities", columnDensities)
    try put("warnings", warnings)
    var reasons = object.nestedContainer(keyedBy: Key.self, forKey: Key("undefined"))
    for (measure, reason) in undefined { try reasons.encode(reason, forKey: Key(measure.rawValue)) }
    var against = object.nestedContainer(keyedBy: Key.self, forKey: Key("nulls"))
    for (null, result) in nulls { try against.encode(result, forKey: Key(null.rawValue)) }
  }

  public init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: Key.self)
    func take<Value: Decodable>(_ key: String, as type: Value.Type = Value.self) throws -> Value {
      try object.decode(type, forKey: Key(key))
    }
    name = try take("name")
    layer = try take("layer")
    module = try take("module")
    rows = try take("rows")
    columns = try take("columns")
    baseType = try take("base_dtype")
    tunedType = try take("tuned_dtype")
    heads = try take("heads")
    rank = try take("rank")
    maskRank = try take("mask_rank")
    maskAlpha = try take("mask_alpha")
    for measure in Measure.allCases {
      if let (name, key) = measure.nesting {
        let nested = try object.nestedContainer(keyedBy: Key.self, forKey: Key(name))
        values[measure] = try nested.decode(Double?.self, forKey: Key(key))
      } else {
        values[measure] = try take(measure.rawValue, as: Double?.self)
      }
    }
    energyExpected = try take("energy_expected")
    energyCurve = try take("energy_curve")
    isRankDependent = try take("k_dependent")
    rankShares = try take("rank_shares")
    sparsityCurve = try take("sparsity_curve")
    overlapExpected = try take("overlap_expected")
    anglesU = try take("angles_u_deg")
    anglesV = try take("angles_v_deg")
    bounds = try take("bounds")
    rowDensities = try take("row_densities")
    columnDensities = try take("column_densities")
    warnings = try take("warnings")
    let reasons = try take("undefined", as: [String: String].self)
    for (key, reason) in reasons {
      if let measure = Measure(rawValue: key) { undefined[measure] = reason }
    }
    let against = try take("nulls", as: [String: NullResult].self)
    for (key, result) in against {
      if let null = UpdateNull(rawValue: key) { nulls[null] = result }
    }
  }
}
