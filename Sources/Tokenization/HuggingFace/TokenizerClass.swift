// The tokenizer classes of transformers 5.23 that build their stages themselves, whatever the files say: one entry a class.

internal import Documents
internal import OrderedCollections

/// How a class of transformers makes a tokenizer out of a vocabulary.
///
/// transformers 5 gives some classes only the vocabulary, the merges and the post-processor of a `tokenizer.json`; normaliser, pre-tokeniser,
/// decoder and the model's options are the class's own (`models/*/tokenization_*.py`). Such a class can also do without `tokenizer.json`.
struct TokenizerClass: Sendable {
  /// The name without "Fast".
  let name: String
  /// Special tokens where the configuration does not name them.
  var specialTokens: [(name: String, content: String)] = []
  /// The members of a `tokenizer.json` that the class writes itself, out of `tokenizer_config.json`; nil where the file's own count.
  var stages: (@Sendable (ComponentConfig) throws(TokenizerError) -> OrderedDictionary<String, JSONValue>)?
  /// The class knows what to do with `vocab.json` and `merges.txt`.
  var readsVocabularyFiles = false
  /// The tokens around a text are only those that the configuration asks for, whatever `tokenizer.json` says.
  var ignoresPostProcessor = false
  /// All special tokens are added anew without flags.
  var resetsSpecialTokens = false

  /// The class that takes files as they are.
  static let plain = TokenizerClass(name: "TokenizersBackend")

  static let all = [plain, llama, gemma, gpt2, codeGen, gptNeoX, qwen2]

  static let llama = TokenizerClass(
    name: "LlamaTokenizer", specialTokens: [("bos_token", "<s>"), ("eos_token", "</s>"), ("unk_token", "<unk>")],
    stages: { settings throws(TokenizerError) in
      let addsSpace = try settings.bool("add_prefix_space", default: true)
      // Without the member, or with null, the class is not "legacy".
      let scheme = !addsSpace ? "never" : try settings.bool("legacy", default: false) ? "always" : "first"
      var decoders: [JSONValue] = fallbackDecoders
      if addsSpace { decoders.append(["type": "Strip", "content": " ", "start": 1, "stop": 0]) }
      return [
        "pre_tokenizer": ["type": "Metaspace", "replacement": "▁", "prepend_scheme": .string(scheme), "split": false],
        "decoder": ["type": "Sequence", "decoders": .array(decoders)],
        "model": ["type": "BPE", "fuse_unk": true, "byte_fallback": true],
      ]
    })

  static let gemma = TokenizerClass(
    name: "GemmaTokenizer",
    specialTokens: [
      ("bos_token", "<bos>"), ("eos_token", "<eos>"), ("unk_token", "<unk>"), ("pad_token", "<pad>"), ("mask_token", "<mask>"),
    ],
    stages: { settings throws(TokenizerError) in
      let unknown = try settings.member("unk_token").map { member throws(TokenizerError) in try member.tokenContent() } ?? "<unk>"
      return [
        "normalizer": ["type": "Replace", "pattern": ["String": " "], "content": "▁"],
        "pre_tokenizer": ["type": "Split", "pattern": ["String": " "], "behavior": "MergedWithPrevious", "invert": false],
        "decoder": ["type": "Sequence", "decoders": .array(fallbackDecoders)],
        "model": ["type": "BPE", "unk_token": .string(unknown), "fuse_unk": true, "byte_fallback": true],
      ]
    })

  static let gpt2 = TokenizerClass(name: "GPT2Tokenizer", specialTokens: endOfText, stages: byteLevelStages, readsVocabularyFiles: true)

  static let codeGen = TokenizerClass(name: "CodeGenTokenizer", specialTokens: endOfText, stages: byteLevelStages, readsVocabularyFiles: true)

  static let gptNeoX = TokenizerClass(
    name: "GPTNeoXTokenizer", specialTokens: endOfText + [("pad_token", "<|padding|>")],
    stages: { settings throws(TokenizerError) in
      var stages = try byteLevelStages(settings)
      stages["normalizer"] = ["type": "NFC"]
      return stages
    }, readsVocabularyFiles: true, ignoresPostProcessor: true)

  static let qwen2 = TokenizerClass(
    name: "Qwen2Tokenizer",
    specialTokens: [("eos_token", "<|endoftext|>"), ("unk_token", "<|endoftext|>"), ("pad_token", "<|endoftext|>")],
    stages: { settings throws(TokenizerError) in
      let addsSpace = try settings.bool("add_prefix_space", default: false)
      var stages = splitStages(WordPattern.qwen2, addsPrefixSpace: addsSpace)
      stages["normalizer"] = ["type": "NFC"]
      return stages
    }, readsVocabularyFiles: true, resetsSpecialTokens: true)

  private static let endOfText = [
    ("bos_token", "<|endoftext|>"), ("eos_token", "<|endoftext|>"), ("unk_token", "<|endoftext|>"),
  ].map { (name: $0.0, content: $0.1) }

  /// SentencePiece's spaces and byte tokens back to text.
  static let fallbackDecoders: [JSONValue] = [
    ["type": "Replace", "pattern": ["String": "▁"], "content": " "], ["type": "ByteFallback"], ["type": "Fuse"],
  ]

  /// GPT-2's words.
  @Sendable private static func byteLevelStages(_ settings: ComponentConfig) throws(TokenizerError) -> OrderedDictionary<String, JSONValue> {
    let addsSpace = try settings.bool("add_prefix_space", default: false)
    return [
      "pre_tokenizer": ["type": "ByteLevel", "add_prefix_space": .bool(addsSpace), "use_regex": true], "decoder": ["type": "ByteLevel"],
      "model": ["type": "BPE"],
    ]
  }

  /// Words by a pattern, then the byte alphabet.
  static func splitStages(_ pattern: String, addsPrefixSpace: Bool) -> OrderedDictionary<String, JSONValue> {
    let split: JSONValue = ["type": "Split", "pattern": ["Regex": .string(pattern)], "behavior": "Isolated", "invert": false]
    let bytes: JSONValue = ["type": "ByteLevel", "add_prefix_space": .bool(addsPrefixSpace), "use_regex": false]
    return [
      "pre_tokenizer": ["type": "Sequence", "pretokenizers": [split, bytes]], "decoder": ["type": "ByteLevel"], "model": ["type": "BPE"],
    ]
  }
}
