// GPT-2's pre-tokeniser and its decoder: words by its pattern, bytes as characters of its alphabet.

struct ByteLevel: PreTokenizer, Decoder {
  static let typeName = "ByteLevel"

  /// GPT-2's pattern (Radford et al. 2019, `encoder.py`).
  static let pattern = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

  let addsPrefixSpace: Bool
  let usesPattern: Bool

  init(addsPrefixSpace: Bool, usesPattern: Bool) {
    self.addsPrefixSpace = addsPrefixSpace
    self.usesPattern = usesPattern
  }

  /// `trim_offsets` is about offsets, which are not kept here.
  init(_ config: ComponentConfig) throws(TokenizerError) {
    addsPrefixSpace = try config.bool("add_prefix_space", default: true)
    usesPattern = try config.bool("use_regex", default: true)
  }

  func preTokenize(_ pieces: inout Pieces) throws(RunawayPattern) {
    if addsPrefixSpace {
      try pieces.rewrite { piece, bytes, buffer in
        if bytes[piece.start] != 0x20 { buffer.append(0x20) }
        buffer += bytes[piece.range]
      }
    }
    if usesPattern {
      try pieces.split { piece, bytes, part in
        GPT2Scanner.split(bytes, piece.start, piece.end, part)
      }
    }
    try pieces.rewrite { piece, bytes, buffer in ByteAlphabet.encode(bytes, piece.range, into: &buffer) }
  }

  /// A token outside of the alphabet stands for its own bytes; what is no UTF-8 in the end becomes U+FFFD.
  func decode(_ tokens: inout [[UInt8]]) {
    var bytes: [UInt8] = []
    for token in tokens { bytes += ByteAlphabet.decode(token[...]) ?? token }
    tokens = [repairedUTF8(bytes)]
  }
}
