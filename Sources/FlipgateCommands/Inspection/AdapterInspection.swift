// What `inspect` says of an adapter: its kind, rank and targets, what it holds whole, its size and digest.

internal import Checkpoints
internal import Documents
internal import LanguageModels
internal import Tensors
internal import Tokenization

struct AdapterInspection {
  let adapter: Adapter

  init(_ adapter: Adapter) { self.adapter = adapter }

  private var configuration: LoRAConfiguration { adapter.configuration }

  private var kind: String {
    ([configuration.isWeightDecomposed ? "DoRA" : "LoRA"] + (configuration.isRankStabilized ? ["rank-stabilised"] : [])
      + (configuration.hasBias ? ["with biases of its own"] : [])).joined(separator: ", ")
  }

  private var targets: String {
    switch configuration.targets {
    case .allLinear: "all linear maps but the output"
    case .modules(.names(let names)):
      // Full names of many layers say no more than their ends.
      (names.count <= 16 ? names : Self.unique(names.compactMap { $0.split(separator: ".").last.map(String.init) })).joined(separator: ", ")
    case .modules(.pattern(let pattern)): "modules that match \(quoted(pattern.text))"
    }
  }

  private static func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  var sheet: FactSheet {
    let tensors = TensorListing(adapter.weights)
    var sheet: FactSheet = [("\(adapter.path)  (PEFT adapter)", "")]
    sheet.append(("kind", kind))
    sheet.append(("base", configuration.base.map { quoted($0) } ?? "not named"))
    var rank = "\(configuration.rank), alpha \(BlueprintFacts.number(configuration.alpha))"
    for override in configuration.ranks { rank += ", \(quoted(override.pattern.text)) \(override.value)" }
    for override in configuration.alphas { rank += ", \(quoted(override.pattern.text)) alpha \(BlueprintFacts.number(override.value))" }
    sheet.append(("rank", rank))
    sheet.append(("targets", "\(targets)\(configuration.layers.map { " in layers \($0.map(String.init).joined(separator: ", "))" } ?? "")"))
    if !configuration.savedModules.isEmpty { sheet.append(("held whole", configuration.savedModules.joined(separator: ", "))) }
    if !configuration.trainedTokens.isEmpty {
      let rows = configuration.trainedTokens.map { "\($0.tokens.count) rows of \($0.module ?? "the embedding")" }
      sheet.append(("tokens", rows.joined(separator: ", ")))
    }
    if configuration.biases != .none { sheet.append(("biases", configuration.biases == .all ? "all" : "of the modules it changes")) }
    let numbers = "\(adapter.weights.parameterCount.grouped) numbers in \(adapter.weights.tensors.count) tensors"
    sheet.append(("weights", "\(numbers) for \(adapter.modules.count) modules, \(tensors.typesInWords), \(tensors.bytes.grouped) bytes"))
    sheet.append(("sha256", adapter.digest))
    return sheet
  }

  var json: JSONValue {
    [
      "path": .string(adapter.path), "container": "PEFT adapter", "adapter_sha256": .string(adapter.digest), "kind": .string(kind),
      "base": .optional(configuration.base), "rank": .integer(configuration.rank), "alpha": .number(Double(configuration.alpha)),
      "use_rslora": .bool(configuration.isRankStabilized), "use_dora": .bool(configuration.isWeightDecomposed),
      "targets": .string(targets), "modules_to_save": .array(configuration.savedModules.map { .string($0) }),
      "bias": .string(configuration.biases.rawValue), "modules": .array(adapter.modules.map { .string($0) }),
      "parameters": .integer(adapter.weights.parameterCount), "bytes": .integer(TensorListing(adapter.weights).bytes), "problem": .null,
    ]
  }
}
