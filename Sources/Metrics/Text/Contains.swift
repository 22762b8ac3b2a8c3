// contains: does the right text stand somewhere in the answer?

/// Whether a right text is part of the answer.
public struct Contains: Metric, TextFinder {
  public let name = "contains"
  public let documentation = "1 if one of the right texts stands anywhere in the answer, code point by code point, else 0."
  public let source = "promptfoo, `contains` and `icontains`; inspect, `includes`"
  public var ignoresCase: Bool

  public init(ignoresCase: Bool = false) { self.ignoresCase = ignoresCase }

  func finds(_ right: [Unicode.Scalar], in answer: [Unicode.Scalar]) -> Bool {
    // Knuth, Morris and Pratt: how long a start of the text is also its end, so that no answer takes more than linear time.
    if right.isEmpty { return true }
    var borders = [0]
    var length = 0
    for index in right.indices.dropFirst() {
      while length > 0, right[index] != right[length] { length = borders[length - 1] }
      if right[index] == right[length] { length += 1 }
      borders.append(length)
    }
    length = 0
    for scalar in answer {
      while length > 0, scalar != right[length] { length = borders[length - 1] }
      if scalar == right[length] { length += 1 }
      if length == right.count { return true }
    }
    return false
  }
}
