// How byte-level vocabularies in GGUF files cut text into words: one entry a name of `tokenizer.ggml.pre`.

/// A way to cut text before byte-level BPE, and what goes with it.
///
/// GGUF files only name it. The steps are those of the models' own `tokenizer.json`, so that a model gives the same IDs in both formats; only
/// "default", which belongs to no model, is llama.cpp's (`llama-vocab.cpp`, `LLAMA_VOCAB_PRE_TYPE_DEFAULT`).
struct GGUFWordSplit: Sendable {
  enum Step: Sendable {
    case pattern(String)
    case digits
    case gpt2
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

  private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
  private static let spaces = #"\s*[\r\n]+|\s+(?!\S)|\s+"#
  private static let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
  private static let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
  private static let lead = #"[^\r\n\p{L}\p{N}]?"#

  static let all: [GGUFWordSplit] = [
    GGUFWordSplit(names: ["gpt-2", "phi-2"], steps: [.gpt2]),
    GGUFWordSplit(names: ["smollm", "starcoder", "refact"], steps: [.digits, .gpt2]),
    GGUFWordSplit(
      names: ["llama-bpe", "llama3", "llama-v3"],
      steps: [.pattern("\(contractions)|\(lead)\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\(spaces)")],
      ignoresMerges: true, addsBOS: true),
    GGUFWordSplit(
      names: ["qwen2", "deepseek-r1-qwen", "megrez"],
      steps: [.pattern("\(contractions)|\(lead)\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\(spaces)")], composes: true),
    GGUFWordSplit(
      names: ["gpt-4o", "llama4"],
      steps: [
        .pattern(
          "\(lead)\(upper)*\(lower)+\(contractions)?|\(lead)\(upper)+\(lower)*\(contractions)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\(spaces)"
        )
      ]),
    GGUFWordSplit(
      names: ["tekken"],
      steps: [.pattern("\(lead)\(upper)*\(lower)+|\(lead)\(upper)+\(lower)*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\(spaces)")],
      ignoresMerges: true, addsBOS: true),
    GGUFWordSplit(
      names: ["deepseek-v3"],
      steps: [
        .pattern(#"\p{N}{1,3}"#), .pattern("[一-龥぀-ゟ゠-ヿ]+"),
        .pattern(
          ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|"## + spaces),
      ]),
    GGUFWordSplit(
      names: ["default"], steps: [.pattern(#"[\p{P}\$\+<=>\^~\|]+"#), .gpt2, .pattern(#"\p{N}+"#), .pattern("[0-9][0-9][0-9]")]),
  ]

  /// The steps as a pre-tokeniser that ends in the byte alphabet.
  func preTokenizer() throws(PatternFault) -> any PreTokenizer {
    var stages: [any PreTokenizer] = []
    for step in steps {
      switch step {
      case .pattern(let pattern): stages.append(Split(.regex(try SplitPattern(pattern)), .isolated))
      case .digits: stages.append(Digits(individually: true))
      case .gpt2: stages.append(Split(.regex(try SplitPattern(ByteLevel.pattern)), .isolated))
      }
    }
    stages.append(ByteLevel(addsPrefixSpace: false, usesPattern: false))
    return PreTokenizerSequence(stages)
  }
}
