// Task by task: the flip matrix, the means with their intervals, and how far items moved.

internal import Comparison
internal import Documents
internal import Policies

enum HTMLTasks {
  /// How many tasks stand open.
  static let openLimit = 4

  static func part(_ result: GateResult, bytes: Int) -> HTMLPart? {
    if result.tasks.isEmpty { return nil }
    let isMany = result.tasks.count > 1
    let overview = isMany ? HTMLList(result.tasks, bytes: bytes / 4, row) : nil
    let order = result.tasks.enumerated().sorted { a, b in
      let (one, other) = (a.element.countedFlips?.negative ?? 0, b.element.countedFlips?.negative ?? 0)
      return one == other ? a.offset < b.offset : one > other
    }
    // Where there are many tasks, the first ones to look at are those that lost most.
    let tasks = result.tasks.count > openLimit ? order.map(\.element) : result.tasks
    let list = HTMLList(Array(tasks.enumerated()), bytes: bytes - (overview?.html.count ?? 0)) { place, task in
      HTMLTask(task).html(isOpen: place < openLimit, isFoldable: tasks.count > openLimit)
    }
    return HTMLPart(
      id: "tasks", title: isMany ? "Tasks" : "Task",
      content: group {
        if let overview {
          table.html(overview.html)
          overview.rest("tasks")
        }
        list.html
        list.rest("tasks")
      })
  }

  private static let table = HTMLTable(
    caption: "All tasks with the means of their primary metrics",
    columns: [
      .init(name: "Task"), .init(name: "Items", isNumber: true), .init(name: "Metric"), .init(name: "Baseline", isNumber: true),
      .init(name: "Candidate", isNumber: true), .init(name: "Change", isNumber: true), .init(name: "Right → wrong", isNumber: true),
      .init(name: "Wrong → right", isNumber: true),
    ])

  private static func row(_ task: TaskSummary) -> HTML {
    let metric = task.primary
    let change = metric.flatMap { metric in metric.baselineMean.flatMap { old in metric.candidateMean.map { $0 - old } } }
    return table.row([
      .text(HTMLText.name(task.task)), .number(HTMLText.count(task.paired), Double(task.paired)), .text(HTMLText.name(metric?.name ?? "–")),
      .number(HTMLText.score(metric?.baselineMean), metric?.baselineMean), .number(HTMLText.score(metric?.candidateMean), metric?.candidateMean),
      .number(HTMLText.change(change), change),
      .number(task.countedFlips.map { HTMLText.count($0.negative) } ?? "–", task.countedFlips.map { Double($0.negative) }),
      .number(task.countedFlips.map { HTMLText.count($0.positive) } ?? "–", task.countedFlips.map { Double($0.positive) }),
    ])
  }
}

/// One task's card.
struct HTMLTask {
  let task: TaskSummary
  private let distributions: Distributions?

  init(_ task: TaskSummary) {
    self.task = task
    distributions = task.document["distributions"].flatMap { $0.object == nil ? nil : Distributions(json: $0) }
  }

  func html(isOpen: Bool, isFoldable: Bool) -> HTML {
    if isFoldable {
      return tag("details", ["class": "task", "open": isOpen ? "" : nil]) {
        tag("summary") { head() }
        tag("div", ["class": "body"]) { body() }
      }
    }
    return tag("article", ["class": "task"]) {
      tag("header") { head() }
      tag("div", ["class": "body"]) { body() }
    }
  }

  private func head() -> HTML {
    group {
      tag("h3") { tag("bdi") { HTMLText.name(task.task) } }
      tag("p", ["class": "means"]) {
        if let metric = task.primary {
          tag("bdi") { HTMLText.name(metric.name) }
          " \(HTMLText.score(metric.baselineMean)) → "
          tag("b") { HTMLText.score(metric.candidateMean) }
          " · "
        }
        HTMLText.items(task.paired)
      }
    }
  }

  private func body() -> HTML {
    group {
      if let flips = task.countedFlips, flips.total > 0 {
        FlipMatrix(flips: flips).html()
        tag("div") {
          tag("h4") { "How sure one can be" }
          facts()
        }
      } else {
        tag("div", ["class": "wide"]) { facts() }
      }
      tag("div", ["class": "wide"]) { metrics() }
      if let distributions {
        for change in distributions.changes.prefix(3) {
          ChangePlot(distribution: change).histogram()
          ChangePlot(distribution: change).ecdf()
        }
        if let margins = distributions.margins {
          MarginPlot(distribution: margins, unit: margins.metric == "acc_norm" ? "nats a character" : "nats").figure()
        }
      }
    }
  }

  // MARK: Facts

