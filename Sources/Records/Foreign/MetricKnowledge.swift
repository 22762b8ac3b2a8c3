// What is known of other tools' metrics by their names, where their logs do not say it.

/// Directions, and which metric says that an answer is right.
enum MetricKnowledge {
  /// Metrics of right and wrong, the one that a task is judged by first.
  private static let ofRightAndWrong = [
    "exact_match", "acc", "acc_norm", "acc_bytes", "accuracy", "correct", "success", "em", "quasi_exact_match", "prefix_exact_match",
    "quasi_prefix_exact_match", "pass@1", "prompt_level_strict_acc", "acc_mutual_info", "acc_all", "mc1",
  ]

  private static let lowerIsBetter = [
    "perplexity", "bits_per_byte", "brier", "loss", "error", "wer", "cer", "ter", "bits_per", "toxic", "hallucination",
  ]

  static func isOfRightAndWrong(_ metric: String) -> Bool { ofRightAndWrong.contains(metric) }

  static func higherIsBetter(_ metric: String) -> Bool {
    let name = metric.lowercased()
    // By parts of the name: `word_perplexity` and `brier_score` are met, `filter` is not.
    let parts = name.split(whereSeparator: { $0 == "_" || $0 == "-" || $0 == "." || $0 == "/" }).map(String.init)
    return !lowerIsBetter.contains { name.hasPrefix($0) && $0.contains("_") || parts.contains($0) }
  }

  /// Whether a task's value is the mean over its items, as far as the name tells.
  static func isMeanOfItems(_ metric: String) -> Bool { !metric.contains("perplexity") && !metric.contains("bits_per_byte") }

  /// The metric that a task is judged by: the first of right and wrong, else its first.
  static func primary(of metrics: [String]) -> String? { ofRightAndWrong.first(where: metrics.contains) ?? metrics.first }
}

extension LoggedOutcome {
  /// Settles right and wrong by the score of the metric that the task is judged by, or why there is none.
  ///
  /// 1 and 0 are right and wrong; for a metric that is not known to be one of right and wrong that is a guess, which holds if every item's score is 1 or 0.
  mutating func settle(by metric: String?, otherwise reason: @autoclosure () -> String) {
    if outcome.error != nil { return }
    guard let metric, let value = outcome.score(metric) else {
      outcome.unscored = outcome.unscored ?? reason()
      return
    }
    guard value == 0 || value == 1 else { return }
    outcome.isCorrect = (value == 1) == MetricKnowledge.higherIsBetter(metric)
    isCorrectnessInferred = !MetricKnowledge.isOfRightAndWrong(metric)
  }
}
