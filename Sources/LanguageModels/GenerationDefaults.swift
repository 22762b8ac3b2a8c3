// How a model's makers want its texts to end: `generation_config.json`, and the end tokens of the other files.

internal import Checkpoints
internal import Documents
internal import Tokenization

/// What generation takes from a checkpoint where nobody says otherwise, as transformers' `generate` does.
public struct GenerationDefaults: Sendable, Hashable {
  public var stopTokens: Set<Int32> = []
  /// The text of the tokenizer's end token: written out it ends a text as well.
  public var stopStrings: [String] = []
  public var repetitionPenalty: Float?
  public var noRepeatLength: Int?

  public init() {}
}

extension LanguageModel {
  /// The checkpoint's defaults: `eos_token_id`, `repetition_penalty` and `no_repeat_ngram_size` of `generation_config.json`, else of
  /// `config.json`, and the tokenizer's own end token.
  ///
  /// - Throws: a file error or ``JSONError``.
  public func generationDefaults() throws -> GenerationDefaults {
    var defaults = GenerationDefaults()
    if let end = tokenizer.eosID {
      defaults.stopTokens.insert(end)
      let text = try tokenizer.decode([end], skipSpecialTokens: false)
      if !text.isEmpty { defaults.stopStrings = [text] }
    }
    guard let folder = checkpoint.folder else { return defaults }
    let file = Files.path("generation_config.json", relativeTo: folder)
    let generation = Files.exists(file) ? try JSONValue.parse(try Files.read(file, limit: 1 << 20), file: file) : .null
    let ends = generation["eos_token_id"] ?? checkpoint.config?["eos_token_id"]
    for end in ends?.array ?? ends.map({ [$0] }) ?? [] {
      if let id = end.integer, let token = Int32(exactly: id) { defaults.stopTokens.insert(token) }
    }
    if let penalty = generation["repetition_penalty"]?.double, penalty > 0, penalty != 1 { defaults.repetitionPenalty = Float(penalty) }
    if let length = generation["no_repeat_ngram_size"]?.integer, length > 0 { defaults.noRepeatLength = length }
    return defaults
  }
}
