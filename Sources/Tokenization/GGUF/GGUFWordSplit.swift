// How byte-level vocabularies in GGUF files cut text into words: one entry a name of `tokenizer.ggml.pre`.

/// A way to cut text before byte-level BPE, and what goes with it.
///
/// GGUF files only name it. The steps are those of the models' own `tokenizer.json`, so that a model gives the same IDs in both formats; only
/// "default", which belongs to no model, is llama.cpp's (`llama-vocab.cpp`, `LLAMA_VOCAB_PRE_TYPE_DEFAULT`).
struct GGUFWordSplit: Sendable {
  enum Step: Sendable {
    case pattern(String)
    case digits
    /// Each run of punctuation by itself.
    case punctuation
    /// GPT-2's words.
    case gpt2
    /// The bytes as characters of GPT-2's alphabet; the last step unless it stands before others.
    case bytes
  }

  /// The names in `tokenizer.ggml.pre`.
  var names: [String]
  var steps: [Step]
  /// The model's `tokenizer.json` composes text first (NFC).
  var composes = false
  /// A word that is a token is that token, whatever the merges say.
  var ignoresMerges = false
  /// Begin with the first token unless the file says otherwise.
  var addsBOS = false

  static let all: [GGUFWordSplit] = [
    GGUFWordSplit(names: ["gpt-2", "phi-2"], steps: [.gpt2]),
    // GPT-NeoX and Pythia, OLMo 1, MPT.
    GGUFWordSplit(names: ["olmo", "mpt"], steps: [.gpt2], composes: true),
    GGUFWordSplit(names: ["smollm", "starcoder", "refact"], steps: [.digits, .gpt2]),
    GGUFWordSplit(names: ["command-r"], steps: [.digits, .gpt2], composes: true),
    // Falcon 7B looks for digits behind the byte alphabet, where some bytes look like digits.
    GGUFWordSplit(names: ["falcon"], steps: [.punctuation, .gpt2, .bytes, .pattern(#"\p{N}+"#), .pattern("[0-9][0-9][0-9]")]),
    GGUFWordSplit(
      names: ["llama-bpe", "llama3", "llama-v3"], steps: [.pattern(WordPattern.llama3)], ignoresMerges: true, addsBOS: true),
    // DBRX and OLMo 2.
    GGUFWordSplit(names: ["dbrx"], steps: [.pattern(WordPattern.llama3)]),
    // SmolLM3, whose vocabulary is Llama 3's.
    GGUFWordSplit(names: ["smaug-bpe"], steps: [.pattern(WordPattern.llama3)], ignoresMerges: true),
    GGUFWordSplit(
      names: ["qwen2", "deepseek-r1-qwen", "megrez", "stablelm2"], steps: [.pattern(WordPattern.qwen2)], composes: true),
    GGUFWordSplit(names: ["gpt-4o", "llama4"], steps: [.pattern(WordPattern.gpt4o)]),
    GGUFWordSplit(names: ["tekken"], steps: [.pattern(WordPattern.tekken)], ignoresMerges: true, addsBOS: true),
    GGUFWordSplit(
      names: ["deepseek-v3"], steps: [.pattern(#"\p{N}{1,3}"#), .pattern("[一-龥぀-ゟ゠-ヿ]+"), .pattern(WordPattern.deepSeek3)]),
    GGUFWordSplit(
      names: ["default"], steps: [.pattern(#"[\p{P}\$\+<=>\^~\|]+"#), .gpt2, .pattern(#"\p{N}+"#), .pattern("[0-9][0-9][0-9]")]),
  ]

  /// The steps as a pre-tokeniser that ends in the byte alphabet.
  func preTokenizer() throws(PatternFault) -> any PreTokenizer {
    var stages: [any PreTokenizer] = []
    let bytes = ByteLevel(addsPrefixSpace: false, usesPattern: false)
    var isEncoded = false
    for step in steps {
      switch step {
      case .pattern(let pattern): stages.append(Split(.regex(try SplitPattern(pattern)), .isolated))
      case .digits: stages.append(Digits(individually: true))
      case .punctuation: stages.append(Punctuation(.contiguous))
      case .gpt2: stages.append(Split(.regex(try SplitPattern(ByteLevel.pattern)), .isolated))
      case .bytes:
        stages.append(bytes)
        isEncoded = true
      }
    }
    if !isEncoded { stages.append(bytes) }
    return PreTokenizerSequence(stages)
  }
}
