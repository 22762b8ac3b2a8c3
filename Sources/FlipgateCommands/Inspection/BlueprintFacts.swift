// What a blueprint says, in words and as JSON: sizes, how layers differ, parameters, memory.

internal import Documents
internal import LanguageModels
internal import Tensors

struct BlueprintFacts {
  let blueprint: DecoderBlueprint

  private var layers: [LayerBlueprint] { blueprint.layers }
  private var family: (any Architecture)? { ArchitectureCatalog.all.first { $0.name == blueprint.architecture } }

  var sheet: FactSheet {
    let (b, shape) = (blueprint, blueprint.attention)
    var sheet: FactSheet = []
    sheet.append(("family", b.architecture + (family.map { "  (\($0.models))" } ?? "")))
    if let family { sheet.append(("paper", family.paper)) }
    let widths = "hidden \(b.hiddenWidth), feed-forward \(b.feedForwardWidth), vocabulary \(b.vocabularySize.grouped)"
    sheet.append(("size", "\(b.layers.count) layers, \(widths)"))
    sheet.append(("context", "\(b.contextLength.grouped) tokens"))
    sheet.append(("attention", ["\(shape.heads) heads of \(shape.headWidth), \(shape.keyValueHeads) for keys and values", windows, scoreCap].listed))
    sheet.append(("positions", positions))
    sheet.append(("norms", norms))
    sheet.append(("feed-forward", feedForward))
    sheet.append(("block", LayerPattern(layers, \.wiring).words(Self.words)))
    sheet.append(("biases", biases.isEmpty ? "none" : biases.joined(separator: ", ")))
    sheet.append(("embedding", embedding))
    let active = activeParameters
    sheet.append(("parameters", parameters.grouped + (active == parameters ? "" : ", \(active.grouped) active for a token")))
    let need = "about \(Self.megabytes(memory(.f32))) to score in f32, \(Self.megabytes(memory(.bf16))) in bf16"
    sheet.append(("memory", "\(need); \(Self.megabytes(workMemory)) of it for each thread"))
    return sheet
  }

  var json: JSONValue {
    let (b, shape) = (blueprint, blueprint.attention)
    return [
      "name": .string(b.architecture), "models": .optional(family?.models), "paper": .optional(family?.paper),
      "reference": .optional(family.map { "src/transformers/models/" + $0.reference }), "vocabulary": .integer(b.vocabularySize),
      "hidden": .integer(b.hiddenWidth), "feed_forward": .integer(b.feedForwardWidth), "layers": .integer(b.layers.count),
      "heads": .integer(shape.heads), "key_value_heads": .integer(shape.keyValueHeads), "head_width": .integer(shape.headWidth),
      "context": .integer(b.contextLength),
      "rotary_theta": layers.compactMap(\.attention.rotary).first.map { .number(Double($0.theta)) } ?? .null,
      "tied_embeddings": .bool(b.isTied), "embedding_scale": b.embedding.scale.map { .number(Double($0)) } ?? .null,
      "logit_soft_cap": b.unembedding.softCap.map { .number(Double($0)) } ?? .null,
      "windows": .array(layers.map { $0.attention.shape.window.map { .integer($0) } ?? .null }),
      "layers_without_positions": .array(hasPositionTable ? [] : layers.indices.filter { layers[$0].attention.rotary == nil }.map { .integer($0) }),
      "experts": mixture.map { ["count": .integer($0.experts.count), "chosen": .integer($0.chosen)] } ?? .null,
      "biases": .array(biases.map { .string($0) }), "parameters": .integer(parameters), "active_parameters": .integer(activeParameters),
      "memory": ["f32": .integer(memory(.f32)), "bf16": .integer(memory(.bf16)), "thread": .integer(workMemory)],
      "summary": .object(of: sheet.map { ($0.name, .string($0.value)) }),
    ]
  }

  // MARK: how layers differ

  private var windows: String {
    LayerPattern(layers, \.attention.shape.window).words { $0.map { "window of \($0.grouped) tokens" } }
  }

  private var scoreCap: String {
    LayerPattern(layers, \.attention.shape.softCap).words { $0.map { "scores capped at \(Self.number($0))" } }
  }

  private var hasPositionTable: Bool { blueprint.embedding.positions != nil }

  private var positions: String {
    if hasPositionTable { return "learned, \((blueprint.embedding.positions?.outputs ?? 0).grouped) vectors" }
    let width = blueprint.attention.headWidth
    return LayerPattern(layers, \.attention.rotary).words { rule in
      guard let rule else { return "none" }
      let part = rule.width == width ? "" : " on \(rule.width) of \(width) values of a head"
      return "rotary, base \(Self.number(rule.theta))\(part)\(Self.words(rule))"
    }
  }

  private var norms: String {
    let kinds = LayerPattern(layers) { $0.attentionNorm?.kind ?? $0.attentionOutputNorm?.kind ?? $0.feedForwardNorm?.kind }
      .words { $0.map(Self.words) }
    let places = LayerPattern(layers) { layer in
      [
        layer.wiring == .normalizedSums ? "after each sum" : layer.attentionNorm == nil ? "" : "before each part",
        layer.attentionOutputNorm == nil ? "" : "of what each part adds", layer.attention.queryNorm == nil ? "" : "of queries and keys",
      ].listed
    }.words { $0 }
    return [kinds.isEmpty ? "none" : kinds, places].listed
  }

  private var mixture: MixtureBlueprint? {
    layers.lazy.compactMap { layer in if case .mixture(let mixture) = layer.feedForward { mixture } else { nil } }.first
  }

