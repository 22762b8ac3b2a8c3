// Cuts at punctuation marks.

struct Punctuation: PreTokenizer {
  static let typeName = "Punctuation"
  let behavior: SplitBehavior

  init(_ behavior: SplitBehavior) { self.behavior = behavior }

  init(_ config: ComponentConfig) throws(TokenizerError) {
    behavior = config.member("behavior") == nil ? .isolated : try config.splitBehavior("behavior")
  }

  func preTokenize(_ pieces: inout Pieces) throws(RunawayPattern) { try pieces.split(behavior, at: ScalarProperties.isPunctuation) }
}
