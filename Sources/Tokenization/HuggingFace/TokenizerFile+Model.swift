// The model of a `tokenizer.json`: which kind it is, and each kind out of vocabulary, scores and merges.

internal import Documents

extension TokenizerFile {
  /// The model.
  func model() throws(TokenizerError) -> any TokenModel {
    let config = try root.required("model")
    let type = try config.member("type")?.string() ?? typeByMembers(config)
    switch type {
    case "BPE": return try bytePairEncoding(config)
    case "Unigram": return try unigram(config)
    case "WordPiece": return try wordPiece(config)
    case "WordLevel":
      return WordLevel(vocabulary: try vocabulary(config), unknownToken: Array(try config.string("unk_token").utf8))
    default: throw config.error(.unknownName(found: type, role: "model", known: ["BPE", "Unigram", "WordPiece", "WordLevel"]), at: "type")
    }
  }

  /// Older files do not name the model's type.
  private func typeByMembers(_ config: ComponentConfig) -> String {
    if merges != nil { return "BPE" }
    if scores != nil { return "Unigram" }
    return config.member("max_input_chars_per_word") != nil ? "WordPiece" : config.member("unk_token") != nil ? "WordLevel" : ""
  }

  private func vocabulary(_ config: ComponentConfig) throws(TokenizerError) -> Vocabulary {
    guard hasTokenIDs else { throw config.error(.missing(expected: "an object from tokens to IDs"), at: "vocab") }
    return try Vocabulary(tokens, ids: ids, file: file, place: vocabularyPlace)
  }

  private func unigram(_ config: ComponentConfig) throws(TokenizerError) -> Unigram {
    guard let scores else { throw config.error(.missing(expected: "a list of tokens with their scores"), at: "vocab") }
    let unknown = config.member("unk_id")
    let unknownID = try unknown?.tokenID()
    if let unknown, let unknownID, Int(unknownID) >= scores.count {
      throw unknown.error(.idOutOfRange(id: Int(unknownID), limit: scores.count - 1))
    }
    let fallsBackToBytes = try config.bool("byte_fallback", default: false)
    let vocabulary = try Vocabulary(tokens, ids: ids, lastCounts: true, file: file, place: vocabularyPlace)
    return try Unigram(
      vocabulary: vocabulary, scores: scores, unknownID: unknownID, fallsBackToBytes: fallsBackToBytes, file: file, place: vocabularyPlace)
  }

  private func wordPiece(_ config: ComponentConfig) throws(TokenizerError) -> WordPiece {
    let longest = try config.required("max_input_chars_per_word").count()
    let prefix = Array(try config.string("continuing_subword_prefix").utf8)
    return try WordPiece(
      vocabulary: try vocabulary(config), unknownToken: Array(try config.string("unk_token").utf8), continuingPrefix: prefix,
      longestWord: longest, file: file, place: vocabularyPlace)
  }

  private func bytePairEncoding(_ config: ComponentConfig) throws(TokenizerError) -> BytePairEncoding {
    if let dropout = config.member("dropout"), dropout.value.double != 0 {
      throw dropout.error(.unsupported(what: "dropout", advice: "it makes the IDs of a text random; set it to null"))
    }
    let vocabulary = try vocabulary(config)
    guard let merges else { throw config.error(.missing(expected: "the list of merges"), at: "merges") }
    var options = BytePairEncoding.Options()
    options.unknownToken = try config.member("unk_token").map { config throws(TokenizerError) in Array(try config.string().utf8) }
    options.fusesUnknown = try config.bool("fuse_unk", default: false)
    options.fallsBackToBytes = try config.bool("byte_fallback", default: false)
    options.ignoresMerges = try config.bool("ignore_merges", default: false)
    options.continuingPrefix = Array(try config.member("continuing_subword_prefix")?.string().utf8 ?? "".utf8)
    options.endSuffix = Array(try config.member("end_of_word_suffix")?.string().utf8 ?? "".utf8)
    let table = try MergeTable(merges, vocabulary, prefixLength: options.continuingPrefix.count, file: mergesFile, place: mergesPlace)
    return BytePairEncoding(name: bytePairName(options), vocabulary: vocabulary, merges: table, options: options)
  }

  private func bytePairName(_ options: BytePairEncoding.Options) -> String {
    let stages = [root.member("normalizer"), root.member("pre_tokenizer"), root.member("decoder")]
    if stages.contains(where: { $0.map { names($0.value, "ByteLevel") } ?? false }) { return "byte-level BPE" }
    return options.fallsBackToBytes ? "BPE with byte fallback" : "BPE"
  }

  /// Whether a component is of a type, or a sequence that holds one.
  private func names(_ value: JSONValue, _ type: String) -> Bool {
    if value["type"]?.string == type { return true }
    return ["normalizers", "pretokenizers", "decoders"].contains { value[$0]?.array?.contains { $0["type"]?.string == type } ?? false }
  }
}

extension MergeTable {
  /// Merges by rank out of pairs of tokens: a pair becomes the token that its two texts make together.
  ///
  /// - Parameter prefixLength: bytes of the continuing prefix, which the second text loses.
  /// - Throws: ``TokenizerError`` for a merge of unknown tokens or into one.
  init(_ pairs: ByteStrings, _ vocabulary: Vocabulary, prefixLength: Int, keepsFirst: Bool = false, file: String, place: String)
    throws(TokenizerError)
  {
    let limit = Vocabulary.highestID
    if pairs.count / 2 > limit {
      throw TokenizerError(file: file, place: place, problem: .tooMany(what: "merges", count: pairs.count / 2, limit: limit))
    }
    self.init(capacity: pairs.count / 2)
    var joined: [UInt8] = []
    for rank in 0..<pairs.count / 2 {
      let (first, second) = (pairs.range(rank * 2), pairs.range(rank * 2 + 1))
      func unknown(_ token: String, _ role: String) -> TokenizerError {
        TokenizerError(file: file, place: "\(place)[\(rank)]", problem: .unknownToken(token: token, role: role))
      }
      guard let left = vocabulary.id(pairs.bytes, first) else { throw unknown(pairs.text(rank * 2), "the first part") }
      guard let right = vocabulary.id(pairs.bytes, second), second.count >= prefixLength else {
        throw unknown(pairs.text(rank * 2 + 1), "the second part")
      }
      joined.removeAll(keepingCapacity: true)
      joined += pairs.bytes[first]
      joined += pairs.bytes[second.dropFirst(prefixLength)]
      guard let result = vocabulary.id(joined) else { throw unknown(String(decoding: joined, as: UTF8.self), "what it merges into,") }
      add(left, right, Merge(rank: Int32(rank), result: result), keepsFirst: keepsFirst)
      if collisions > Vocabulary.collisionLimit(pairs.count) {
        throw TokenizerError(file: file, place: place, problem: .tooMany(what: "hash collisions", count: collisions, limit: collisions - 1))
      }
    }
  }
}
