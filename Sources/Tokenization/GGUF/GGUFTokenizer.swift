// A tokenizer out of the vocabulary of a GGUF file.

internal import Documents

extension Tokenizer {
  /// Makes a tokenizer from a GGUF file's vocabulary.
  ///
  /// Special tokens in the text are found as `tokenizer.json` would have it (llama.cpp: `parse_special`).
  /// - Throws: ``TokenizerError`` that names the metadata key: an unknown model or way to cut words, lists of different lengths, merges of unknown
  ///   tokens, IDs out of range.
  public init(gguf: GGUFVocabulary) throws(TokenizerError) {
    let reader = GGUFTokenizerReader(gguf: gguf)
    switch gguf.model {
    case "gpt2": self = try reader.byteLevel()
    case "llama": self = try reader.sentencePiece()
    case "bert", "t5", "rwkv", "plamo2", "gemma4", "whitespace":
      throw reader.error(
        "tokenizer.ggml.model",
        .unsupported(
          what: "a vocabulary of kind \(quoted(gguf.model))", advice: "\"gpt2\" (byte-level BPE) and \"llama\" (SentencePiece BPE) are read"))
    default: throw reader.error("tokenizer.ggml.model", .unknownName(found: gguf.model, role: "vocabulary kind", known: ["gpt2", "llama"]))
    }
  }
}

/// Reads the two kinds of vocabularies.
struct GGUFTokenizerReader {
  let gguf: GGUFVocabulary

  func error(_ key: String, _ problem: TokenizerError.Problem) -> TokenizerError {
    TokenizerError(file: gguf.file, place: key, problem: problem)
  }

  /// Byte-level BPE by merges.
  func byteLevel() throws(TokenizerError) -> Tokenizer {
    guard let pre = gguf.pre else {
      throw error("tokenizer.ggml.pre", .missing(expected: "the name of the way to cut words; convert the model anew: the key"))
    }
    guard let split = GGUFWordSplit.all.first(where: { $0.names.contains(pre) }) else {
      throw error("tokenizer.ggml.pre", .unknownName(found: pre, role: "way to cut words", known: GGUFWordSplit.all.flatMap(\.names)))
    }
    guard let lines = gguf.merges else { throw error("tokenizer.ggml.merges", .missing(expected: "the list of merges")) }
    let vocabulary = try vocabulary()
    var pairs = ByteStrings()
    pairs.reserveCapacity(strings: lines.count * 2, bytes: lines.bytes.count)
    for index in 0..<lines.count {
      let line = lines[index]
      guard let space = line.dropFirst().firstIndex(of: 0x20) else {
        throw error("tokenizer.ggml.merges[\(index)]", .badMerge(found: quoted(lines.text(index))))
      }
      pairs.append(line[..<space])
      pairs.append(line[(space + 1)...])
    }
    let merges = try MergeTable(pairs, vocabulary, prefixLength: 0, keepsFirst: true, file: gguf.file, place: "tokenizer.ggml.merges")
    var options = BytePairEncoding.Options()
    options.ignoresMerges = split.ignoresMerges
    let preTokenizer: any PreTokenizer
    do {
      preTokenizer = try split.preTokenizer()
    } catch {
      throw self.error("tokenizer.ggml.pre", .badPattern(pattern: pre, position: error.place, reason: "\(error.reason)"))
    }
    let model = BytePairEncoding(name: "byte-level BPE", vocabulary: vocabulary, merges: merges, options: options)
    return try tokenizer(
      normalizer: split.composes ? NFC() : nil, preTokenizer: preTokenizer, model: model,
      decoder: ByteLevel(addsPrefixSpace: false, usesPattern: true), bos: nil, eos: nil, addsBOS: split.addsBOS,
      settings: "gguf gpt2 \(split.names[0])")
  }

  /// SentencePiece BPE by scores.
  func sentencePiece() throws(TokenizerError) -> Tokenizer {
    guard let scores = gguf.scores else { throw error("tokenizer.ggml.scores", .missing(expected: "the list of scores")) }
    guard scores.count == gguf.tokens.count else {
      throw error("tokenizer.ggml.scores", .contradiction("\(scores.count) scores for \(gguf.tokens.count) tokens; there must be one each"))
    }
    let vocabulary = try vocabulary()
    let unknown = try tokenID(gguf.unknownID, "tokenizer.ggml.unknown_token_id") ?? 0
    let addsSpace = gguf.addSpacePrefix ?? true
    var normalizers: [any Normalizer] = [Replace(" ", by: "▁")]
    var decoders: [any Decoder] = [Replace("▁", by: " "), ByteFallback(), Fuse()]
    if addsSpace {
      normalizers.insert(Prepend("▁"), at: 0)
      decoders.append(StripDecoder(0x20, start: 1, stop: 0))
    }
    return try tokenizer(
      normalizer: NormalizerSequence(normalizers), preTokenizer: nil,
      model: ScoredMerges(vocabulary: vocabulary, scores: scores, unknownID: unknown), decoder: DecoderSequence(decoders), bos: 1, eos: 2,
      addsBOS: true, settings: "gguf llama \(addsSpace)")
  }

