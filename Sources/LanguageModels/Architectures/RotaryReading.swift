// How a checkpoint says which angles it was trained with: `rope_theta`, `rope_scaling` and `rope_parameters` of `config.json`, and GGUF's
// `rope.*` keys. The rules follow transformers' `modeling_rope_utils.py`.

internal import Checkpoints
internal import Foundation

extension ModelConfiguration {
  /// The rotary rule of `config.json`.
  ///
  /// - Parameters:
  ///   - theta: the base where none is named.
  ///   - fraction: the part of a head that is rotated where none is named.
  ///   - layerType: the group inside `rope_parameters`, for models whose layers differ.
  func rotary(_ sizes: ModelSizes, theta: Float = 10_000, fraction: Float = 1, layerType: String? = nil) throws(ModelError) -> RotaryRule {
    var group = "rope_parameters"
    if has("rope_scaling") { group = "rope_scaling" }
    if let layerType, has("rope_parameters.\(layerType)") { group = "rope_parameters.\(layerType)" }
    let named = try float("rope_theta", default: try float("rotary_emb_base", default: theta))
    let base = try float("\(group).rope_theta", default: try float("rope_parameters.rope_theta", default: named))
    let part = try float("rotary_pct", default: try float("partial_rotary_factor", default: fraction))
    let rotated = Float(sizes.head) * (try float("\(group).partial_rotary_factor", default: part))
    guard rotated <= Float(sizes.head) else {
      throw .inconsistent(place, "\(rotated) values of a head are to be rotated, but a head has \(sizes.head)")
    }
    let width = Int(rotated)
    try check(rotatedWidth: width, of: sizes)
    let kind = optionalString("\(group).rope_type") ?? optionalString("\(group).type") ?? "default"
    return try rule(kind, group: group, theta: base, width: width, context: sizes.context)
  }

  private func rule(_ kind: String, group: String, theta: Float, width: Int, context: Int) throws(ModelError) -> RotaryRule {
    var rule = RotaryRule(theta: theta, width: width)
    let original = try size(
      "original_max_position_embeddings", default: try size("\(group).original_max_position_embeddings", default: context))
    let stretch = Float(context) / Float(original)
    switch kind {
    case "default": break
    case "linear": rule.scaling = .linear(factor: try positiveFloat("\(group).factor"))
    case "dynamic":
      rule.scaling = .dynamic(factor: try positiveFloat("\(group).factor"))
      rule.originalContext = context
    case "llama3":
      let low = try positiveFloat("\(group).low_freq_factor")
      let high = try positiveFloat("\(group).high_freq_factor")
      guard high > low else { throw .inconsistent(place, "\(group): high_freq_factor must be larger than low_freq_factor") }
      rule.scaling = .llama3(
        factor: try positiveFloat("\(group).factor"), lowFrequencyFactor: low, highFrequencyFactor: high, originalContext: Float(original))
    case "yarn":
      let factor = try float("\(group).factor", default: stretch)
      var yarn = RotaryRule.YaRN(factor: factor, originalContext: Float(original))
      yarn.fastTurns = try float("\(group).beta_fast", default: 32)
      yarn.slowTurns = try float("\(group).beta_slow", default: 1)
      yarn.truncates = try bool("\(group).truncate", default: true)
      rule.scaling = .yarn(yarn)
      rule.attentionFactor = try float("\(group).attention_factor", default: try magnitude(group, factor: factor))
    case "longrope", "su":
      let short = try floats("\(group).short_factor", count: width / 2)
      let long = try floats("\(group).long_factor", count: width / 2)
      rule.scaling = .longRope(short: short, long: long)
      rule.originalContext = original
      let factor = try float("\(group).factor", default: stretch)
      rule.attentionFactor = try float("\(group).attention_factor", default: Self.longRopeMagnitude(factor, original: original))
    default:
      throw .unsupported(
        place, "\(group): \(kind)", "rotary scaling rules known here: default, linear, dynamic, llama3, yarn, longrope")
    }
    return rule
  }

  /// YaRN's factor on cosines and sines where the configuration names none.
  private func magnitude(_ group: String, factor: Float) throws(ModelError) -> Float {
    func magnitude(_ scale: Float) -> Float { factor <= 1 ? 1 : 0.1 * scale * logf(factor) + 1 }
    guard has("\(group).mscale"), has("\(group).mscale_all_dim") else { return magnitude(1) }
    return magnitude(try float("\(group).mscale", default: 1)) / magnitude(try float("\(group).mscale_all_dim", default: 1))
  }

  private static func longRopeMagnitude(_ factor: Float, original: Int) -> Float {
    factor <= 1 || original < 2 ? 1 : (1 + logf(factor) / logf(Float(original))).squareRoot()
  }

  /// The rotary rule of GGUF metadata.
  func rotary(gguf prefix: String, _ sizes: ModelSizes, checkpoint: Checkpoint) throws(ModelError) -> RotaryRule {
    let width = try size("\(prefix).rope.dimension_count", default: sizes.head)
    try check(rotatedWidth: width, of: sizes)
    var rule = RotaryRule(theta: try float("\(prefix).rope.freq_base", default: 10_000), width: width)
    let original = try size("\(prefix).rope.scaling.original_context_length", default: sizes.context)
    if checkpoint["rope_freqs.weight"] != nil {
      rule.scaling = .divisors(TensorReference("rope_freqs.weight", [width / 2]))
      return rule
    }
    if checkpoint["rope_factors_long.weight"] != nil {
      rule.scaling = .longRopeDivisors(
        short: TensorReference("rope_factors_short.weight", [width / 2]), long: TensorReference("rope_factors_long.weight", [width / 2]))
      rule.originalContext = original
      rule.attentionFactor = try float(
        "\(prefix).rope.scaling.attn_factor", default: Self.longRopeMagnitude(Float(sizes.context) / Float(original), original: original))
      return rule
    }
    switch optionalString("\(prefix).rope.scaling.type") ?? "none" {
    case "none": break
    case "linear": rule.scaling = .linear(factor: try positiveFloat("\(prefix).rope.scaling.factor"))
    case "yarn":
      let factor = try positiveFloat("\(prefix).rope.scaling.factor")
      rule.scaling = .yarn(RotaryRule.YaRN(factor: factor, originalContext: Float(original)))
      rule.attentionFactor = (factor <= 1 ? 1 : 0.1 * logf(factor) + 1) * (try float("\(prefix).rope.scaling.attn_factor", default: 1))
    case let kind:
      throw .unsupported(
        place, "\(prefix).rope.scaling.type: \(kind)", "rotary scaling rules known here: none, linear, yarn, rope_freqs, rope_factors")
    }
    return rule
  }

  private func check(rotatedWidth width: Int, of sizes: ModelSizes) throws(ModelError) {
    guard width > 0, width % 2 == 0, width <= sizes.head else {
      throw .inconsistent(place, "\(width) values of a head are rotated, but a head has \(sizes.head) and they turn in pairs")
    }
  }
}
