// Which modules get factors, of which rank and scale, where their values lie, and what they begin with.

internal import Checkpoints
internal import Documents
internal import Tensors
internal import Tokenization

/// The factors of a model before its weights are touched.
struct FactorPlan {
  private(set) var places: [AdaptationSite: FactorPlace] = [:]
  private(set) var parameters: [TrainableParameter] = []
  private(set) var configuration: LoRAConfiguration
  /// Values of all factors.
  private(set) var count = 0
  private let modules: BaseModules
  private let root: String

  private init(_ blueprint: DecoderBlueprint, _ configuration: LoRAConfiguration) {
    modules = BaseModules(blueprint)
    self.configuration = configuration
    let family = ArchitectureCatalog.all.first { $0.name == blueprint.architecture }
    // Language models that are a part of another one are named so by transformers, whatever the order in the checkpoint.
    root = blueprint.embedding.tokens.name.contains("language_model.") ? "model.language_model." : family?.moduleRoot ?? "model."
  }

  /// New factors.
  ///
  /// - Parameter place: the base, as errors name it.
  init(_ settings: LoRASettings, blueprint: DecoderBlueprint, place: String, isGGUF: Bool) throws(AdapterError) {
    if isGGUF {
      throw .untrainable(place, what: "a GGUF file", advice: "adapters name modules as transformers does; name the Hugging Face folder")
    }
    try Self.check(settings, place)
    self.init(blueprint, LoRAConfiguration(targets: settings.targets))
    configuration.rank = settings.rank
    configuration.alpha = settings.alpha
    configuration.isRankStabilized = settings.isRankStabilized
    var chosen: [BaseModules.Module] = []
    for module in modules.modules {
      if module.site == .unembedding || module.site == .embedding {
        guard case .modules = settings.targets, try isTarget(module, place) else { continue }
        throw .untrainable(place, what: quoted(module.name), advice: "factors are trained beside linear maps within the layers")
      }
      if settings.targets == .allLinear && module.isOfMixture { continue }
      if try isTarget(module, place) { chosen.append(module) }
    }
    if case .modules(.names(let names)) = settings.targets {
      for name in names where !chosen.contains(where: { self.name(of: $0) == name || self.name(of: $0).hasSuffix("." + name) }) {
        throw .noSuchTarget(place, target: name, family: modules.family, known: modules.kinds)
      }
    }
    if chosen.isEmpty {
      throw .untrainable(place, what: "a model no module of which is a target", advice: "it has " + modules.kinds.joined(separator: ", "))
    }
    if settings.targets == .allLinear { configuration.targets = try targets(chosen, place) }
    let scale = settings.alpha / (settings.isRankStabilized ? Float(settings.rank).squareRoot() : Float(settings.rank))
    for module in chosen { add(module, rank: settings.rank, scale: scale, dropout: settings.dropout) }
  }

  /// The factors of an adapter that fits the base.
  init(_ adapter: Adapter, _ adaptation: Adaptation, dropout: Float, blueprint: DecoderBlueprint) throws(AdapterError) {
    let configuration = adapter.configuration
    try Self.check(dropout: dropout, adapter.path)
    let more: [(String, Bool)] = [
      ("a weight-decomposed adapter (DoRA)", configuration.isWeightDecomposed), ("an adapter with lora_bias", configuration.hasBias),
      ("an adapter with biases of its own", configuration.biases != .none), ("an adapter with saved modules", !adaptation.replacements.isEmpty),
      ("an adapter with trained tokens", !adaptation.tokenRows.isEmpty),
      ("an adapter of the embedding", adaptation.factors[.embedding] != nil), ("an adapter of lm_head", adaptation.factors[.unembedding] != nil),
    ]
    if let first = more.first(where: \.1) {
      throw .untrainable(
        adapter.path, what: first.0, advice: "training goes on from plain low-rank factors only; merge it into its base, or start without it")
    }
    self.init(blueprint, configuration)
    for module in modules.modules {
      if let factors = adaptation.factors[module.site] { add(module, rank: factors.rank, scale: factors.scale, dropout: dropout) }
    }
  }

  private static func check(_ settings: LoRASettings, _ place: String) throws(AdapterError) {
    guard settings.rank > 0, settings.rank <= 4096 else {
      throw .badValue(place, key: "r", found: "\(settings.rank)", expected: "a whole number from 1 to 4096")
    }
    guard settings.alpha.isFinite, settings.alpha > 0 else {
      throw .badValue(place, key: "lora_alpha", found: "\(settings.alpha)", expected: "a number above 0")
    }
    try check(dropout: settings.dropout, place)
  }

