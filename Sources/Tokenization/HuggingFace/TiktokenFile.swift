// tiktoken's files: a line a token, in base 64, with its rank; merges follow from the ranks.

internal import Documents
internal import OrderedCollections

/// A file of tiktoken ranks.
enum TiktokenFile {
  /// Whether a file is one: its first line is base 64, a space and a number.
  static func matches(_ bytes: [UInt8]) -> Bool {
    guard let end = bytes.firstIndex(of: 0x0A) ?? (bytes.isEmpty ? nil : bytes.count), end > 0, end < 1 << 16 else { return false }
    return entry(bytes[..<end]) != nil
  }

  /// The tokens in GPT-2's byte alphabet, with their ranks as IDs.
  ///
  /// - Throws: ``TokenizerError`` with the line.
  static func tokens(_ file: TokenizerFiles.File) throws(TokenizerError) -> (tokens: ByteStrings, ids: [Int]) {
    var tokens = ByteStrings()
    var ids: [Int] = []
    var number = 0
    var start = 0
    var text: [UInt8] = []
    while start < file.bytes.count {
      let end = file.bytes[start...].firstIndex(of: 0x0A) ?? file.bytes.count
      number += 1
      let line = file.bytes[start..<end]
      start = end + 1
      if line.isEmpty || line.elementsEqual([0x0D]) { continue }
      guard let entry = entry(line), !entry.token.isEmpty else {
        throw TokenizerError(
          file: file.path, place: "line \(number)",
          problem: .wrongKind(found: quoted(String(decoding: line.prefix(200), as: UTF8.self)), expected: "a token in base 64, a space, its rank"))
      }
      text.removeAll(keepingCapacity: true)
      ByteAlphabet.encode(entry.token, 0..<entry.token.count, into: &text)
      tokens.append(text)
      ids.append(entry.rank)
    }
    return (tokens, ids)
  }

  private static func entry(_ line: ArraySlice<UInt8>) -> (token: [UInt8], rank: Int)? {
    let line = line.last == 0x0D ? line.dropLast() : line
    guard let space = line.firstIndex(of: 0x20), let token = base64Decoded(line[..<space]) else { return nil }
    let digits = line[(space + 1)...]
    guard !digits.isEmpty, digits.count < 10, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    return (token, digits.reduce(0) { $0 * 10 + Int($1 - 0x30) })
  }

  /// Vocabulary, merges and stages.
  ///
  /// `tokenizer.model` and `tiktoken.model` cut words as Llama 3 does, like transformers 5.23 (`TikTokenConverter`). Other names need code in the
  /// reference; of those only Qwen's is known.
  static func tokenizerFile(_ file: TokenizerFiles.File, isQwen: Bool) throws(TokenizerError) -> TokenizerFile {
    let (tokens, ids) = try tokens(file)
    if file.path.hasSuffix(".tiktoken"), !isQwen {
      throw TokenizerError(
        file: file.path, place: "",
        problem: .unsupported(
          what: "a tiktoken file of an unknown family", advice: "nothing says how its words are cut; convert the tokenizer to tokenizer.json"))
    }
    var members = TokenizerClass.splitStages(isQwen ? WordPattern.qwen2 : WordPattern.llama3, addsPrefixSpace: false)
    if isQwen { members["normalizer"] = ["type": "NFC"] }
    members["model"] = ["type": "BPE", "ignore_merges": true]
    members["post_processor"] = ["type": "ByteLevel"]
    let merges = try PieceMerges.make(tokens, ids: ids, order: .partIDs, file: file.path, place: "")
    return TokenizerFile(file: file.path, members: members, tokens: tokens, ids: ids, merges: merges)
  }

  /// The special tokens behind the ranks of `qwen.tiktoken` (Qwen 1, `tokenization_qwen.py`).
  static let qwenTokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + (0..<205).map { "<|extra_\($0)|>" }

  /// The special tokens behind the ranks of other files: those that the configuration gives an ID, with placeholders between them, then the rest.
  static func specialTokens(_ special: SpecialTokens, count: Int) -> [[UInt8]] {
    let extra = special.extraContents
    guard let highest = special.listed.last?.id, highest >= count, highest <= Vocabulary.highestID else { return extra }
    var byID: [Int: [UInt8]] = [:]
    for entry in special.listed { byID[entry.id] = entry.token.content }
    let tokens = (count...highest).map { byID[$0] ?? Array("<|reserved_token_\($0)|>".utf8) }
    let known = Set(tokens)
    return tokens + extra.filter { !known.contains($0) }
  }
}
