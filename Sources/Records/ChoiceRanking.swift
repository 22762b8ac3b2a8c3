// Which choice a metric picks, and by how much: the harness's rules for multiple choice.

/// How a multiple-choice metric ranks the choices.
public enum ChoiceRanking: String, Sendable, Hashable, CaseIterable {
  /// By summed log-likelihood, in nats.
  case acc
  /// By log-likelihood over the choice's characters (Unicode scalars, as Python counts them), in nats a character.
  case accNorm = "acc_norm"

  /// What one choice is ranked by; -infinity over no characters, as numpy divides.
  public func score(of choice: ItemOutcome.Choice) -> Double {
    switch self {
    case .acc: choice.logprob
    case .accNorm: choice.logprob / Double(choice.text.scalarCount)
    }
  }

  /// The place of the first best choice, or nil without choices or where a score is not a number.
  public func pick(_ choices: [ItemOutcome.Choice]) -> Int? {
    var best: (place: Int, score: Double)?
    for (place, choice) in choices.enumerated() {
      let score = score(of: choice)
      if score.isNaN { return nil }
      if best.map({ score > $0.score }) ?? true { best = (place, score) }
    }
    return best?.place
  }

  /// How far the best choice is ahead of the second best, 0 or more; nil for fewer than two choices or scores that are not finite.
  public func margin(_ choices: [ItemOutcome.Choice]) -> Double? {
    let scores = choices.map(score(of:)).sorted(by: >)
    guard scores.count >= 2, scores.allSatisfy(\.isFinite) else { return nil }
    return scores[0] - scores[1]
  }
}

extension ItemOutcome {
  /// How far ahead the choice was that a metric picks, in the metric's own units; nil where that is not in the record.
  public func margin(by metric: String) -> Double? {
    guard let ranking = ChoiceRanking(rawValue: metric), let choices else { return nil }
    return ranking.margin(choices)
  }
}

extension String {
  /// How many Unicode scalars the text has: the bytes that do not continue one.
  fileprivate var scalarCount: Int {
    let bytes = utf8Span.span
    var count = 0
    for index in 0..<bytes.count where bytes[index] & 0xC0 != 0x80 { count += 1 }
    return count
  }
}
