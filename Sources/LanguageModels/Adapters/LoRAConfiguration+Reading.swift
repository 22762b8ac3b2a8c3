// From `adapter_config.json` to settings: every key is known, or known to change nothing, or refused by its name.

public import Documents
internal import Tokenization

extension LoRAConfiguration {
  /// The most bytes of an `adapter_config.json`; real ones have a few thousand.
  static let sizeLimit = 4 << 20
  /// The most patterns of ranks or alphas; adaptive methods write one for each module, some hundreds.
  static let overrideLimit = 4096

  /// Keys that say how an adapter was made or trained, and change nothing in what it computes.
  private static let harmless: Set<String> = [
    "auto_mapping", "base_model_name_or_path", "revision", "task_type", "inference_mode", "peft_version", "lora_dropout", "loftq_config",
    "eva_config", "corda_config", "lora_ga_config", "velora_config", "megatron_core", "qalora_group_size", "runtime_config",
    // Whether weights lie as [inputs, outputs], which the base itself says.
    "fan_in_fan_out",
  ]

  private static let read: Set<String> = [
    "peft_type", "r", "lora_alpha", "use_rslora", "use_dora", "lora_bias", "bias", "target_modules", "exclude_modules",
    "layers_to_transform", "layers_pattern", "rank_pattern", "alpha_pattern", "modules_to_save", "trainable_token_indices",
    "ensure_weight_tying", "init_lora_weights",
  ]

  /// Starts that leave the base as it is; the others (PiSSA, OLoRA, CorDA, LoftQ, LoRA-GA) take from it what the adapter then holds.
  private static let plainStarts: Set<String> = ["gaussian", "eva", "orthogonal", "true", "false"]

  /// Reads the settings.
  ///
  /// - Parameter place: the file that errors name.
  /// - Throws: ``AdapterError`` for another kind of adapter, a value that makes no sense, or a setting that is not known here.
  public init(_ json: JSONValue, place: String) throws(AdapterError) {
    guard let members = json.members else { throw .badValue(place, key: "adapter_config.json", found: json.kindName, expected: "an object") }
    let kind = json["peft_type"]?.string ?? "no peft_type"
    guard kind == "LORA" else { throw .unsupportedKind(place, kind) }
    let reader = SettingReader(json: json, place: place)
    targets = try reader.targets()
    rank = try reader.rank(json["r"], key: "r") ?? rank
    alpha = try reader.number(json["lora_alpha"], key: "lora_alpha") ?? alpha
    isRankStabilized = try reader.flag("use_rslora")
    isWeightDecomposed = try reader.flag("use_dora")
    hasBias = try reader.flag("lora_bias")
    if let name = try reader.text("bias") {
      guard let biases = Biases(rawValue: name) else {
        throw .badValue(place, key: "bias", found: quoted(name), expected: Biases.allCases.map(\.rawValue).joined(separator: ", "))
      }
      self.biases = biases
    }
    excluded = try reader.modules("exclude_modules")
    layers = try reader.numbers("layers_to_transform")
    layerLists = try reader.names("layers_pattern").map { (name) throws(AdapterError) in try reader.pattern(name, key: "layers_pattern") }
    ranks = try reader.overrides("rank_pattern") { (value) throws(AdapterError) in try reader.rank(value, key: "rank_pattern") }
    alphas = try reader.overrides("alpha_pattern") { (value) throws(AdapterError) in try reader.number(value, key: "alpha_pattern") }
    savedModules = try reader.names("modules_to_save")
    trainedTokens = try reader.trainedTokens()
    tiesEmbeddings = try reader.flag("ensure_weight_tying")
    base = json["base_model_name_or_path"]?.string
    for (key, value) in members where !Self.harmless.contains(key) && !Self.read.contains(key) && !value.isIdle {
      throw .unsupportedSetting(place, key: key, value: value.serialized())
    }
    let start = json["init_lora_weights"]
    guard start == nil || start?.isNull == true || start?.bool != nil || Self.plainStarts.contains(start?.string ?? "") else {
      throw .changedBase(place, start: start?.serialized() ?? "")
    }
    if isWeightDecomposed && hasBias {
      throw .badValue(place, key: "lora_bias", found: "true", expected: "false where use_dora is true, as PEFT has it")
    }
  }
}

/// Looks settings up, checked for kind and range.
private struct SettingReader {
  let json: JSONValue
  let place: String

  /// What a key holds; null counts as nothing.
  private func value(_ key: String) -> JSONValue? {
    guard let value = json[key], !value.isNull else { return Optional.none }
    return value
  }

