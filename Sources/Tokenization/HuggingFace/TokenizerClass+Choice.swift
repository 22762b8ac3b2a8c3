// Which class a checkpoint gets: by its own declaration, by its model type, and where the two disagree.

internal import Documents

extension TokenizerClass {
  /// The classes that transformers 5.23 gives to model types (`models/auto/tokenization_auto.py`); "TokenizersBackend" takes files as they are.
  private static let byModelType: [String: TokenizerClass] = {
    let types: [(TokenizerClass, [String])] = [
      (gpt2, ["gpt2", "gpt_neo", "gptj", "codegen", "opt", "phi", "starcoder2"]),
      (gptNeoX, ["gpt_neox", "olmo", "olmoe", "mpt", "mamba", "rwkv"]), (qwen2, ["qwen2", "qwen2_moe", "qwen3", "qwen3_moe"]),
      (gemma, ["gemma", "gemma2", "gemma3", "gemma3_text", "gemma3n", "gemma3n_text", "recurrent_gemma"]),
      (
        plain,
        [
          "mistral", "mistral3", "mixtral", "ministral", "ministral3", "phi3", "phimoe", "olmo2", "olmo3", "stablelm", "granite", "granitemoe",
          "gpt_bigcode", "glm", "glm4", "persimmon",
        ]
      ),
    ]
    var result: [String: TokenizerClass] = [:]
    for (tokenizerClass, names) in types { for name in names { result[name] = tokenizerClass } }
    return result
  }()

  /// Model types whose checkpoints are known to declare a wrong class.
  private static let overruled: Set<String> = ["qwen2", "phi3", "phimoe"]

  /// The class for a folder, as `AutoTokenizer` chooses it. Classes that are not in the catalogue take files as they are.
  static func choose(_ files: TokenizerFiles) throws(TokenizerError) -> TokenizerClass {
    var declared = try className(files.settings)
    if declared == nil { declared = try className(files.checkpoint) }
    let modelType = try files.checkpoint.member("model_type")?.string() ?? ""
    let registered = byModelType[modelType]
    if let declared, files.settings.member("auto_map")?.member("AutoTokenizer") == nil {
      if declared == llama.name, !overruled.contains(modelType), case .json(let file) = files.source, holds(file.bytes, #""ByteLevel""#) {
        return plain
      }
      if let registered, registered.name != declared {
        if registered.name == plain.name { return plain }
        return overruled.contains(modelType) ? registered : named(declared)
      }
    }
    if let declared { return named(declared) }
    return registered ?? plain
  }

  private static func named(_ name: String) -> TokenizerClass { all.first { $0.name == name } ?? plain }

  private static func className(_ config: ComponentConfig) throws(TokenizerError) -> String? {
    guard let name = try config.member("tokenizer_class")?.string() else { return nil }
    return name.hasSuffix("Fast") ? String(name.dropLast(4)) : name
  }

  private static func holds(_ bytes: [UInt8], _ text: String) -> Bool {
    let text = Array(text.utf8)
    var position = 0
    while position + text.count <= bytes.count {
      if bytes[position] == text[0], starts(bytes, at: position, with: text) { return true }
      position += 1
    }
    return false
  }
}
