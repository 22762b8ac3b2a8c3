// What a remedy did, in words and numbers that Markdown and the terminal share.

internal import Comparison
internal import Policies

extension Remedy {
  /// `FAILED without it, PASSED with it; the verdict is that of the candidate as it came`.
  var outcomeSentence: String {
    "\(before.verdict.word) without it, \(after.verdict.word) with it; the verdict is that of the candidate "
      + (decides ? "with it" : "as it came")
  }

  /// How it was trained; numbers alone.
  var trainingSentence: String {
    var text = "rank \(adapter.rank), \(adapter.parameters) values, trained on \(training.examples) examples in \(training.steps) steps"
    text += ", \(Numbers.fixed(training.seconds, 0)) s"
    if let first = training.curve.first, let last = training.curve.last, training.curve.count > 1 {
      text += "; loss \(Numbers.fixed(first.loss, 3)) → \(Numbers.fixed(last.loss, 3))"
    }
    return text
  }

  /// A task before and after, in the order of the candidate as it came; one that is missing on a side is left out.
  var tasks: [(before: TaskSummary, after: TaskSummary)] {
    let repaired = Dictionary(after.tasks.map { ($0.task, $0) }, uniquingKeysWith: { first, _ in first })
    return before.tasks.compactMap { task in repaired[task.task].map { (task, $0) } }
  }
}
