// Rules that change logits by what the sequence already says, as transformers' logits processors do.

/// Penalties and bans; by default none.
public struct TokenRules: Sendable, Hashable {
  /// Logits of tokens that occurred are divided by this where positive, multiplied where negative (Keskar et al. 2019, arXiv 1909.05858).
  public var repetitionPenalty: Float?
  /// No run of so many tokens comes twice, prompt included (Paulus et al. 2017, arXiv 1705.04304).
  public var noRepeatLength: Int?

  public init(repetitionPenalty: Float? = nil, noRepeatLength: Int? = nil) {
    self.repetitionPenalty = repetitionPenalty
    self.noRepeatLength = noRepeatLength
  }

  var isEmpty: Bool { repetitionPenalty == nil && noRepeatLength == nil }

  /// Applies the rules to the logits of the token after a sequence.
  func apply(to logits: inout [Float], after sequence: [Int32]) {
    if let repetitionPenalty {
      for token in Set(sequence) where Int(token) < logits.count {
        let logit = logits[Int(token)]
        logits[Int(token)] = logit < 0 ? logit * repetitionPenalty : logit / repetitionPenalty
      }
    }
    if let length = noRepeatLength, length > 0, sequence.count + 1 >= length {
      let last = sequence.suffix(length - 1)
      for start in 0..<(sequence.count - length + 1) where sequence[start..<start + length - 1].elementsEqual(last) {
        logits[Int(sequence[start + length - 1])] = -.infinity
      }
    }
  }
}
