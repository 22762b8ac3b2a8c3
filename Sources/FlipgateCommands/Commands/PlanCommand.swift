// `flipgate plan`: how many items a budget needs, and what the present ones can show.

internal import ArgumentParser
internal import Comparison
internal import Documents
internal import Policies
internal import Records
internal import Reports

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Say how many items a flip budget needs to be judged by its bound.",
    discussion: """
      A candidate whose true rate of flips is below the budget has to pass, one far above it has to fail, each with the given power. The counts \
      are exact (binomial, Clopper-Pearson), for items that are independent. Items of one cluster count for less: with a record, by how alike its right \
      answers are within a cluster.

      EXAMPLE:
        $ flipgate plan --budget 1% --record current.jsonl
      """)

  @Option(help: ArgumentHelp("The allowed rate: 0.01 or 1%.", valueName: "ratio"))
  var budget: RatioArgument

  @Option(help: ArgumentHelp("Confidence of the bound.", valueName: "ratio"))
  var level = RatioArgument(value: 0.95)

  @Option(help: ArgumentHelp("How likely the right answer is to be.", valueName: "ratio"))
  var power = RatioArgument(value: 0.8)

  @Option(
    help: ArgumentHelp(
      "The candidate's true rate: below the budget it is to pass, above it to fail. The other side of the plan is twice the budget, or 0.",
      valueName: "ratio"))
  var rate = RatioArgument(value: 0)

  @Option(help: ArgumentHelp("A run record or log: what its items can show.", valueName: "record"))
  var record: String?

  @OptionGroup var logs: LogOptions

  func validate() throws {
    if !(budget.value > 0 && budget.value < 1) {
      throw ValidationError("--budget is above 0 and below 1: a budget of nothing is judged by the count, on any number of items")
    }
    if !(level.value > 0.5 && level.value < 1) { throw ValidationError("--level is above 0.5 and below 1") }
    if !(power.value > 0 && power.value < 1) { throw ValidationError("--power is above 0 and below 1") }
    if rate.value == budget.value { throw ValidationError("--rate is the budget itself, which no number of items can tell from it") }
  }

  func run() async throws {
    let plan = GatePlan(budget: budget.value, level: level.value, power: power.value)
    var lines = plan.explanation(rate: rate.value)
    if let record {
      guard case .tasks(let tasks) = ItemSupply(try RecordedRun(path: record, format: logs.format.format)) else { return }
      for task in tasks {
        lines.append("\(VisibleText.of(task.label, limit: 80)), \(Numbers.items(task.items)):")
        if !task.hasRightAndWrong {
          lines.append("  Its items are not right or wrong, so that none can flip.")
          continue
        }
        if let correlation = task.correlation {
          let alike = correlation.correlation.map { ": right answers within a cluster correlate by \(Numbers.short($0, 2))" } ?? ""
          lines.append(
            "  They come in \(task.clusters) clusters and count for about \(task.effectiveItems) that stand alone\(alike). If all of a cluster flip "
              + "together, they count for \(task.clusters).")
        }
        lines += plan.explanation(of: task.effectiveItems, rate: rate.value).map { "  " + $0 }
      }
      if tasks.isEmpty { lines.append("\(VisibleText.of(record, limit: 200)) holds no scored item.") }
    }
    Console.output(lines.joined(separator: "\n"))
  }
}

/// A number from 0 to 1, or a percentage such as `5%`.
struct RatioArgument: ExpressibleByArgument {
  var value: Double

  init(value: Double) { self.value = value }

  init?(argument: String) {
    let isPercentage = argument.hasSuffix("%")
    guard let number = Double(isPercentage ? String(argument.dropLast()) : argument) else { return nil }
    value = isPercentage ? number / 100 : number
    guard (0...1).contains(value) else { return nil }
  }

  var defaultValueDescription: String { Numbers.short(value) }
}
