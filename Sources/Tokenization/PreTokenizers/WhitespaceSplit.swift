// Words by white space, which vanishes.

struct WhitespaceSplit: PreTokenizer {
  static let typeName = "WhitespaceSplit"
  init(_ config: ComponentConfig) {}

  func preTokenize(_ pieces: inout Pieces) throws(RunawayPattern) { try pieces.split(.removed, at: ScalarProperties.isWhiteSpace) }
}
