/// The point of [low, high] where a condition that holds at first stops holding.
///
/// Halves the interval until its ends are neighbouring numbers or 200 halvings are done, so the
/// result is exact to rounding wherever the condition itself is.
func bisect(from low: Double, to high: Double, while holds: (Double) -> Bool) -> Double {
  var low = low
  var high = high
  for _ in 0..<200 {
    let middle = low + (high - low) / 2
    guard middle > low, middle < high else { break }
    if holds(middle) { low = middle } else { high = middle }
  }
  return low + (high - low) / 2
}
