// What a stage looks for in a text: a fixed text or a pattern.

/// A fixed text or a compiled pattern, as `Split` and `Replace` take it.
enum TextPattern: Sendable {
  case literal([UInt8])
  case regex(SplitPattern)

  /// The matches in `bytes[range]`, left to right. An empty fixed text matches between any two scalars, as an empty pattern does.
  func matches(in bytes: [UInt8], _ range: Range<Int>, _ found: (Range<Int>) -> Void) throws(RunawayPattern) {
    switch self {
    case .regex(let pattern): try pattern.matches(in: bytes, range, found)
    case .literal(let text):
      guard let first = text.first else {
        if range.isEmpty { return }
        var position = range.lowerBound
        while position < range.upperBound {
          found(position..<position)
          position += scalarWidth(bytes[position])
        }
        found(position..<position)
        return
      }
      var position = range.lowerBound
      while position + text.count <= range.upperBound {
        if bytes[position] == first, starts(bytes, at: position, with: text) {
          found(position..<position + text.count)
          position += text.count
        } else {
          position += 1
        }
      }
    }
  }
}

/// Whether `text` stands in `bytes` at `position`; there must be room for it.
@inline(__always)
func starts(_ bytes: [UInt8], at position: Int, with text: [UInt8]) -> Bool {
  for index in 0..<text.count where bytes[position + index] != text[index] { return false }
  return true
}

/// The text with every match replaced.
func replaceAll(_ pattern: TextPattern, in bytes: [UInt8], by content: [UInt8]) throws(RunawayPattern) -> [UInt8] {
  var result: [UInt8] = []
  result.reserveCapacity(bytes.count)
  var position = 0
  try pattern.matches(in: bytes, 0..<bytes.count) { match in
    result += bytes[position..<match.lowerBound]
    result += content
    position = match.upperBound
  }
  result += bytes[position...]
  return result
}
