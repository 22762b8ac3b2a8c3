// What `adapter_config.json` says of a low-rank adapter: which modules it changes, and by how much (Hu et al. 2021, arXiv 2106.09685).

public import Tokenization

/// The settings of a LoRA adapter that change a number; names on disk are PEFT's (`peft/tuners/lora/config.py`).
public struct LoRAConfiguration: Sendable, Hashable {
  /// Modules by name, or by a pattern on their whole name.
  public enum Modules: Sendable, Hashable {
    /// A module whose dotted name is one of these or ends in one.
    case names([String])
    case pattern(NamePattern)
  }

  public enum Targets: Sendable, Hashable {
    case modules(Modules)
    /// Every linear map but the one onto the vocabulary (`all-linear`).
    case allLinear
  }

  /// Which biases of the base the adapter has in its own form.
  public enum Biases: String, Sendable, Hashable, CaseIterable {
    case none
    case adapted = "lora_only"
    case all
  }

  /// A value for modules whose name, or its end, a pattern matches.
  public struct Override<Value: Sendable & Hashable>: Sendable, Hashable {
    public var pattern: NamePattern
    public var value: Value
  }

  /// Tokens whose rows of an embedding are replaced.
  public struct TrainedTokens: Sendable, Hashable {
    /// The embedding's name; nil for the model's own.
    public var module: String?
    public var tokens: [Int]
  }

  /// `r`
  public var rank = 8
  /// `lora_alpha`
  public var alpha: Float = 8
  /// `use_rslora`: alpha divided by √rank instead of rank (Kalajdzievski 2023, arXiv 2312.03732).
  public var isRankStabilized = false
  /// `use_dora`: rows rescaled to a trained length (Liu et al. 2024, arXiv 2402.09353).
  public var isWeightDecomposed = false
  /// `lora_bias`: the upper factor has a bias.
  public var hasBias = false
  public var biases = Biases.none
  public var targets: Targets
  /// `exclude_modules`
  public var excluded: Modules?
  /// `layers_to_transform`; nil for all.
  public var layers: [Int]?
  /// `layers_pattern`: what the list of layers is called, where it says so.
  public var layerLists: [NamePattern] = []
  /// `rank_pattern`, first match first.
  public var ranks: [Override<Int>] = []
  /// `alpha_pattern`, first match first.
  public var alphas: [Override<Float>] = []
  /// `modules_to_save`: modules that the adapter holds whole.
  public var savedModules: [String] = []
  /// `trainable_token_indices`
  public var trainedTokens: [TrainedTokens] = []
  /// `ensure_weight_tying`: what is saved of an embedding counts for the unembedding as well, where the base ties them.
  public var tiesEmbeddings = false
  /// `base_model_name_or_path`: the model that it was trained on, as its maker called it.
  public var base: String?

  public init(targets: Targets) { self.targets = targets }

  /// The rank of a module's factors.
  public func rank(of module: String) throws(NamePatternError) -> Int {
    for override in ranks where try override.pattern.matches(module) { return override.value }
    return rank
  }

  public func alpha(of module: String) throws(NamePatternError) -> Float {
    for override in alphas where try override.pattern.matches(module) { return override.value }
    return alpha
  }

  /// The factor on the product of a module's factors.
  public func scale(of module: String) throws(NamePatternError) -> Float {
    let rank = Float(try rank(of: module))
    return try alpha(of: module) / (isRankStabilized ? rank.squareRoot() : rank)
  }

  /// Whether a module is one that the adapter changes by low-rank factors.
  ///
  /// - Parameters:
  ///   - module: its dotted name, as transformers has it.
  ///   - isUnembedding: it is the map onto the vocabulary.
  public func targets(_ module: String, isUnembedding: Bool = false) throws(NamePatternError) -> Bool {
    if let excluded, try excluded.contain(module) { return false }
    if saves(module) { return false }
    switch targets {
    case .allLinear: return !isUnembedding
    case .modules(.pattern(let pattern)): return try pattern.matches(module)
    case .modules(.names(let names)):
      guard try Modules.names(names).contain(module) else { return false }
      guard let layers else { return true }
      return try layer(of: module).map(layers.contains) ?? false
    }
  }

  /// Whether a module is one that the adapter holds whole, or lies in one.
  public func saves(_ module: String) -> Bool {
    let padded = ".\(module)."
    return savedModules.contains { padded.contains(".\($0).") }
  }

  /// The number of the layer that a module lies in: the first number behind a name, or behind the name of the list of layers.
  private func layer(of module: String) throws(NamePatternError) -> Int? {
    let parts = module.split(separator: ".")
    for index in parts.indices.dropLast().dropFirst(layerLists.isEmpty ? 2 : 1) {
      guard let number = Int(parts[index]) else { continue }
      if layerLists.isEmpty { return number }
      let before = parts[..<index].joined(separator: ".")
      for list in layerLists where try list.matches(before) { return number }
    }
    return nil
  }
}

extension LoRAConfiguration.Modules {
  /// Whether a module is among these.
  func contain(_ module: String) throws(NamePatternError) -> Bool {
    switch self {
    case .names(let names): names.contains { module == $0 || module.hasSuffix("." + $0) }
    case .pattern(let pattern): try pattern.matches(module)
    }
  }
}
