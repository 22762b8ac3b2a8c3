// Settings as `adapter_config.json`: what PEFT, and the reader beside this file, make the same adapter of.

public import Documents
internal import Tokenization

extension LoRAConfiguration {
  /// The file's contents, under PEFT's names; what has no value is left to PEFT's defaults, which are the reader's.
  public var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("peft_type", "LORA"), ("task_type", "CAUSAL_LM"), ("inference_mode", true), ("base_model_name_or_path", base.map { .string($0) } ?? .null),
      ("r", .integer(rank)), ("lora_alpha", Self.number(alpha)), ("lora_dropout", 0.0), ("use_rslora", .bool(isRankStabilized)),
      ("use_dora", .bool(isWeightDecomposed)), ("lora_bias", .bool(hasBias)), ("bias", .string(biases.rawValue)), ("init_lora_weights", true),
    ]
    switch targets {
    case .allLinear: members.append(("target_modules", "all-linear"))
    case .modules(let modules): members.append(("target_modules", modules.json))
    }
    if let excluded { members.append(("exclude_modules", excluded.json)) }
    if let layers { members.append(("layers_to_transform", .array(layers.map { .integer($0) }))) }
    if !layerLists.isEmpty { members.append(("layers_pattern", .array(layerLists.map { .string($0.text) }))) }
    members.append(("rank_pattern", .object(of: ranks.map { ($0.pattern.text, .integer($0.value)) })))
    members.append(("alpha_pattern", .object(of: alphas.map { ($0.pattern.text, Self.number($0.value)) })))
    members.append(("modules_to_save", savedModules.isEmpty ? .null : .array(savedModules.map { .string($0) })))
    if !trainedTokens.isEmpty { members.append(("trainable_token_indices", Self.tokens(trainedTokens))) }
    if tiesEmbeddings { members.append(("ensure_weight_tying", true)) }
    return .object(of: members)
  }

  /// Whole where it is whole: PEFT writes `8`, not `8.0`.
  private static func number(_ value: Float) -> JSONValue {
    value == value.rounded() && abs(value) < 1e9 ? .integer(Int(value)) : .number(Double(value))
  }

  private static func tokens(_ trained: [TrainedTokens]) -> JSONValue {
    func list(_ tokens: [Int]) -> JSONValue { .array(tokens.map { .integer($0) }) }
    if trained.count == 1, trained[0].module == nil { return list(trained[0].tokens) }
    return .object(of: trained.map { ($0.module ?? "embed_tokens", list($0.tokens)) })
  }
}

extension LoRAConfiguration.Modules {
  fileprivate var json: JSONValue {
    switch self {
    case .names(let names): .array(names.map { .string($0) })
    case .pattern(let pattern): .string(pattern.text)
    }
  }
}
