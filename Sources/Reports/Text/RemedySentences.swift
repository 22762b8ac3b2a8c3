// What a remedy did, in words and numbers that Markdown and the terminal share.

internal import Comparison
internal import Policies

extension Remedy {
  /// The reason of a failure in one line, causes behind colons, lists behind semicolons; nil where there is a repaired candidate.
  var failureSentence: String? {
    guard case .failed(let reason) = outcome else { return nil }
    return reason.split(separator: "\n").map { $0.drop { $0 == " " } }.reduce("") { text, line in
      if text.isEmpty { return String(line) }
      return text + (line.hasPrefix("because ") ? ": " + line.dropFirst("because ".count) : "; " + line)
    }
  }

  /// `FAILED without it, PASSED with it; the verdict is that of the candidate as it came`
  func outcomeSentence(_ repair: Repair) -> String {
    "\(before.verdict.word) without it, \(repair.after.verdict.word) with it; the verdict is that of the candidate "
      + (decides ? "with it" : "as it came")
  }

  /// A task before and after, in the order of the candidate as it came; one that is missing on a side is left out.
  func tasks(_ repair: Repair) -> [(before: TaskSummary, after: TaskSummary)] {
    let repaired = Dictionary(repair.after.tasks.map { ($0.task, $0) }, uniquingKeysWith: { first, _ in first })
    return before.tasks.compactMap { task in repaired[task.task].map { (task, $0) } }
  }
}

extension Remedy.Sweep {
  /// The share of the validation tokens that are predicted.
  func accuracy(_ figures: Figures) -> String { tokens > 0 ? Numbers.fixed(Double(figures.right) / Double(tokens), 4) : "–" }

  /// What the recipes are compared by.
  var sentence: String {
    "\(entries.count) recipe\(entries.count == 1 ? " was" : "s were") tried, on \(tokens) validation tokens; as it came, the candidate has \(candidate.negativeFlips) negative flips there "
      + "and predicts \(accuracy(candidate))"
  }
}

extension Remedy.Repair {
  /// How it was trained; numbers alone.
  var trainingSentence: String {
    var text = "rank \(adapter.rank), \(adapter.parameters) values, trained on \(training.examples) examples in \(training.steps) steps"
    text += ", \(Numbers.fixed(training.seconds, 0)) s"
    if let first = training.curve.first, let last = training.curve.last, training.curve.count > 1 {
      text += "; loss \(Numbers.fixed(first.loss, 3)) → \(Numbers.fixed(last.loss, 3))"
    }
    return text
  }
}
