// What a tensor of an adapter is, told by its name: which module it is for, and which part of its change.

/// The name of a tensor in `adapter_model.safetensors`, taken apart; spellings of older versions of PEFT included.
struct AdapterTensorName: Hashable, Sendable {
  enum Part: Hashable, Sendable {
    /// `[rank, inputs]`
    case down
    /// `[outputs, rank]`
    case up
    case upBias
    /// `[rank, vocabulary]`, of an embedding.
    case embeddingDown
    /// `[width, rank]`
    case embeddingUp
    /// `[outputs]`: the length of each row (DoRA).
    case magnitude
    /// `[tokens, width]`: rows of an embedding.
    case tokenRows
    /// The module's own weight or bias, in the adapter's form.
    case weight
    case bias

    /// As PEFT calls it.
    var name: String {
      switch self {
      case .down: "lora_A"
      case .up: "lora_B"
      case .upBias: "lora_B.bias"
      case .embeddingDown: "lora_embedding_A"
      case .embeddingUp: "lora_embedding_B"
      case .magnitude: "lora_magnitude_vector"
      case .tokenRows: "trainable_tokens_delta"
      case .weight: "weight"
      case .bias: "bias"
      }
    }
  }

  /// The dotted name of the module, as the model had it that was trained.
  var module: String
  var part: Part

  init(module: String, part: Part) {
    self.module = module
    self.part = part
  }

  /// How PEFT writes the tensor.
  var text: String {
    let suffix = part == .down || part == .up ? ".weight" : ""
    return "base_model.model.\(module).\(part.name)\(suffix)"
  }

  /// - Returns: nil where the name is none of these.
  init?(_ name: String) {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init).filter { $0 != "_orig_mod" }
    if parts.starts(with: ["base_model", "model"]) { parts.removeFirst(2) }
    let marks: Set<String> = ["base_layer", "modules_to_save", "token_adapter"]
    guard let end = parts.firstIndex(where: { $0.hasPrefix("lora_") || marks.contains($0) }) else {
      guard let last = parts.last, last == "weight" || last == "bias", parts.count > 1 else { return nil }
      self.init(module: parts.dropLast().joined(separator: "."), part: last == "bias" ? .bias : .weight)
      return
    }
    // Behind the mark: an adapter's name, which some files keep, and `weight` or `bias`.
    let rest = parts[(end + 1)...]
    let isBias = rest.last == "bias"
    let part: Part
    switch parts[end] {
    case "lora_A" where !isBias: part = .down
    case "lora_B": part = isBias ? .upBias : .up
    case "lora_embedding_A": part = .embeddingDown
    case "lora_embedding_B": part = .embeddingUp
    case "lora_magnitude_vector": part = .magnitude
    case "token_adapter" where rest.first == "trainable_tokens_delta": part = .tokenRows
    case "base_layer", "modules_to_save": part = isBias ? .bias : .weight
    default: return nil
    }
    guard end > 0, rest.count <= 2 else { return nil }
    self.init(module: parts[..<end].joined(separator: "."), part: part)
  }
}
