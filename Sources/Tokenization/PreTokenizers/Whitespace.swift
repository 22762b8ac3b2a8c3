// Words and runs of other characters by white space: Rust's `\w+|[^\w\s]+`.

struct Whitespace: PreTokenizer {
  static let typeName = "Whitespace"
  init(_ config: ComponentConfig) {}

  func preTokenize(_ pieces: inout Pieces) throws(RunawayPattern) {
    enum Kind { case space, word, other }
    func kind(_ value: UInt32) -> Kind {
      ScalarProperties.isRustWord(value) ? .word : ScalarProperties.isWhiteSpace(value) ? .space : .other
    }
    try pieces.split { piece, bytes, part in
      var start = piece.start
      var position = piece.start
      var current = Kind.space
      while position < piece.end {
        let (value, width) = scalar(bytes, at: position)
        let next = kind(value)
        if next != current {
          if current != .space { part(start, position) }
          start = position
          current = next
        }
        position += width
      }
      if current != .space { part(start, piece.end) }
    }
  }
}