  private static func check(dropout: Float, _ place: String) throws(AdapterError) {
    guard dropout >= 0, dropout < 1 else {
      throw .badValue(place, key: "lora_dropout", found: "\(dropout)", expected: "a number from 0 to below 1")
    }
  }

  /// The module's dotted name in transformers.
  private func name(of module: BaseModules.Module) -> String { root + BaseModules.canonical(module.name) }

  private func isTarget(_ module: BaseModules.Module, _ place: String) throws(AdapterError) -> Bool {
    do {
      return try configuration.targets(name(of: module), isUnembedding: module.site == .unembedding)
    } catch {
      throw .pattern(place, key: "target_modules", error)
    }
  }

  /// All linear maps by name, as PEFT writes them; within a larger model, by a pattern that leaves the rest of it alone.
  private func targets(_ chosen: [BaseModules.Module], _ place: String) throws(AdapterError) -> LoRAConfiguration.Targets {
    let kinds = Set(chosen.compactMap { $0.name.split(separator: ".").last.map(String.init) }).sorted()
    if root == "model.language_model." {
      let pattern = "model\\.language_model\\..*\\.(" + kinds.joined(separator: "|") + ")"
      do { return .modules(.pattern(try NamePattern(pattern))) } catch { throw .pattern(place, key: "target_modules", error) }
    }
    return .modules(.names(kinds))
  }

  private mutating func add(_ module: BaseModules.Module, rank: Int, scale: Float, dropout: Float) {
    let (down, up) = (count, count + rank * module.inputs)
    count = up + module.outputs * rank
    places[module.site] = FactorPlace(
      index: places.count, rank: rank, inputs: module.inputs, outputs: module.outputs, scale: scale, dropout: dropout, down: down, up: up)
    func text(_ part: AdapterTensorName.Part) -> String { AdapterTensorName(module: name(of: module), part: part).text }
    parameters.append(TrainableParameter(name: text(.down), shape: [rank, module.inputs], range: down..<up))
    parameters.append(TrainableParameter(name: text(.up), shape: [module.outputs, rank], range: up..<count))
  }

  /// A uniform in ±1/√inputs, which is Kaiming's uniform distribution with a = √5 (PEFT's start); B zero.
  func newValues(seed: UInt64) -> [Float] {
    var values = Array(repeating: Float(0), count: count)
    var numbers = SeededNumbers(seed: seed)
    for parameter in parameters where parameter.name.hasSuffix(AdapterTensorName.Part.down.name + ".weight") {
      let bound = 1 / Float(parameter.shape[1]).squareRoot()
      for index in parameter.range { values[index] = numbers.float() * bound }
    }
    return values
  }

  /// The values of an adapter's tensors.
  func values(of adaptation: Adaptation) throws(ModelError) -> [Float] {
    var values = Array(repeating: Float(0), count: count)
    for (site, place) in places {
      guard let factors = adaptation.factors[site] else { continue }
      for (tensor, first) in [(factors.down, place.down), (factors.up, place.up)] {
        do {
          for (offset, value) in try adaptation.weights.floats(of: tensor).enumerated() { values[first + offset] = value }
        } catch {
          throw ModelError(wrapping: error)
        }
      }
    }
    return values
  }
}

/// What the parts of a trainable decoder are made from.
struct TrainableMaker: Sendable {
  let reader: WeightReader
  let places: [AdaptationSite: FactorPlace]
  let values: Matrix
  let gradients: Matrix

  /// The factors of weights that stand side by side; parts of one tensor share theirs.
  func factors(of parts: [LinearBlueprint]) throws(ModelError) -> [LowRankFactors] {
    var groups: [(place: FactorPlace, column: Int, sources: [Int])] = []
    var column = 0
    for part in parts {
      let sources = (0..<part.weight.outputs).map(part.weight.source(ofRow:))
      if let place = places[.tensor(part.weight.name)] {
        if let last = groups.last, last.place.index == place.index, last.column + last.sources.count == column {
          groups[groups.count - 1].sources += sources
        } else {
          groups.append((place, column, sources))
        }
      }
      column += sources.count
    }
    do throws(TensorError) {
      var made: [LowRankFactors] = []
      for group in groups {
        made.append(try LowRankFactors(group.place, column: group.column, sources: group.sources, values: values, gradients: gradients))
      }
      return made
    } catch {
      throw .tensors(.init(error))
    }
  }
}
