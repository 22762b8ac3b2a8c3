// A tokenizer out of a Hugging Face checkpoint folder.

public import Documents
internal import OrderedCollections

extension Tokenizer {
  /// The largest `tokenizer.json` that is read, in bytes.
  public static let fileLimit = 1 << 28

  /// Reads `tokenizer.json`, and the special tokens that `tokenizer_config.json` and `special_tokens_map.json` name.
  ///
  /// The files' truncation and padding settings are not used.
  /// - Throws: ``TokenizerError`` with the place in the file, or a file error.
  public init(huggingFace folder: String) throws {
    let file = Files.path("tokenizer.json", relativeTo: folder)
    let bytes = try Files.read(file, limit: Self.fileLimit)
    var configs: [(file: String, value: JSONValue)] = []
    for name in ["tokenizer_config.json", "special_tokens_map.json"] {
      let path = Files.path(name, relativeTo: folder)
      if Files.exists(path) { configs.append((path, try JSONValue.parse(try Files.read(path, limit: Self.fileLimit), file: path))) }
    }
    try self.init(tokenizerJSON: bytes, file: file, configs: configs)
  }

  /// Reads the contents of `tokenizer.json`.
  ///
  /// - Parameters:
  ///   - bytes: the file's contents.
  ///   - file: the name that errors carry.
  ///   - configs: parsed `tokenizer_config.json` and `special_tokens_map.json`, where there are any.
  public init(tokenizerJSON bytes: [UInt8], file: String, configs: [(file: String, value: JSONValue)] = []) throws(TokenizerError) {
    let contents = try TokenizerFile(bytes, file: file)
    let root = contents.root
    if let version = root.member("version"), version.value.string != "1.0" {
      throw version.error(.wrongKind(found: version.value.string.map { quoted($0) } ?? version.value.kindName, expected: "version \"1.0\""))
    }
    let model = try contents.model()
    let normalizer = try root.member("normalizer").map(NormalizerCatalogue.normalizer)
    let special = try SpecialTokens(configs.map { ComponentConfig(value: $0.value, file: $0.file, place: "") })

    var added = AddedTokens()
    var listed: [AddedToken] = []
    if let member = root.member("added_tokens") {
      for entry in try member.elements() { listed.append(try entry.addedToken()) }
    }
    do {
      try added.add(listed, vocabulary: model.vocabulary, normalizer: normalizer)
      for (content, token) in special.added {
        var named = token ?? added.ids[content].flatMap { added.tokens[$0] } ?? AddedToken(content: content)
        if token == nil { named.isSpecial = true }
        try added.add([named], vocabulary: model.vocabulary, normalizer: normalizer)
      }
      try added.prepare()
    } catch let error as TokenizerFault {
      throw TokenizerError(file: file, place: "added_tokens", problem: error.problem)
    } catch let error as RunawayPattern {
      throw TokenizerError(file: file, place: "normalizer", problem: .runawayPattern(pattern: error.pattern))
    } catch {
      throw TokenizerError(file: file, place: "added_tokens", problem: .contradiction("\(error)"))
    }
    func id(_ content: [UInt8]?) -> Int32? { content.flatMap { added.ids[$0] ?? model.vocabulary.id($0) } }

    var settings = root.value
    if case .object(var members) = settings {
      for name in ["truncation", "padding"] { members[name] = nil }
      settings = .object(members)
    }
    let specialNames = special.added.map { String(decoding: $0.content, as: UTF8.self) }
    self.init(
      source: file, normalizer: normalizer, preTokenizer: try root.member("pre_tokenizer").map(PreTokenizerCatalogue.preTokenizer),
      model: model, postProcessor: try root.member("post_processor").map(PostProcessorCatalogue.postProcessor),
      decoder: try root.member("decoder").map(DecoderCatalogue.decoder), added: added, bosID: id(special.bos), eosID: id(special.eos),
      settings: settings.serialized(.canonical) + "\n" + specialNames.joined(separator: "\n"))
  }
}