  private var feedForward: String {
    struct Kind: Hashable {
      var activation: Activation?
      var isGated: Bool
      var experts: Int
      var chosen: Int
      var width: Int
    }
    return LayerPattern(layers) { layer in
      switch layer.feedForward {
      case .dense(let dense): Kind(activation: dense.activation, isGated: dense.gate != nil, experts: 0, chosen: 0, width: layer.feedForward.width)
      case .mixture(let mixture):
        Kind(
          activation: mixture.experts.first?.activation, isGated: mixture.experts.first?.gate != nil, experts: mixture.experts.count,
          chosen: mixture.chosen, width: layer.feedForward.width)
      }
    }.words { kind in
      let activation = (kind.activation.map(Self.words) ?? "") + (kind.isGated ? ", gated" : "")
      return kind.experts == 0 ? activation : "\(kind.experts) experts of \(kind.width), \(kind.chosen) a token, \(activation)"
    }
  }

  private var biases: [String] {
    let places: [(String, (LayerBlueprint) -> LinearBlueprint?)] = [
      ("queries", { $0.attention.query }), ("keys", { $0.attention.key }), ("values", { $0.attention.value }),
      ("attention output", { $0.attention.output }),
      ("feed-forward", { layer in if case .dense(let dense) = layer.feedForward { dense.up } else { nil } }),
    ]
    var found = places.filter { place in layers.contains { place.1($0)?.bias != nil } }.map(\.0)
    if blueprint.unembedding.vocabulary.bias != nil { found.append("vocabulary") }
    return found
  }

  private var embedding: String {
    [
      blueprint.isTied ? "tied to the output" : "apart from the output",
      blueprint.embedding.scale.map { "scaled by \(Self.number($0))" } ?? "",
      blueprint.embedding.projection == nil ? "" : "of width \(blueprint.embedding.tokens.inputs)",
      blueprint.unembedding.softCap.map { "logits capped at \(Self.number($0))" } ?? "",
    ].listed
  }

  // MARK: numbers

  private var parameters: Int { LanguageModel.parameterCount(blueprint) }

  /// Without the experts that a token does not choose.
  private var activeParameters: Int {
    parameters
      - layers.reduce(0) { sum, layer in
        guard case .mixture(let mixture) = layer.feedForward, let expert = mixture.experts.first else { return sum }
        let one = ([expert.gate, expert.up, expert.down].compactMap { $0 }).reduce(0) { $0 + $1.weight.outputs * $1.weight.inputs }
        return sum + (mixture.experts.count - mixture.chosen) * one
      }
  }

  /// Bytes of packed weights and of one thread's activations; the embedding stays in the file unless it is the output as well.
  private func memory(_ precision: Precision) -> Int {
    let table = blueprint.isTied ? 0 : blueprint.embedding.tokens.outputs * blueprint.embedding.tokens.inputs
    return (parameters - table) * (precision == .f32 ? 4 : 2) + workMemory
  }

  /// Bytes of one thread's activations in passes of the usual size.
  private var workMemory: Int {
    let shape = blueprint.attention
    let columns =
      4 * blueprint.hiddenWidth + 2 * shape.queryWidth + 2 * shape.keyWidth + 3 * blueprint.feedForwardWidth + 2 * min(1024, blueprint.vocabularySize)
    return LikelihoodScorer.usualCapacity * columns * 4
  }

  // MARK: words

  private static func words(_ wiring: LayerBlueprint.Wiring) -> String {
    switch wiring {
    case .sequential: "attention, then feed-forward"
    case .parallel: "attention and feed-forward side by side"
    case .normalizedSums: "attention, then feed-forward, each sum normalised"
    }
  }

  private static func words(_ kind: NormBlueprint.Kind) -> String {
    switch kind {
    case .rootMeanSquare: "root mean square"
    case .rootMeanSquareOffByOne: "root mean square, weights stored as distance from 1"
    case .layer: "mean and variance"
    }
  }

  private static func words(_ activation: Activation) -> String {
    switch activation {
    case .silu: "SiLU"
    case .relu: "ReLU"
    case .gelu: "GELU"
    case .geluTanh: "GELU by tanh"
    }
  }

  private static func words(_ rule: RotaryRule) -> String {
    switch rule.scaling {
    case .none: ""
    case .linear(let factor): ", stretched linearly by \(number(factor))"
    case .llama3(let factor, _, _, let context): ", stretched by \(number(factor)) beyond \(number(context)) tokens (llama3)"
    case .yarn(let yarn): ", stretched by \(number(yarn.factor)) beyond \(number(yarn.originalContext)) tokens (YaRN)"
    case .dynamic(let factor): ", stretched by length, factor \(number(factor)) (dynamic)"
    case .longRope, .longRopeDivisors: ", a divisor for each frequency, others beyond \((rule.originalContext ?? 0).grouped) tokens (LongRoPE)"
    case .divisors: ", a divisor for each frequency"
    }
  }

  static func number(_ value: Float) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return Int(value).grouped }
    return "\((Double(value) * 1000).rounded() / 1000)"
  }

  static func megabytes(_ bytes: Int) -> String {
    bytes >= 10 << 30 ? "\(bytes >> 30) GiB" : bytes >= 10 << 20 ? "\((bytes >> 20).grouped) MiB" : "\((bytes >> 10).grouped) KiB"
  }
}

extension [String] {
  /// Those that say something, joined.
  fileprivate var listed: String { filter { !$0.isEmpty }.joined(separator: ", ") }
}

extension JSONValue {
  /// The text, or null.
  static func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
}
