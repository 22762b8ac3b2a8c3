// BERT's and RoBERTa's special tokens: one before the text, one behind.

struct BertProcessing: PostProcessor {
  static let typeName = "BertProcessing"
  let first: Int32
  let last: Int32

  init(_ config: ComponentConfig) throws(TokenizerError) {
    first = try config.namedToken("cls")
    last = try config.namedToken("sep")
  }

  func process(_ ids: [Int32], addsSpecialTokens: Bool) -> [Int32] { addsSpecialTokens ? [first] + ids + [last] : ids }
}

/// The same for one text; `trim_offsets` and `add_prefix_space` are about offsets.
struct RobertaProcessing: PostProcessor {
  static let typeName = "RobertaProcessing"
  let tokens: BertProcessing

  init(_ config: ComponentConfig) throws(TokenizerError) { tokens = try BertProcessing(config) }

  func process(_ ids: [Int32], addsSpecialTokens: Bool) -> [Int32] { tokens.process(ids, addsSpecialTokens: addsSpecialTokens) }
}

extension ComponentConfig {
  /// A token as a pair of its text and its ID.
  func namedToken(_ name: String) throws(TokenizerError) -> Int32 {
    let pair = try required(name).elements()
    guard pair.count == 2 else { throw error(.wrongKind(found: "\(pair.count) elements", expected: "[token, ID]"), at: name) }
    return try pair[1].tokenID()
  }
}
