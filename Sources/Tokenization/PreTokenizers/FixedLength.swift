// Words of a fixed number of characters.

struct FixedLength: PreTokenizer {
  static let typeName = "FixedLength"
  let length: Int

  init(_ config: ComponentConfig) throws(TokenizerError) {
    length = try config.member("length")?.integer() ?? 5
    if length < 1 { throw config.error(.wrongKind(found: "\(length)", expected: "a length of at least 1"), at: "length") }
  }

  func preTokenize(_ pieces: inout Pieces) throws(RunawayPattern) {
    try pieces.split { piece, bytes, part in
      var start = piece.start
      var position = piece.start
      var count = 0
      while position < piece.end {
        position += scalarWidth(bytes[position])
        count += 1
        if count == length {
          part(start, position)
          start = position
          count = 0
        }
      }
      part(start, piece.end)
    }
  }
}