  private func facts() -> HTML {
    let tests = task.document["tests"]
    let rates = task.document["rates"]
    let items = task.document["items"]
    let level = tests?["level"]?.double.map { HTMLText.short($0 * 100, 2) + "%" } ?? "95%"
    var facts: [(String, String)] = []
    if let rate = rates?["negative_flip_rate"]?.double {
      let range = Self.range(tests?["negative_flip_rate_interval"]).map {
        ", between \(HTMLText.percent($0.lowerBound)) and \(HTMLText.percent($0.upperBound)) with \(level) confidence on each side"
      }
      facts.append(("Negative flips", HTMLText.percent(rate) + (range ?? "")))
    }
    if let range = Self.range(tests?["accuracy_change_interval"]) {
      facts.append(
        ("Change of accuracy", "between \(Self.points(range.lowerBound)) and \(Self.points(range.upperBound)) points with \(level) confidence"))
    }
    if let p = tests?["mcnemar_p_one_sided"]?.double {
      facts.append(("If neither were better", "so many flips for the worse have a chance of \(HTMLText.chance(p)) (McNemar, exact, one-sided)"))
    }
    if let relative = rates?["relative_negative_flip_rate"]?.double {
      facts.append(("Against unrelated models", "\(HTMLText.short(relative, 2)) of the flips that two independent models would show"))
    }
    if let exact = task.document["agreement"]?["exact"]?.double {
      facts.append(("Same answer", "\(HTMLText.percent(exact)) of the items"))
    }
    if let smallest = tests?["minimum_detectable_change"]?.double, smallest.isFinite {
      facts.append(("Smallest change to be seen", "\(HTMLText.score(smallest)) with this many items"))
    }
    let left = [
      ("errors", "failed"), ("unscored", "without a score"), ("only_baseline", "only in the baseline"), ("only_candidate", "only in the candidate"),
    ]
    .compactMap { key, words in items?[key]?.integer.flatMap { $0 > 0 ? "\(HTMLText.count($0)) \(words)" : nil } }
    if !left.isEmpty { facts.append(("Left out", left.joined(separator: ", "))) }
    return tag("dl", ["class": "facts-list"]) {
      for (name, value) in facts {
        tag("dt") { name }
        tag("dd") { value }
      }
    }
  }

  private static func points(_ share: Double) -> String { (share > 0 ? "+" : "") + HTMLText.minus(Numbers.fixed(share * 100, 1)) }

  static func range(_ json: JSONValue?) -> ClosedRange<Double>? {
    guard let ends = json?.array, ends.count == 2, let low = ends[0].double, let high = ends[1].double, low <= high, low.isFinite, high.isFinite
    else { return nil }
    return low...high
  }

  // MARK: Metrics

  private func metrics() -> HTML {
    let table = HTMLTable(
      caption: "Means over the paired items, and the items that moved",
      columns: [
        .init(name: "Metric"), .init(name: "Baseline", isNumber: true), .init(name: "Candidate", isNumber: true),
        .init(name: "Change", isNumber: true), .init(name: "Better", isNumber: true), .init(name: "Worse", isNumber: true),
        .init(name: "Same", isNumber: true),
      ], isSortable: false)
    let list = HTMLList(task.metrics, bytes: 30_000) { metric in
      let document = task.document["metrics"]?[metric.name]
      let change = metric.baselineMean.flatMap { old in metric.candidateMean.map { $0 - old } }
      func items(_ key: String) -> HTMLTable.Cell {
        let count = document?[key]?.integer
        return .number(count.map(HTMLText.count) ?? "–", count.map(Double.init))
      }
      return table.row([
        HTMLTable.Cell(
          content: group {
            tag("bdi") { HTMLText.name(metric.name) }
            if document?["higher_is_better"]?.bool == false { tag("span", ["class": "range"]) { "lower is better" } }
          }),
        .number(HTMLText.score(metric.baselineMean), metric.baselineMean), .number(HTMLText.score(metric.candidateMean), metric.candidateMean),
        HTMLTable.Cell(
          content: group {
            HTMLText.change(change)
            if let range = Self.range(document?["interval"]) {
              tag("span", ["class": "range"]) { "\(HTMLText.change(range.lowerBound)) to \(HTMLText.change(range.upperBound))" }
            }
          }, value: change),
        items("gained"), items("regressed"), items("tied"),
      ])
    }
    return group {
      table.html(list.html)
      list.rest("metrics")
    }
  }
}

extension TaskSummary {
  /// The counts of a saved result, where they are such that their sum is a number; nil otherwise.
  var countedFlips: FlipCounts? {
    flips.flatMap { flips in
      let counts = [flips.bothCorrect, flips.negative, flips.positive, flips.bothWrongSame, flips.bothWrongChanged]
      return counts.allSatisfy((0...(1 << 40)).contains) ? flips : nil
    }
  }
}
