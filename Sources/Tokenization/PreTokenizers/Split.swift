// Cuts by a fixed text or a pattern.

struct Split: PreTokenizer {
  static let typeName = "Split"
  let pattern: TextPattern
  let behavior: SplitBehavior
  let inverted: Bool

  init(_ pattern: TextPattern, _ behavior: SplitBehavior) {
    self.pattern = pattern
    self.behavior = behavior
    inverted = false
  }

  init(_ config: ComponentConfig) throws(TokenizerError) {
    pattern = try config.pattern("pattern")
    behavior = try config.splitBehavior("behavior")
    inverted = try config.bool("invert")
  }

  func preTokenize(_ pieces: inout Pieces) throws(RunawayPattern) {
    if case .regex(let regex) = pattern, regex.source == ByteLevel.pattern, behavior == .isolated {
      try pieces.split { piece, bytes, part in GPT2Scanner.split(bytes, piece.start, piece.end, part) }
      return
    }
    try pieces.split { piece, bytes, part throws(RunawayPattern) in
      var splitter = Splitter(behavior, inverted: inverted, from: piece.start)
      try pattern.matches(in: bytes, piece.range) { splitter.match($0) }
      splitter.finish(at: piece.end, part)
    }
  }
}

extension ComponentConfig {
  func splitBehavior(_ name: String) throws(TokenizerError) -> SplitBehavior {
    let member = try required(name)
    let found = try member.string()
    guard let behavior = SplitBehavior(rawValue: found) else {
      throw member.error(.unknownName(found: found, role: "split behaviour", known: SplitBehavior.allCases.map(\.rawValue)))
    }
    return behavior
  }
}
