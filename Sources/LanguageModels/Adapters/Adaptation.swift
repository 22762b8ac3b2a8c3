// An adapter laid upon a base: every tensor has its place, its shape is the base's, and nothing that the settings name is missing.

internal import Checkpoints
internal import Documents
internal import Tensors
internal import Tokenization

/// The changes of one adapter by place.
struct Adaptation: Sendable {
  /// Low-rank factors: `W + scale · up · down`.
  struct Factors: Sendable {
    /// `[rank, inputs]`
    var down: TensorInfo
    /// `[outputs, rank]`
    var up: TensorInfo
    /// `[outputs]`
    var upBias: TensorInfo?
    /// `[outputs]`: the lengths of the changed rows, where the adapter is weight-decomposed.
    var magnitude: TensorInfo?
    var scale: Float
    var rank: Int
  }

  /// Rows of an embedding in the adapter's form.
  struct TokenRows: Sendable {
    /// `[tokens, width]`
    var tensor: TensorInfo
    /// Token to row.
    var rows: [Int: Int]
  }

  let weights: Checkpoint
  private(set) var factors: [AdaptationSite: Factors] = [:]
  /// Tensors that take the place of the base's.
  private(set) var replacements: [AdaptationSite: TensorInfo] = [:]
  private(set) var tokenRows: [AdaptationSite: TokenRows] = [:]

  /// - Throws: ``AdapterError`` that names the first tensor that does not fit.
  init(_ adapter: Adapter, blueprint: DecoderBlueprint, base: Checkpoint) throws(AdapterError) {
    if base.metadata != nil { throw .ggufBase(adapter.path, base: base.path) }
    weights = adapter.weights
    let reader = try AdaptationReader(adapter, modules: BaseModules(blueprint))
    for name in reader.order {
      try reader.checkKnown(name)
      if let found = try reader.factors(of: name) {
        factors[found.site] = found.factors
      }
      for (site, tensor) in try reader.replacements(of: name) { replacements[site] = tensor }
    }
    tokenRows = try reader.tokenRows()
    try reader.checkComplete(factors: factors)
    for site in [AdaptationSite.embedding, .unembedding] where tokenRows[site] != nil && (factors[site] != nil || replacements[site] != nil) {
      throw .unsupportedTarget(adapter.path, module: "\(site)", why: "as a whole and by single tokens at once")
    }
  }
}

/// The work of ``Adaptation/init(_:blueprint:base:)``.
private struct AdaptationReader {
  let adapter: Adapter
  let modules: BaseModules
  /// Modules of the adapter in the order of its file.
  private(set) var order: [String] = []
  private var tensors: [AdapterTensorName: TensorInfo] = [:]

  private var configuration: LoRAConfiguration { adapter.configuration }
  private var weights: String { adapter.weights.path }
  private var settings: String { Files.path(Adapter.configurationName, relativeTo: adapter.path) }

  init(_ adapter: Adapter, modules: BaseModules) throws(AdapterError) {
    self.adapter = adapter
    self.modules = modules
    var seen: Set<String> = []
    for tensor in adapter.weights.tensors {
      guard let name = AdapterTensorName(tensor.name) else { throw .unknownTensor(adapter.weights.path, tensor: tensor.name) }
      if let other = tensors.updateValue(tensor, forKey: name) {
        throw .repeatedTensor(adapter.weights.path, tensor: tensor.name, other: other.name)
      }
      if seen.insert(name.module).inserted { order.append(name.module) }
    }
    try checkTargets()
  }

  private func tensor(_ module: String, _ part: AdapterTensorName.Part) -> TensorInfo? {
    tensors[AdapterTensorName(module: module, part: part)]
  }

  private func guarded<Value>(_ key: String, _ work: () throws(NamePatternError) -> Value) throws(AdapterError) -> Value {
    do { return try work() } catch { throw .pattern(settings, key: key, error) }
  }

  private func isTarget(_ module: String) throws(AdapterError) -> Bool {
    let site = modules.module(module)?.site
    if site == .embedding, configuration.targets == .allLinear { return false }
    return try guarded("target_modules") { () throws(NamePatternError) in
      try configuration.targets(module, isUnembedding: site == .unembedding)
    }
  }

