// BERT's words: white space vanishes, each punctuation mark stands alone.

struct BertPreTokenizer: PreTokenizer {
  static let typeName = "BertPreTokenizer"
  init(_ config: ComponentConfig) {}

  func preTokenize(_ pieces: inout Pieces) throws(RunawayPattern) {
    try pieces.split(.removed, at: ScalarProperties.isWhiteSpace)
    try pieces.split(.isolated, at: ScalarProperties.isPunctuation)
  }
}
