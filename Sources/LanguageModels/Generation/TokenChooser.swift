// From logits to the next token: the best, or one by seeded chance.

internal import Foundation

/// Chooses tokens of one continuation; its random numbers depend on the request's seed and the place alone.
struct TokenChooser {
  private let sampling: Sampling
  private var state: UInt64

  init(_ sampling: Sampling) {
    self.sampling = sampling
    if case .random(let rule) = sampling { state = rule.seed } else { state = 0 }
  }

  /// - Returns: a token; nil if no logit is a number.
  mutating func choose(_ logits: [Float]) -> Int32? {
    switch sampling {
    case .greedy: return Self.best(logits)
    case .random(let rule): return sample(logits, rule)
    }
  }

  private static func best(_ logits: [Float]) -> Int32? {
    var best: Int32?
    var largest = -Float.infinity
    for (token, logit) in logits.enumerated() where logit > largest { (best, largest) = (Int32(token), logit) }
    return best
  }

  private mutating func sample(_ logits: [Float], _ rule: Sampling.Temperature) -> Int32? {
    guard let maximum = logits.max(), maximum.isFinite else { return nil }
    var weights = logits.map { Foundation.exp(Double($0 - maximum) / Double(rule.temperature)) }
    if let least = rule.minP { for token in weights.indices where weights[token] < Double(least) { weights[token] = 0 } }
    if rule.topK != nil || rule.topP != nil {
      let order = weights.indices.sorted { (weights[$0], $1) > (weights[$1], $0) }
      var kept = order.prefix(rule.topK ?? order.count)
      if let share = rule.topP {
        let total = kept.reduce(0) { $0 + weights[$1] }
        var sum = 0.0
        // The token that crosses the share is still one of them.
        let count = kept.prefix { token in
          defer { sum += weights[token] }
          return sum < Double(share) * total
        }.count
        kept = kept.prefix(max(1, count))
      }
      let allowed = Set(kept)
      for token in weights.indices where !allowed.contains(token) { weights[token] = 0 }
    }
    let place = nextUniform() * weights.reduce(0, +)
    var sum = 0.0
    for (token, weight) in weights.enumerated() where weight > 0 {
      sum += weight
      if place < sum { return Int32(token) }
    }
    return weights.lastIndex { $0 > 0 }.map(Int32.init)
  }

  /// SplitMix64 (Steele et al. 2014), its upper 53 bits as a number in [0, 1).
  private mutating func nextUniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }
}
