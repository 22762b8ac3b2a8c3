// What was done about the regressions: the verdict before and after the adapter, budget by budget, and how it learned.

internal import Comparison
internal import Policies

enum HTMLRemedy {
  static func part(_ result: GateResult, bytes: Int) -> HTMLPart? {
    guard let remedy = result.remedy else { return nil }
    return HTMLPart(
      id: "remedy", title: "Remedy",
      content: remedy.repair.map { repaired(remedy, $0, bytes: bytes) } ?? failed(remedy))
  }

  private static func repaired(_ remedy: Remedy, _ repair: Remedy.Repair, bytes: Int) -> HTML {
    let curve = LearningCurve(training: repair.training).figure()
    let budgets = budgets(remedy.before, repair.after, bytes: bytes / 2)
    let tasks = tasks(remedy.before, repair.after, bytes: bytes / 4)
    let recipes = repair.sweep.map { Self.recipes(of: $0, bytes: bytes / 8) }
    return group {
      tag("p", ["class": "intro"]) {
        remedy.decides
          ? "A compatibility adapter was trained on the candidate, and the verdict above is the repaired candidate’s."
          : "A compatibility adapter was trained on the candidate. The verdict above is the candidate’s as it came; this is what the adapter would change."
      }
      tag("div", ["class": "sides"]) {
        side("Candidate as it came", remedy.before)
        HTMLSigns.arrow
        side("With the adapter", repair.after)
      }
      budgets
      tasks
      recipes
      tag("div", ["class": "block"]) { curve }
      tag("div", ["class": "block"]) { facts(remedy, repair) }
    }
  }

  private static func failed(_ remedy: Remedy) -> HTML {
    group {
      tag("p", ["class": "intro"]) {
        "A compatibility adapter was to be trained on the candidate, and it failed: all figures are the candidate’s as it came."
      }
      tag("div", ["class": "sides"]) { side("Candidate as it came", remedy.before) }
      tag("ul", ["class": "findings"]) {
        tag("li") {
          tag("div") { HTMLSigns.mark("Failed", .warn) }
          tag("p") { HTMLText.sentence(remedy.failureSentence ?? "") + "." }
        }
      }
    }
  }

  private static func side(_ role: String, _ judgement: Remedy.Judgement) -> HTML {
    let flips = judgement.tasks.compactMap(\.countedFlips)
    return tag("div", ["class": "side"]) {
      tag("p", ["class": "role"]) { role }
      tag("p", ["class": "model is-\(judgement.verdict.rawValue)"]) { judgement.verdict.title }
      tag("p", ["class": "facts"]) {
        if !flips.isEmpty {
          "\(HTMLText.count(flips.reduce(0) { $0 + $1.negative })) right, now wrong · \(HTMLText.count(flips.reduce(0) { $0 + $1.positive })) wrong, now right · "
        }
        "\(HTMLText.count(judgement.budgets.count { $0.status == .passed })) of \(HTMLText.count(judgement.budgets.count)) budgets hold"
      }
    }
  }

  /// What tells a budget from all others, before and after.
  private struct Key: Hashable {
    var id: String
    var task: String
    var slice: String?
    var limit: Limit.Kind

    init(_ outcome: BudgetOutcome) { (id, task, slice, limit) = (outcome.id, outcome.task, outcome.slice, outcome.limit) }
  }

  private static func budgets(_ before: Remedy.Judgement, _ after: Remedy.Judgement, bytes: Int) -> HTML {
    let table = HTMLTable(
      caption: "Budgets before and after",
      columns: [
        .init(name: "Budget"), .init(name: "Task"), .init(name: "Before"), .init(name: "Used", isNumber: true), .init(name: "After"),
        .init(name: "Used", isNumber: true), .init(name: "Allowed", isNumber: true),
      ], isSortable: false)
    let repaired = Dictionary(after.budgets.map { (Key($0), $0) }, uniquingKeysWith: { first, _ in first })
    func used(_ outcome: BudgetOutcome?) -> HTMLTable.Cell {
      .number(outcome.flatMap { outcome in outcome.observed.map { HTMLText.minus(outcome.text(of: $0)) } } ?? "–", outcome?.observed)
    }
    func status(_ outcome: BudgetOutcome?) -> HTMLTable.Cell {
      HTMLTable.Cell(content: outcome.map { HTMLSigns.mark($0.spokenStatus, $0.tone) } ?? HTML(text: "–"))
    }
    let list = HTMLList(before.budgets, bytes: bytes) { before in
      let other = repaired[Key(before)]
      return table.row([
        .text(HTMLText.name(before.label)), .text(HTMLText.name(before.task)), status(before), used(before), status(other), used(other),
        .number(before.allowed.map { (before.isFloor ? "≥ " : "≤ ") + HTMLText.minus(before.text(of: $0)) } ?? "–", before.allowed),
      ])
    }
    return group {
      table.html(list.html)
      list.rest("budgets")
    }
  }

