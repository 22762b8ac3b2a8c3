// The choice with the largest value.

/// The index of the largest value, the first one where several are equal, as `numpy.argmax` has it.
///
/// - Returns: nil for no values, or where one of them is not a number: no choice can be held to be the model's then.
func argmax(_ values: [Double]) -> Int? {
  var best: Int?
  for (index, value) in values.enumerated() {
    if value.isNaN { return nil }
    if best.map({ value > values[$0] }) ?? true { best = index }
  }
  return best
}
