// Words by one delimiter character, which vanishes.

struct CharDelimiterSplit: PreTokenizer {
  static let typeName = "CharDelimiterSplit"
  let delimiter: UInt32

  init(_ config: ComponentConfig) throws(TokenizerError) { delimiter = try config.scalar("delimiter") }

  func preTokenize(_ pieces: inout Pieces) throws(RunawayPattern) { try pieces.split(.removed) { $0 == delimiter } }
}