  private func bad(_ key: String, _ value: JSONValue, _ expected: String) -> AdapterError {
    .badValue(place, key: key, found: value.serialized(), expected: expected)
  }

  func flag(_ key: String) throws(AdapterError) -> Bool {
    guard let value = value(key) else { return false }
    guard let flag = value.bool else { throw bad(key, value, "true or false") }
    return flag
  }

  func text(_ key: String) throws(AdapterError) -> String? {
    guard let value = value(key) else { return nil }
    guard let text = value.string else { throw bad(key, value, "a string") }
    return text
  }

  func rank(_ value: JSONValue?, key: String) throws(AdapterError) -> Int? {
    guard let value, !value.isNull else { return nil }
    guard let rank = value.integer, (1...1 << 16).contains(rank) else { throw bad(key, value, "a rank from 1 to \(1 << 16)") }
    return rank
  }

  func number(_ value: JSONValue?, key: String) throws(AdapterError) -> Float? {
    guard let value, !value.isNull else { return nil }
    guard let number = value.double.map({ Float($0) }), number.isFinite else { throw bad(key, value, "a number") }
    return number
  }

  func numbers(_ key: String) throws(AdapterError) -> [Int]? {
    guard let value = value(key) else { return nil }
    if let number = value.integer { return [number] }
    guard let array = value.array, array.allSatisfy({ $0.integer != nil }) else { throw bad(key, value, "whole numbers") }
    return array.isEmpty ? nil : array.compactMap(\.integer)
  }

  /// Names in an array, or one by itself.
  func names(_ key: String) throws(AdapterError) -> [String] {
    guard let value = value(key) else { return [] }
    if let name = value.string { return [name] }
    guard let array = value.array, array.allSatisfy({ $0.string != nil }) else { throw bad(key, value, "names") }
    return array.compactMap(\.string)
  }

  func pattern(_ text: String, key: String) throws(AdapterError) -> NamePattern {
    do { return try NamePattern(text, anyPrefix: true) } catch { throw .pattern(place, key: key, error) }
  }

  func modules(_ key: String) throws(AdapterError) -> LoRAConfiguration.Modules? {
    guard let value = value(key) else { return nil }
    if let text = value.string {
      do { return .pattern(try NamePattern(text)) } catch { throw .pattern(place, key: key, error) }
    }
    let names = try names(key)
    return names.isEmpty ? nil : .names(names)
  }

  func targets() throws(AdapterError) -> LoRAConfiguration.Targets {
    if value("target_modules")?.string == "all-linear" { return .allLinear }
    guard let modules = try modules("target_modules") else {
      let found = json["target_modules"]?.serialized() ?? "missing"
      throw .badValue(place, key: "target_modules", found: found, expected: "the modules that the adapter changes")
    }
    return .modules(modules)
  }

  func overrides<Value: Sendable & Hashable>(
    _ key: String, _ read: (JSONValue) throws(AdapterError) -> Value?
  ) throws(AdapterError) -> [LoRAConfiguration.Override<Value>] {
    guard let value = value(key) else { return [] }
    guard let members = value.members, members.count <= LoRAConfiguration.overrideLimit else {
      throw bad(key, value, "an object from at most \(LoRAConfiguration.overrideLimit) patterns to numbers")
    }
    var found: [LoRAConfiguration.Override<Value>] = []
    for (text, number) in members {
      guard let number = try read(number) else { throw bad(key, number, "a number") }
      found.append(.init(pattern: try pattern(text, key: key), value: number))
    }
    return found
  }

  func trainedTokens() throws(AdapterError) -> [LoRAConfiguration.TrainedTokens] {
    let key = "trainable_token_indices"
    guard let value = value(key) else { return [] }
    func tokens(_ list: JSONValue) throws(AdapterError) -> [Int] {
      guard let array = list.array, array.allSatisfy({ $0.integer != nil }) else { throw bad(key, value, "lists of tokens") }
      return array.compactMap(\.integer)
    }
    guard let members = value.members else { return [.init(module: nil, tokens: try tokens(value))] }
    var found: [LoRAConfiguration.TrainedTokens] = []
    for (module, list) in members { found.append(.init(module: module, tokens: try tokens(list))) }
    return found
  }
}

extension JSONValue {
  /// Null, false or empty: a setting that is not used.
  fileprivate var isIdle: Bool {
    isNull || bool == false || array?.isEmpty == true || members?.isEmpty == true || string?.isEmpty == true
  }
}
