// A SentencePiece model in the form of a `tokenizer.json`, as transformers 5.23 converts it.

internal import Documents
internal import OrderedCollections

extension SentencePieceModel {
  /// Vocabulary, merges and stages.
  ///
  /// The model's own rules about spaces (`add_dummy_prefix`, `remove_extra_whitespaces`) are not applied: a class's stages or, without one, plain
  /// replacement of spaces count (`SpmConverter.build_tokenizer_from_spm_proto`).
  /// - Parameters:
  ///   - stages: what the tokenizer class writes itself; such a class makes merges whatever the model's kind.
  ///   - names: other names for pieces, by ID, from `added_tokens_decoder`; used where there is no class.
  func tokenizerFile(stages: OrderedDictionary<String, JSONValue>?, names: [(id: Int, token: AddedToken)]) throws(TokenizerError)
    -> TokenizerFile
  {
    let ids = Array(0..<pieces.count)
    if let stages {
      return TokenizerFile(file: file, members: stages, tokens: pieces, ids: ids, merges: try merges())
    }
    var members: OrderedDictionary<String, JSONValue> = [:]
    var normalizers: [JSONValue] = [["type": "Replace", "pattern": ["String": " "], "content": "▁"]]
    if !characterMap.isEmpty {
      normalizers.insert(["type": "Precompiled", "precompiled_charsmap": .string(base64Encoded(characterMap))], at: 0)
    }
    members["normalizer"] = ["type": "Sequence", "normalizers": .array(normalizers)]
    members["decoder"] = [
      "type": "Sequence", "decoders": .array(fallsBackToBytes ? TokenizerClass.fallbackDecoders : [TokenizerClass.fallbackDecoders[0]]),
    ]
    switch kind {
    case .unigram:
      members["model"] = ["type": "Unigram", "unk_id": unknownID < 0 ? .null : .integer(unknownID), "byte_fallback": .bool(fallsBackToBytes)]
      return TokenizerFile(file: file, members: members, tokens: renamed(names), ids: ids, scores: scores.map(Double.init))
    case .bpe:
      members["model"] = ["type": "BPE", "unk_token": .string(unknownPiece), "fuse_unk": true, "byte_fallback": .bool(fallsBackToBytes)]
      return TokenizerFile(file: file, members: members, tokens: renamed(names), ids: ids, merges: try merges())
    case .word, .character:
      throw TokenizerError(
        file: file, place: "trainer_spec.model_type",
        problem: .unsupported(what: "a SentencePiece model of words or characters", advice: "Unigram and BPE models are read"))
    }
  }

  private func merges() throws(TokenizerError) -> ByteStrings {
    try PieceMerges.make(pieces, ids: Array(0..<pieces.count), order: .leftLength, file: file, place: "pieces")
  }

  /// The pieces with placeholders replaced by what the configuration calls them.
  private func renamed(_ names: [(id: Int, token: AddedToken)]) -> ByteStrings {
    var known = Set((0..<pieces.count).map { Array(pieces[$0]) })
    var new: [Int: [UInt8]] = [:]
    for (id, token) in names where id >= 0 && id < pieces.count && known.insert(token.content).inserted { new[id] = token.content }
    if new.isEmpty { return pieces }
    var result = ByteStrings()
    for id in 0..<pieces.count { result.append(new[id]?[...] ?? pieces[id]) }
    return result
  }
}
