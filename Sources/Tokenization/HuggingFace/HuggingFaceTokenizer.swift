// A tokenizer out of a Hugging Face checkpoint folder: as transformers' `AutoTokenizer` makes it from the same files.

public import Documents
internal import OrderedCollections

extension Tokenizer {
  /// The largest vocabulary file that is read, in bytes.
  public static let fileLimit = 1 << 28

  /// Reads a folder's tokenizer: `tokenizer.json`, SentencePiece or tiktoken `tokenizer.model`, or `vocab.json` with `merges.txt`.
  ///
  /// `tokenizer_config.json`, `special_tokens_map.json`, `added_tokens.json` and `config.json` are followed as transformers 5.23 does, class by
  /// class. The files' truncation and padding settings are not used, and no code of a checkpoint is run.
  /// - Throws: ``TokenizerError`` with the place in the file, or a file error.
  public init(huggingFace folder: String) throws {
    self = try HuggingFaceReader(try TokenizerFiles(folder: folder)).tokenizer()
  }

  /// Reads the contents of `tokenizer.json`.
  ///
  /// - Parameters:
  ///   - bytes: the file's contents.
  ///   - file: the name that errors carry.
  ///   - configs: parsed `tokenizer_config.json`, `special_tokens_map.json` and `config.json`, where there are any.
  public init(tokenizerJSON bytes: [UInt8], file: String, configs: [(file: String, value: JSONValue)] = []) throws(TokenizerError) {
    self = try HuggingFaceReader(TokenizerFiles(json: TokenizerFiles.File(path: file, bytes: bytes), configurations: configs)).tokenizer()
  }
}

/// Puts a folder's files together.
struct HuggingFaceReader {
  let files: TokenizerFiles
  let tokenizerClass: TokenizerClass

  init(_ files: TokenizerFiles) throws(TokenizerError) {
    self.files = files
    tokenizerClass = try TokenizerClass.choose(files)
  }

  /// A vocabulary with its stages, the special tokens, and the added tokens that are there before those.
  private struct Contents {
    var file: TokenizerFile
    var special: SpecialTokens
    var added: [AddedToken] = []
  }

  func tokenizer() throws(TokenizerError) -> Tokenizer {
    let contents =
      switch files.source {
      case .json(let file): try json(file)
      case .model(let file) where TiktokenFile.matches(file.bytes): try tiktoken(file)
      case .model(let file): try sentencePiece(file)
      case .vocabulary(let file, let merges): try vocabulary(file, merges)
      }
    return try tokenizer(contents)
  }

  private func json(_ source: TokenizerFiles.File) throws(TokenizerError) -> Contents {
    var file = try TokenizerFile(source.bytes, file: source.path)
    if let version = file.root.member("version"), version.value.string != "1.0" {
      throw version.error(.wrongKind(found: version.value.string.map { quoted($0) } ?? version.value.kindName, expected: "version \"1.0\""))
    }
    var added: [(id: Int, token: AddedToken)] = []
    if let member = file.root.member("added_tokens") {
      for (index, entry) in try member.elements().enumerated() {
        added.append((Int(try entry.member("id")?.tokenID() ?? Int32(index)), try entry.addedToken()))
      }
    }
    var special = try SpecialTokens(files, added: added)
    guard let stages = tokenizerClass.stages else { return Contents(file: file, special: special, added: added.map(\.token)) }
    guard file.merges != nil else {
      throw file.root.error(
        .unsupported(
          what: "a vocabulary without merges under the class \"\(tokenizerClass.name)\"",
          advice: "the class makes byte-pair encoding of it; set \"tokenizer_class\" to \"PreTrainedTokenizerFast\""), at: "model")
    }
    special.fill(tokenizerClass.specialTokens)
    file.replaceStages(try stages(files.settings))
    return Contents(file: file, special: special)
  }

  private func vocabulary(_ source: TokenizerFiles.File, _ merges: TokenizerFiles.File) throws(TokenizerError) -> Contents {
    guard tokenizerClass.readsVocabularyFiles, let stages = tokenizerClass.stages else {
      throw TokenizerError(
        file: source.path, place: "",
        problem: .unsupported(
          what: "vocab.json under the class \"\(tokenizerClass.name)\"",
          advice: "nothing says how words are cut; put the checkpoint's tokenizer.json beside it, or name the class in tokenizer_config.json"))
    }
    var special = try SpecialTokens(files, added: [])
    special.fill(tokenizerClass.specialTokens)
    return Contents(file: try TokenizerFile(vocabulary: source, merges: merges, stages: try stages(files.settings)), special: special)
  }

  private func sentencePiece(_ source: TokenizerFiles.File) throws(TokenizerError) -> Contents {
    let model = try SentencePieceModel(source.bytes, file: source.path)
    var special = try SpecialTokens(files, added: [])
    let stages = try tokenizerClass.stages?(files.settings)
    let file = try model.tokenizerFile(stages: stages, names: special.listed)
    special.fill(stages == nil ? model.specialTokens : tokenizerClass.specialTokens, extra: model.addedTokens)
    return Contents(file: file, special: special)
  }