  private static func tasks(_ before: Remedy.Judgement, _ after: Remedy.Judgement, bytes: Int) -> HTML {
    let table = HTMLTable(
      caption: "Tasks before and after",
      columns: [
        .init(name: "Task"), .init(name: "Metric"), .init(name: "Baseline", isNumber: true), .init(name: "Candidate", isNumber: true),
        .init(name: "With adapter", isNumber: true), .init(name: "Right → wrong", isNumber: true), .init(name: "With adapter", isNumber: true),
      ], isSortable: false)
    let repaired = Dictionary(after.tasks.map { ($0.task, $0) }, uniquingKeysWith: { first, _ in first })
    func flips(_ task: TaskSummary?) -> HTMLTable.Cell {
      let count = task?.countedFlips?.negative
      return .number(count.map(HTMLText.count) ?? "–", count.map(Double.init))
    }
    let list = HTMLList(before.tasks, bytes: bytes) { before in
      let other = repaired[before.task]
      return table.row([
        .text(HTMLText.name(before.task)), .text(HTMLText.name(before.primary?.name ?? "–")),
        .number(HTMLText.score(before.primary?.baselineMean), nil), .number(HTMLText.score(before.primary?.candidateMean), nil),
        .number(HTMLText.score(other?.primary?.candidateMean), nil), flips(before), flips(other),
      ])
    }
    return group {
      table.html(list.html)
      list.rest("tasks")
    }
  }

  private static func recipes(of sweep: Remedy.Sweep, bytes: Int) -> HTML {
    let table = HTMLTable(
      caption: "Recipes that were tried, by \(HTMLText.count(sweep.tokens)) validation tokens",
      columns: [
        .init(name: "Recipe"), .init(name: "Right → wrong", isNumber: true), .init(name: "Predicted", isNumber: true),
        .init(name: "Cross-entropy", isNumber: true), .init(name: "Steps", isNumber: true), .init(name: ""),
      ], isSortable: false)
    let candidate = table.row([
      .text("(candidate as it came)"), .number(HTMLText.count(sweep.candidate.negativeFlips), nil), .number(sweep.accuracy(sweep.candidate), nil),
      .text(""), .text(""), .text(""),
    ])
    let list = HTMLList(Array(sweep.entries.enumerated()), bytes: bytes) { place, entry in
      let note = [place == sweep.chosen ? "taken" : nil, entry.isOnFrontier ? "on the frontier" : nil].compactMap(\.self).joined(separator: ", ")
      return table.row([
        .text(HTMLText.name(entry.recipe)), .number(HTMLText.count(entry.figures.negativeFlips), nil), .number(sweep.accuracy(entry.figures), nil),
        .number(entry.validationLoss.map { HTMLText.short($0, 4) } ?? "–", nil), .number(HTMLText.count(entry.steps), nil), .text(note),
      ])
    }
    let failures = HTMLList(sweep.failures, bytes: bytes / 4) { failure in
      tag("li") {
        tag("div") { HTMLSigns.mark("Failed", .warn) }
        tag("p") {
          tag("b") { tag("bdi") { HTMLText.name(failure.recipe) } }
          ": " + HTMLText.sentence(failure.reason) + "."
        }
      }
    }
    return group {
      table.html(
        group {
          candidate
          list.html
        })
      list.rest("recipes")
      if !sweep.failures.isEmpty { tag("ul", ["class": "findings"]) { failures.html } }
      failures.rest("failed recipes")
    }
  }

  private static func facts(_ remedy: Remedy, _ repair: Remedy.Repair) -> HTML {
    let (adapter, training) = (repair.adapter, repair.training)
    let facts = [
      ("Adapter", HTMLText.name(adapter.path)), ("Digest", HTMLText.name(adapter.digest)),
      ("Size", "rank \(HTMLText.count(adapter.rank)), \(HTMLText.count(adapter.parameters)) trained values"),
      ("Recipe", "\(remedy.recipe.rawValue), a \(remedy.kind.rawValue.split(separator: "_").joined(separator: " "))"),
      (
        "Training",
        "\(HTMLText.count(training.examples)) examples, \(HTMLText.count(training.tokens)) tokens, \(HTMLText.count(training.steps)) steps in \(HTMLText.short(training.seconds, 1)) s; the adapter holds step \(HTMLText.count(training.bestStep))"
      ),
    ]
    return tag("dl", ["class": "facts-list"]) {
      for (name, value) in facts {
        tag("dt") { name }
        tag("dd") { tag("bdi") { value } }
      }
    }
  }
}
