// The end-of-word suffix of the first BPE tokenizers back to spaces, and to nothing in the last token.

struct BPEDecoder: Decoder {
  static let typeName = "BPEDecoder"
  let suffix: TextPattern

  init(_ config: ComponentConfig) throws(TokenizerError) { suffix = .literal(Array(try config.string("suffix").utf8)) }

  func decode(_ tokens: inout [[UInt8]]) throws(RunawayPattern) {
    for index in tokens.indices {
      tokens[index] = try replaceAll(suffix, in: tokens[index], by: index == tokens.count - 1 ? [] : [0x20])
    }
  }
}
