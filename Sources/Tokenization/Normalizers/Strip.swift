// Removes white space at the start and the end of the text.

struct Strip: Normalizer {
  static let typeName = "Strip"
  let left: Bool
  let right: Bool

  init(_ config: ComponentConfig) throws(TokenizerError) {
    left = try config.bool("strip_left")
    right = try config.bool("strip_right")
  }

  func normalize(_ text: inout NormalizedText) {
    var start = 0
    var end = text.bytes.count
    while left, start < end, case (let value, let width) = scalar(text.bytes, at: start), ScalarProperties.isWhiteSpace(value) {
      start += width
    }
    while right, start < end, case let last = previousScalar(text.bytes, before: end),
      ScalarProperties.isWhiteSpace(scalar(text.bytes, at: last).value)
    { end = last }
    if start > 0 { text.isAtOrigin = false }
    text.bytes = Array(text.bytes[start..<end])
  }
}