  private func tiktoken(_ source: TokenizerFiles.File) throws(TokenizerError) -> Contents {
    let isQwen = files.settings.value["tokenizer_class"]?.string == "QWenTokenizer" || files.checkpoint.value["model_type"]?.string == "qwen"
    let file = try TiktokenFile.tokenizerFile(source, isQwen: isQwen)
    var special = try SpecialTokens(files, added: [])
    if isQwen {
      special.fill([("eos_token", "<|endoftext|>")])
      return Contents(
        file: file, special: special, added: TiktokenFile.qwenTokens.map { AddedToken(content: Array($0.utf8), isSpecial: true) })
    }
    let added = TiktokenFile.specialTokens(special, count: file.ids.count).map { AddedToken(content: $0, isSpecial: true) }
    special.fill(tokenizerClass.specialTokens)
    return Contents(file: file, special: special, added: added)
  }

  private func tokenizer(_ contents: Contents) throws(TokenizerError) -> Tokenizer {
    let root = contents.file.root
    let model = try contents.file.model()
    let normalizer = try root.member("normalizer").map(NormalizerCatalogue.normalizer)
    let added = try addedTokens(contents, model.vocabulary, normalizer)
    func id(_ content: [UInt8]?) -> Int32? { content.flatMap { added.ids[$0] ?? model.vocabulary.id($0) } }
    let (bosID, eosID) = (id(contents.special.bos), id(contents.special.eos))
    let (postProcessor, around) = try postProcessor(root, bosID, eosID)

    var settings = root.value.object ?? [:]
    for name in ["truncation", "padding", "added_tokens", "version", "post_processor"] { settings[name] = nil }
    for (name, value) in settings where value.isNull { settings[name] = nil }
    settings["post_processor"] = around
    return Tokenizer(
      source: contents.file.file, normalizer: normalizer,
      preTokenizer: try root.member("pre_tokenizer").map(PreTokenizerCatalogue.preTokenizer), model: model, postProcessor: postProcessor,
      decoder: try root.member("decoder").map(DecoderCatalogue.decoder), added: added, bosID: bosID, eosID: eosID,
      settings: JSONValue.object(settings).serialized(.canonical) + "\n" + added.description)
  }

  private func addedTokens(_ contents: Contents, _ vocabulary: Vocabulary, _ normalizer: (any Normalizer)?) throws(TokenizerError) -> AddedTokens {
    var added = AddedTokens()
    added.splitsSpecial = try files.settings.bool("split_special_tokens", default: false)
    do {
      try added.add(contents.added, vocabulary: vocabulary, normalizer: normalizer)
      try added.add(contents.special.missing(among: added.ids.keys), vocabulary: vocabulary, normalizer: normalizer)
      if tokenizerClass.resetsSpecialTokens { try added.add(contents.special.plain, vocabulary: vocabulary, normalizer: normalizer) }
      try added.prepare()
    } catch let error as TokenizerFault {
      throw TokenizerError(file: contents.file.file, place: "added_tokens", problem: error.problem)
    } catch let error as RunawayPattern {
      throw TokenizerError(file: contents.file.file, place: "normalizer", problem: .runawayPattern(pattern: error.pattern))
    } catch {
      throw TokenizerError(file: contents.file.file, place: "added_tokens", problem: .contradiction("\(error)"))
    }
    return added
  }

  /// What goes around a text: the file's post-processor, or `add_bos_token` and `add_eos_token`, which do not count beside a `tokenizer.json`.
  private func postProcessor(_ root: ComponentConfig, _ bosID: Int32?, _ eosID: Int32?) throws(TokenizerError)
    -> ((any PostProcessor)?, settings: JSONValue?)
  {
    var (addsBOS, addsEOS, isExplicit) = (false, false, false)
    if case .json = files.source {
    } else {
      addsBOS = try files.settings.bool("add_bos_token", default: false)
      addsEOS = try files.settings.bool("add_eos_token", default: false)
      isExplicit = ["add_bos_token", "add_eos_token"].contains { files.settings.value[$0] != nil }
    }
    let own = root.member("post_processor")
    if let own, !isExplicit, !tokenizerClass.ignoresPostProcessor { return (try PostProcessorCatalogue.postProcessor(own), own.value) }
    let (before, after) = (addsBOS ? bosID : nil, addsEOS ? eosID : nil)
    if before == nil, after == nil { return (nil, nil) }
    let settings: JSONValue = ["before": before.map { .integer(Int($0)) } ?? .null, "after": after.map { .integer(Int($0)) } ?? .null]
    return (TemplateProcessing(before: before.map { [$0] } ?? [], after: after.map { [$0] } ?? []), settings)
  }
}