  /// What both kinds have in common. `bos` and `eos` are the IDs where the file names none.
  private func tokenizer(
    normalizer: (any Normalizer)?, preTokenizer: (any PreTokenizer)?, model: any TokenModel, decoder: any Decoder, bos: Int?, eos: Int?,
    addsBOS: Bool, settings: String
  ) throws(TokenizerError) -> Tokenizer {
    let bosID = try tokenID(gguf.bosID ?? bos, "tokenizer.ggml.bos_token_id")
    let eosID = try tokenID(gguf.eosID ?? eos, "tokenizer.ggml.eos_token_id")
    let before = gguf.addBOS ?? addsBOS ? bosID.map { [$0] } ?? [] : []
    let after = gguf.addEOS ?? false ? eosID.map { [$0] } ?? [] : []
    if before.isEmpty, gguf.addBOS == true {
      throw error("tokenizer.ggml.bos_token_id", .missing(expected: "the token that add_bos_token adds"))
    }
    if after.isEmpty, gguf.addEOS == true {
      throw error("tokenizer.ggml.eos_token_id", .missing(expected: "the token that add_eos_token adds"))
    }
    let added = try addedTokens(model.vocabulary)
    let special = added.tokens.keys.sorted().map(String.init).joined(separator: " ")
    return Tokenizer(
      source: gguf.file, normalizer: normalizer, preTokenizer: preTokenizer, model: model,
      postProcessor: TemplateProcessing(before: before, after: after), decoder: decoder, added: added, bosID: bosID, eosID: eosID,
      settings: "\(settings) \(before) \(after) \(special)")
  }

  private func vocabulary() throws(TokenizerError) -> Vocabulary {
    var tokens = gguf.tokens
    if (0..<tokens.count).contains(where: { tokens.range($0).isEmpty }) {
      // llama.cpp names empty tokens so; they are never matched.
      var named = ByteStrings()
      for index in 0..<tokens.count { named.append(tokens.range(index).isEmpty ? Array("[EMPTY_\(index)]".utf8)[...] : tokens[index]) }
      tokens = named
    }
    return try Vocabulary(tokens, ids: Array(0..<tokens.count), file: gguf.file, place: "tokenizer.ggml.tokens")
  }

  private func tokenID(_ id: Int?, _ key: String) throws(TokenizerError) -> Int32? {
    guard let id else { return nil }
    guard id >= 0, id < gguf.tokens.count else { throw error(key, .idOutOfRange(id: id, limit: gguf.tokens.count - 1)) }
    return Int32(id)
  }

  /// Control, user-defined and unknown tokens are found in the text as a whole.
  private func addedTokens(_ vocabulary: Vocabulary) throws(TokenizerError) -> AddedTokens {
    var added = AddedTokens()
    guard let types = gguf.types else { return added }
    guard types.count == gguf.tokens.count else {
      throw error(
        "tokenizer.ggml.token_type", .contradiction("\(types.count) types for \(gguf.tokens.count) tokens; there must be one each"))
    }
    let name = gguf.modelName?.lowercased() ?? ""
    let isPhi3 = name.contains("phi-3") || name.contains("phi3")
    var tokens: [AddedToken] = []
    for (id, type) in types.enumerated() {
      guard let kind = GGUFTokenType(rawValue: type),
        [.control, .userDefined, .unknown].contains(kind) || (isPhi3 && gguf.tokens.text(id) == "</s>"),
        let content = vocabulary.token(Int32(id))
      else { continue }
      var token = AddedToken(content: Array(content))
      token.isSpecial = kind != .userDefined
      token.stripsRight = isPhi3 && !["<unk>", "<s>", "<|endoftext|>"].contains(gguf.tokens.text(id))
      tokens.append(token)
    }
    do {
      try added.add(tokens, vocabulary: vocabulary, normalizer: nil)
      try added.prepare()
    } catch let error as TokenizerFault {
      throw self.error("tokenizer.ggml.tokens", error.problem)
    } catch {
      throw self.error("tokenizer.ggml.tokens", .contradiction("\(error)"))
    }
    return added
  }
}
