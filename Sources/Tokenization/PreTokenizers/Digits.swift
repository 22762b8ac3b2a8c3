// Cuts numbers off: runs of them, or each digit alone.

struct Digits: PreTokenizer {
  static let typeName = "Digits"
  let individually: Bool

  init(individually: Bool) { self.individually = individually }

  init(_ config: ComponentConfig) throws(TokenizerError) { individually = try config.bool("individual_digits") }

  func preTokenize(_ pieces: inout Pieces) throws(RunawayPattern) {
    try pieces.split(individually ? .isolated : .contiguous, at: ScalarProperties.isNumeric)
  }
}
