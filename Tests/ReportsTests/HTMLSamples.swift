// Results for the HTML report: small, long, hostile, with slices, with a remedy.

import Comparison
import Documents
import Policies
import Records
import Reports
import Testing

enum HTMLSample: String, CaseIterable, CustomTestStringConvertible {
  case mixed
  case long
  case hostile
  case many
  case remedied

  var testDescription: String { rawValue }

  func page() throws -> [UInt8] { try HTMLReport().render(result()) }

  /// What would act in a page that took it for markup.
  static let hostileText =
    "<script>window.pwned = 1</script> ]]> </style></title></script> <img src=x onerror='pwned=1'> \" ' & &lt; --><b class=hostile> "
    + "\u{0}\u{1B}[31m\u{202E}txet\u{2066} \u{200E}\u{85} javascript:pwned=1 ::set-output name=x::y ${{ secrets }} \u{FFFD} e"
    + String(repeating: "\u{301}", count: 200) + " 👩‍🚀 漢字 עברית العربية"

  func result() throws -> GateResult {
    let zeroFlips = "budgets: [{id: flips, task: '*', metric: negative_flips, allowed_count: 0}]"
    switch self {
    case .mixed: return try ReportsTests.result(ReportsTests.mixed, policy: everyOutcomePolicy)
    case .long:
      // Words without a break, in every name and answer.
      let word = String(repeating: "unbreakable", count: 60)
      let items = [
        Answers(baseline: word, candidate: word + "x", target: word), Answers(baseline: "a\n\n\nb", candidate: "c\td", target: "a\n\n\nb"),
      ]
      return try ReportsTests.result(items, policy: zeroFlips, names: (word, word), models: (word, word))
    case .hostile:
      let text = Self.hostileText
      let items = [
        Answers(baseline: "right" + text, candidate: "wrong" + text, target: "right" + text),
        Answers(baseline: "y", candidate: String(repeating: "漢", count: 1_000_000), target: "y"),
        Answers(baseline: text + "y", candidate: text, target: text + "y"),
      ]
      var result = try ReportsTests.result(items, policy: zeroFlips, names: ("p" + text, "t" + text), models: (text, text))
      result.findings.append(Finding(kind: .difference, level: .warning, task: text, message: text))
      result.differences.append(.init(aspect: text, task: text, baseline: text, candidate: text, isInvalidating: false))
      result.waivers.append(.init(id: text, state: .expired))
      result.policy.path = text
      return result
    case .many:
      let flips = (0..<40).map { Answers(baseline: "a warm oven", candidate: $0 % 10 == 0 ? "a special answer" : "wrong \($0)") }
      let others = Array(repeating: Answers(baseline: "a warm oven", candidate: "a warm oven"), count: 21)
      return try ReportsTests.result(flips + others, policy: zeroFlips) { outcome in
        outcome.slices = [.init(name: "language", value: outcome.index % 2 == 0 ? "en" : "de")]
        outcome.scores.append(.init(metric: "rouge1", value: outcome.isCorrect == true ? 0.75 : 0.25 + Double(outcome.index) / 100))
      }
    case .remedied:
      let result = try Self.many.result()
      var repaired = result
      repaired.verdict = .passed
      for index in repaired.budgets.indices { (repaired.budgets[index].status, repaired.budgets[index].observed) = (.passed, 0) }
      let curve = (1...30).map { step -> Remedy.CurvePoint in
        let loss = 1 + 2 / Double(step)
        return .init(step: step, epoch: Double(step) / 10, loss: loss, validationLoss: step % 5 == 0 ? loss + 0.2 : nil, learningRate: 0.001)
      }
      return result.remedied(
        by: .init(path: "adapter", digest: "sha256:ad", rank: 8, parameters: 4096),
        .init(examples: 90, tokens: 4000, steps: 30, seconds: 1.5, bestStep: 25, curve: curve),
        sweep: Remedy.Sweep(
          tokens: 1_000, candidate: .init(right: 700, negativeFlips: 40),
          entries: (1...3).map { place in
            .init(
              recipe: "rank=\(place)", path: "adapter.sweep/\(place)", digest: "sha256:\(place)",
              figures: .init(right: 700 + place, negativeFlips: 40 - 10 * place), validationLoss: 1.25, steps: 30, seconds: 1.5,
              isOnFrontier: place == 3)
          }, failures: [.init(recipe: "rank=4", reason: "training diverged at step 3")], chosen: 2), judged: repaired, decides: false)
    }
  }
}