  /// At least one target is a module of the base.
  private func checkTargets() throws(AdapterError) {
    guard case .modules(.names(let names)) = configuration.targets, let first = names.first else { return }
    if names.allSatisfy({ !exists($0) }) {
      throw .noSuchTarget(settings, target: first, family: modules.family, known: modules.kinds)
    }
  }

  private func exists(_ target: String) -> Bool {
    let short = BaseModules.canonical(target)
    return modules.module(target) != nil || modules.names.contains { $0.hasSuffix("." + target) || $0.hasSuffix("." + short) }
  }

  /// The module exists in the base.
  func checkKnown(_ name: String) throws(AdapterError) {
    if modules.module(name) != nil || modules.tensor(name + ".weight") != nil || modules.tensor(name + ".bias") != nil { return }
    let tensor = adapter.weights.tensors.first { AdapterTensorName($0.name)?.module == name }?.name ?? name
    let nearest = name.utf8.count <= 256 ? nearestName(to: name, among: modules.names.prefix(4096)) : nil
    throw .noSuchModule(weights, tensor: tensor, module: name, family: modules.family, nearest: nearest)
  }

  /// The low-rank factors of a module, where it has any.
  func factors(of name: String) throws(AdapterError) -> (site: AdaptationSite, factors: Adaptation.Factors)? {
    let isEmbedding = tensor(name, .embeddingDown) != nil || tensor(name, .embeddingUp) != nil
    let (downPart, upPart): (AdapterTensorName.Part, AdapterTensorName.Part) = isEmbedding ? (.embeddingDown, .embeddingUp) : (.down, .up)
    let (down, up) = (tensor(name, downPart), tensor(name, upPart))
    let (bias, magnitude) = (tensor(name, .upBias), tensor(name, .magnitude))
    guard let one = down ?? up ?? bias ?? magnitude else { return nil }
    guard let module = modules.module(name), (module.site == .embedding) == isEmbedding else {
      throw .unsupportedTarget(weights, module: name, why: "by low-rank factors of this kind")
    }
    guard let down else { throw .missingHalf(weights, module: name, found: one.name, missing: downPart.name) }
    guard let up else { throw .missingHalf(weights, module: name, found: one.name, missing: upPart.name) }
    guard try isTarget(name) else {
      if case .modules(.names(let names)) = configuration.targets, let lost = names.first(where: { !exists($0) }) {
        throw .noSuchTarget(settings, target: lost, family: modules.family, known: modules.kinds)
      }
      throw .notATarget(weights, tensor: down.name, module: name)
    }
    let rank = try guarded("rank_pattern") { () throws(NamePatternError) in try configuration.rank(of: name) }
    let scale = try guarded("alpha_pattern") { () throws(NamePatternError) in try configuration.scale(of: name) }
    // An embedding's factors stand the other way round: its inputs are tokens.
    let (outputs, inputs) = isEmbedding ? (module.inputs, module.outputs) : (module.outputs, module.inputs)
    try check(down, [rank, inputs], rank: rank, at: 0)
    try check(up, [outputs, rank], rank: rank, at: 1)
    if let bias { try check(bias, [outputs]) }
    if let magnitude { try check(magnitude, [outputs]) }
    if configuration.hasBias && bias == nil { throw .missingHalf(weights, module: name, found: down.name, missing: "lora_B.bias") }
    if configuration.isWeightDecomposed != (magnitude != nil) {
      throw magnitude.map { .notATarget(weights, tensor: $0.name, module: name) }
        ?? .missingHalf(weights, module: name, found: down.name, missing: "lora_magnitude_vector")
    }
    if isEmbedding && configuration.isWeightDecomposed { throw .unsupportedTarget(weights, module: name, why: "by DoRA") }
    if isEmbedding && configuration.tiesEmbeddings && modules.isTied {
      throw .unsupportedTarget(weights, module: name, why: "by factors, with ensure_weight_tying,")
    }
    return (module.site, .init(down: down, up: up, upBias: bias, magnitude: magnitude, scale: scale, rank: rank))
  }

  private func check(_ tensor: TensorInfo, _ expected: [Int], rank: Int? = nil, at place: Int = 0) throws(AdapterError) {
    if tensor.shape == expected {
      guard tensor.elementType.isReal else {
        throw .file(weights, CheckpointError(path: weights, problem: .notReal(tensor: tensor.name, type: tensor.elementType)))
      }
      return
    }
    if let rank, tensor.shape.count == 2, tensor.shape[1 - place] == expected[1 - place] {
      throw .rank(weights, tensor: tensor.name, found: tensor.shape[place], expected: rank)
    }
    throw .shape(weights, tensor: tensor.name, found: tensor.shape, expected: expected, family: modules.family)
  }

