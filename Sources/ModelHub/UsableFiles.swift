// Which files of a repository Flipgate can use: descriptions, tokenizers, templates, and one form of the weights.

enum UsableFiles {
  static let safetensors = "model.safetensors"
  static let safetensorsIndex = "model.safetensors.index.json"
  static let torch = "pytorch_model.bin"
  static let torchIndex = "pytorch_model.bin.index.json"

  /// The weights of a repository in the form that is read: safetensors before PyTorch's archives, a whole model before an adapter.
  enum Weights: Equatable {
    /// All in one file.
    case file(String)
    /// In the files that an index names.
    case sharded(index: String)
    /// In GGUF files, of which one has to be chosen.
    case gguf([String])
    /// In a form that is not read, or nowhere.
    case none

    init(in names: some Collection<String>) {
      let wholes: [(file: String, index: String?)] = [
        (safetensors, safetensorsIndex), ("adapter_model.safetensors", nil), (torch, torchIndex), ("adapter_model.bin", nil),
      ]
      for (file, index) in wholes {
        if names.contains(file) {
          self = .file(file)
          return
        }
        if let index, names.contains(index) {
          self = .sharded(index: index)
          return
        }
      }
      let gguf = names.filter { $0.lowercased().hasSuffix(".gguf") }
      self = gguf.isEmpty ? .none : .gguf(gguf.sorted())
    }
  }

  /// Whether a file describes the model, its tokenizer or its chat template. Those of a subfolder belong to something else,
  /// further chat templates excepted.
  static func isDescription(_ name: String) -> Bool {
    if name.contains("/") { return name.hasPrefix("additional_chat_templates/") && name.hasSuffix(".jinja") }
    if exact.contains(name) { return true }
    return [".jinja", ".model", ".tiktoken"].contains { name.hasSuffix($0) } || name.hasPrefix("config") && name.hasSuffix(".json")
  }

  private static let exact: Set<String> = [
    "generation_config.json", "adapter_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
    "added_tokens.json", "vocab.json", "vocab.txt", "merges.txt", "chat_template.json",
  ]
}
