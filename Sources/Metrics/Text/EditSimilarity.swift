// edit_similarity: how much of the answer would have to be changed to make it the right text?

/// Levenshtein's distance as a similarity.
public struct EditSimilarity: Metric {
  public let name = "edit_similarity"
  public let documentation = """
    1 less the smallest number of insertions, deletions and substitutions of code points that turn the answer into the right text, divided by the \
    length of the longer one; 1 where both are empty. The best of several right texts counts.
    """
  public let source = "Levenshtein 1966; PyPI rapidfuzz 3.14, `Levenshtein.normalized_similarity`"
  public let unit = MetricUnit.ratio
  public let range = 0.0...1.0
  public let higherIsBetter = true
  public let judgesCorrectness = false
  public let scores: Set<ResponseKind> = [.text]
  public var aggregation: any Aggregation { Mean() }

  public init() {}

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    let (text, references) = try text(response)
    let answer = text.codePoints
    var best = 0.0
    for reference in references {
      let right = reference.codePoints
      let longer = max(answer.count, right.count)
      best = max(best, longer == 0 ? 1 : 1 - Double(levenshteinDistance(answer, right)) / Double(longer))
    }
    return try Measurement(best)
  }
}

/// How many insertions, deletions and substitutions of one element turn one list into the other.
///
/// Bit-parallel (Myers 1999, Hyyrö 2003), 64 rows of the table at a time: time is the product of the lengths over 64, memory is linear.
func levenshteinDistance<Element: Hashable>(_ first: [Element], _ second: [Element]) -> Int {
  let (columns, rows) = first.count < second.count ? (second, first) : (first, second)
  if rows.isEmpty { return columns.count }
  // Elements as numbers, so that the masks of 64 rows are an array.
  var numbers: [Element: Int] = [:]
  let rowNumbers = rows.map { element in
    let number = numbers[element] ?? numbers.count
    numbers[element] = number
    return number
  }
  let columnNumbers = columns.map { numbers[$0] ?? -1 }
  var masks = [UInt64](repeating: 0, count: numbers.count)
  // By how much the table grows along each column's step at the lower edge of the rows so far: at the upper edge of the table, by 1.
  var steps = [Int8](repeating: 1, count: columns.count)
  var distance = rows.count
  for start in stride(from: 0, to: rows.count, by: 64) {
    let block = rowNumbers[start..<min(start + 64, rows.count)]
    for (bit, number) in block.enumerated() { masks[number] |= 1 << UInt64(bit) }
    let lastRow: UInt64 = 1 << UInt64(block.count - 1)
    // Rows at which the table grows, or shrinks, downwards.
    var grows: UInt64 = .max
    var shrinks: UInt64 = 0
    for (column, number) in columnNumbers.enumerated() {
      let above = steps[column]
      var equal = number >= 0 ? masks[number] : 0
      let free = equal | shrinks
      if above < 0 { equal |= 1 }
      let diagonal = (((equal & grows) &+ grows) ^ grows) | equal
      var right = shrinks | ~(diagonal | grows)
      var left = grows & diagonal
      steps[column] = right & lastRow != 0 ? 1 : left & lastRow != 0 ? -1 : 0
      right = right << 1 | (above > 0 ? 1 : 0)
      left = left << 1 | (above < 0 ? 1 : 0)
      grows = left | ~(free | right)
      shrinks = right & free
    }
    for number in block { masks[number] = 0 }
  }
  for step in steps { distance += Int(step) }
  return distance
}
