// SentencePiece's pre-tokeniser and its decoder: spaces become a visible character, and words begin with it.

struct Metaspace: PreTokenizer, Decoder {
  static let typeName = "Metaspace"

  /// Where a text that does not begin with the character gets it put before.
  enum PrependScheme: String, CaseIterable { case first, never, always }

  let replacement: [UInt8]
  let scheme: PrependScheme
  let splits: Bool

  init(_ config: ComponentConfig) throws(TokenizerError) {
    var replacement: [UInt8] = []
    append(try config.scalar("replacement"), to: &replacement)
    self.replacement = replacement
    splits = try config.bool("split", default: true)
    var scheme = PrependScheme.always
    if let member = config.member("prepend_scheme") {
      let name = try member.string()
      guard let known = PrependScheme(rawValue: name) else {
        throw member.error(.unknownName(found: name, role: "prepend scheme", known: PrependScheme.allCases.map(\.rawValue)))
      }
      scheme = known
    }
    // A file that says false must also say "never", in the reference too.
    if let member = config.member("add_prefix_space"), try !member.bool(), scheme != .never {
      throw member.error(.contradiction("add_prefix_space is false, but prepend_scheme is \"\(scheme.rawValue)\"; set it to \"never\""))
    }
    self.scheme = scheme
  }

  func preTokenize(_ pieces: inout Pieces) throws(RunawayPattern) {
    try pieces.rewrite { piece, bytes, buffer in
      let start = buffer.count
      for byte in bytes[piece.range] {
        if byte == 0x20 { buffer += replacement } else { buffer.append(byte) }
      }
      let prepends =
        switch scheme {
        case .always: true
        case .first: piece.isAtOrigin
        case .never: false
        }
      let begins = buffer.count - start >= replacement.count && starts(buffer, at: start, with: replacement)
      if prepends && !begins { buffer.insert(contentsOf: replacement, at: start) }
    }
    guard splits else { return }
    try pieces.split { piece, bytes, part throws(RunawayPattern) in
      var splitter = Splitter(.mergedWithNext, from: piece.start)
      try TextPattern.literal(replacement).matches(in: bytes, piece.range) { splitter.match($0) }
      splitter.finish(at: piece.end, part)
    }
  }

  /// The character becomes a space again, and vanishes from the first token unless nothing was put before.
  func decode(_ tokens: inout [[UInt8]]) {
    for index in tokens.indices {
      var result: [UInt8] = []
      var position = 0
      let token = tokens[index]
      while position < token.count {
        let width = scalarWidth(token[position])
        if width == replacement.count, starts(token, at: position, with: replacement) {
          if index > 0 || scheme == .never { result.append(0x20) }
        } else {
          result += token[position..<position + width]
        }
        position += width
      }
      tokens[index] = result
    }
  }
}