  /// The module's own tensors in the adapter's form.
  func replacements(of name: String) throws(AdapterError) -> [(AdaptationSite, TensorInfo)] {
    var found: [(AdaptationSite, TensorInfo)] = []
    if let tensor = tensor(name, .weight) {
      if let module = modules.module(name), module.site == .embedding || module.site == .unembedding {
        try check(tensor, [module.outputs, module.inputs])
        found.append((module.site, tensor))
        // A module that is saved is a copy of its own; a tensor that is loaded into the base is read wherever the base reads it.
        if modules.isTied && (!configuration.saves(name) || configuration.tiesEmbeddings) {
          found.append((module.site == .embedding ? .unembedding : .embedding, tensor))
        }
      } else if let reference = modules.tensor(name + ".weight") {
        try check(tensor, reference.shape)
        found.append((.tensor(reference.name), tensor))
      } else {
        throw .noSuchModule(weights, tensor: tensor.name, module: name, family: modules.family, nearest: nil)
      }
    }
    if let tensor = tensor(name, .bias) {
      guard let reference = modules.tensor(name + ".bias") else {
        throw .noSuchModule(weights, tensor: tensor.name, module: name + ".bias", family: modules.family, nearest: nil)
      }
      try check(tensor, reference.shape)
      found.append((.tensor(reference.name), tensor))
    }
    return found
  }

  /// Rows of the embedding, which count for the unembedding too where the base ties them and the settings say nothing else.
  func tokenRows() throws(AdapterError) -> [AdaptationSite: Adaptation.TokenRows] {
    var found: [AdaptationSite: Adaptation.TokenRows] = [:]
    var used: Set<String> = []
    for trained in configuration.trainedTokens {
      let candidate = order.first { name in
        guard tensor(name, .tokenRows) != nil, let module = modules.module(name) else { return false }
        return trained.module.map { name == $0 || name.hasSuffix("." + $0) } ?? (module.site == .embedding)
      }
      guard let name = candidate, let module = modules.module(name), let tensor = tensor(name, .tokenRows) else {
        // Tied ones are saved once.
        if modules.isTied, configuration.trainedTokens.count > 1, configuration.trainedTokens.allSatisfy({ $0.tokens == trained.tokens }) { continue }
        throw .missingModule(weights, module: trained.module ?? "the embedding", key: "trainable_token_indices")
      }
      guard module.site == .embedding || module.site == .unembedding else {
        throw .unsupportedTarget(weights, module: name, why: "by single tokens")
      }
      try check(tensor, [trained.tokens.count, module.inputs])
      for token in trained.tokens where token < 0 || token >= module.outputs {
        throw .tokenOutOfVocabulary(settings, token: token, vocabulary: module.outputs)
      }
      found[module.site] = .init(tensor: tensor, rows: Dictionary(zip(trained.tokens, 0...), uniquingKeysWith: { $1 }))
      used.insert(name)
    }
    for name in order where !used.contains(name) {
      if let tensor = tensor(name, .tokenRows) { throw .notATarget(weights, tensor: tensor.name, module: name) }
    }
    if modules.isTied, found[.unembedding] == nil { found[.unembedding] = found[.embedding] }
    return found
  }

  /// Everything that the settings name has its tensors. Mixtures are left out: newer versions of transformers hold them in other modules.
  func checkComplete(factors: [AdaptationSite: Adaptation.Factors]) throws(AdapterError) {
    for module in modules.modules where factors[module.site] == nil && !module.isOfMixture {
      if try isTarget(module.name) { throw .missingModule(weights, module: module.name, key: "target_modules") }
    }
    for saved in configuration.savedModules {
      let isThere = order.contains { name in
        ".\(name).".contains(".\(saved).") && (tensor(name, .weight) != nil || tensor(name, .bias) != nil)
      }
      let isTiedCopy = modules.isTied && configuration.tiesEmbeddings && modules.module(saved)?.site == .unembedding
      if !isThere && !isTiedCopy { throw .missingModule(weights, module: saved, key: "modules_to_save") }
    }
  }
}
