/// Plain summaries of a list of numbers; float64, summed in order.
public enum Summary {
  /// The arithmetic mean; nil of an empty list.
  public static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// The sample variance with divisor n − 1, in two passes; nil below two values.
  public static func variance(_ values: [Double]) -> Double? {
    guard values.count > 1, let mean = mean(values) else { return nil }
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }

  /// The sample standard deviation; nil below two values.
  public static func standardDeviation(_ values: [Double]) -> Double? {
    variance(values)?.squareRoot()
  }

  /// The standard error of the mean, s/√n, as lm-evaluation-harness prints it (`mean_stderr`,
  /// also for accuracies); nil below two values.
  public static func standardError(_ values: [Double]) -> Double? {
    variance(values).map { ($0 / Double(values.count)).squareRoot() }
  }

  /// The standard error of the mean of clustered values; nil below two clusters.
  ///
  /// √(G/(G−1) · Σ_g (Σ_{i∈g} (x_i − x̄))²) / n; with clusters of one it equals s/√n.
  ///
  /// - Source: Miller 2024, "Adding error bars to evals", arXiv 2411.00640 §2.2, with the factor
  ///   G/(G−1) of Cameron & Miller 2015.
  public static func standardError(_ values: [Double], clusters: Clusters) -> Double? {
    guard clusters.count > 1, values.count == clusters.assignment.count,
      let mean = mean(values)
    else { return nil }
    let sums = clusters.sums(of: values.map { $0 - mean })
    let correction = Double(clusters.count) / Double(clusters.count - 1)
    return (correction * sums.reduce(0) { $0 + $1 * $1 }).squareRoot() / Double(values.count)
  }

  /// The quantile at a probability, linear between order statistics (numpy's default, type 7 of
  /// Hyndman & Fan 1996); nil of an empty list or outside [0, 1].
  public static func quantile(_ values: [Double], at probability: Double) -> Double? {
    quantile(sorted: values.sorted(), at: probability)
  }

  /// The quantile of values that are already in ascending order.
  public static func quantile(sorted values: [Double], at probability: Double) -> Double? {
    guard !values.isEmpty, (0...1).contains(probability) else { return nil }
    let position = probability * Double(values.count - 1)
    let below = Int(position)
    let above = min(below + 1, values.count - 1)
    return values[below] + (position - Double(below)) * (values[above] - values[below])
  }

  /// The median; nil of an empty list.
  public static func median(_ values: [Double]) -> Double? { quantile(values, at: 0.5) }
}
