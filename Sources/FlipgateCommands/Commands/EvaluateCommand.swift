// `flipgate evaluate`: one model over tasks, to a run record.

internal import ArgumentParser
internal import Comparison
internal import Documents
internal import Evaluation
internal import Gate
internal import Metrics
internal import ModelHub
internal import Records
internal import Reports
internal import Tasks

struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Ask one model the items of some tasks and write a run record.",
    discussion: """
      A record of a baseline can be used in place of its checkpoint. An interrupted evaluation goes on with --resume.

      EXAMPLE:
        $ flipgate evaluate --model models/current --tasks tasks/stories.yaml --output current.jsonl
      """)

  @Option(help: ModelOptions.argument)
  var model: String?

  @Option(help: ArgumentHelp("Score a record's answers again, with the tasks' present filters and metrics and no model.", valueName: "record"))
  var rescore: String?

  @Option(help: ArgumentHelp("A LoRA adapter, as PEFT writes it.", valueName: "dir"))
  var adapter: String?

  @Option(name: [.long, .short], help: ArgumentHelp("Where the run record is written.", valueName: "record"))
  var output: String

  @Option(help: ArgumentHelp("Ask only part I of N parts of the items.", valueName: "i/n"))
  var shard: ShardArgument?

  @Option(help: ArgumentHelp("Write the run in another tool's form too, beside the record: lm-eval.", valueName: "format"))
  var also: AlsoFormat?

  @Option(
    name: .customLong("repeat"),
    help: ArgumentHelp(
      "Ask every item N times, up to \(NoiseFloor.runLimit): the further runs go beside the record, as NAME.repeat2.jsonl and so on, and what differs is said.",
      valueName: "n"))
  var repeats: PositiveArgument?

  @Flag(help: "Go on with an interrupted evaluation.")
  var resume = false

  @OptionGroup var models: ModelOptions
  @OptionGroup var tasks: TaskOptions
  @OptionGroup var cache: CacheOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var messages: OutputOptions

  func validate() throws {
    if tasks.tasks.isEmpty { throw ValidationError("name at least one task with --tasks") }
    if (model == nil) == (rescore == nil) { throw ValidationError("give either --model, to be asked, or --rescore, to be scored again") }
    if rescore != nil, adapter != nil || shard != nil || resume || tasks.limit != nil {
      throw ValidationError("--rescore asks no model and takes the items that the record has: leave out --adapter, --shard, --resume and --limit")
    }
    if let repeats, repeats.value > NoiseFloor.runLimit { throw ValidationError("--repeat is \(NoiseFloor.runLimit) at most") }
    if repeats != nil, rescore != nil { throw ValidationError("--rescore asks no model, and --repeat asks it again: leave one out") }
  }

  func run() async throws {
    let source = OutcomeSource(
      settings: compute.settings(tasks, shard: shard?.shard), model: compute.model, cache: cache.store, resumes: resume,
      environment: .process(messages))
    let loaded = try TaskCatalog.load(tasks.tasks, data: tasks.dataFiles)
    let record: RunRecord
    var noise: [String] = []
    if let rescore {
      record = try Rescoring.score(try RecordReader.read(rescore), path: rescore, tasks: loaded, created: source.timestamp)
      try RecordWriter.write(record, to: output)
    } else {
      let location = try await models.locate(model ?? "", messages)
      guard case .model(let engine) = try await source.open(location, adapter: adapter) else { throw GateError.notAModel(path: location.path) }
      record = try source.evaluate(engine, on: loaded, recordPath: output)
      if let repeats, repeats.value > 1 { noise = try again(repeats.value, engine, on: loaded, record) }
    }
    if let also { try also.write(record, of: loaded, to: Files.parent(of: output)) }
    if !messages.quiet { Console.output(([RecordSummary.text(record, path: output, tasks: loaded)] + noise).joined(separator: "\n")) }
  }

  /// Asks again, without a cache that would know the answers; what differs from run to run, in words.
  private func again(_ count: Int, _ engine: EmbeddedEngine, on tasks: [EvaluationTask], _ record: RunRecord) throws -> [String] {
    let source = OutcomeSource(
      settings: compute.settings(self.tasks, shard: shard?.shard), model: compute.model, cache: nil, resumes: false,
      environment: .process(messages))
    let first = RecordedRun(record)
    var runs: [(path: String, run: RecordedRun)] = []
    for number in 2...count {
      let path = Self.path(of: output, run: number)
      runs.append((path, RecordedRun(try source.evaluate(engine, on: tasks, recordPath: path))))
    }
    let floor = try NoiseFloor(baseline: first, candidate: first, repeats: runs)
    return runs.map { "wrote \($0.path)" } + ComparisonSummary.noise(floor)
  }

  /// `record.repeat2.jsonl` for `record.jsonl`.
  static func path(of record: String, run: Int) -> String {
    let suffix = ".jsonl"
    return record.hasSuffix(suffix) ? "\(record.dropLast(suffix.count)).repeat\(run)\(suffix)" : "\(record).repeat\(run)"
  }
}

/// A few lines on a finished record.
enum RecordSummary {
  static func text(_ record: RunRecord, path: String, tasks: [EvaluationTask] = []) -> String {
    var lines: [String] = []
    for task in record.header.tasks {
      let outcomes = record.outcomes.filter { $0.task == task.name }
      let filters = outcomes.map(\.filter).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      for filter in filters.isEmpty ? ["none"] : filters {
        // Without the task's own the metrics are as nobody has set them; one that this version does not know is left out.
        let metrics =
          tasks.first { $0.name == task.name }?.metrics ?? task.metrics.compactMap { try? MetricCatalog.metric(named: $0.name) }
        lines.append(line(task, filter: filter, outcomes.filter { $0.filter == filter }, metrics: metrics))
      }
    }
    if let usage = record.usage {
      let shared = usage.tokensRequested - usage.tokensComputed
      lines.append(
        "\(ProgressDisplay.duration(usage.seconds)), peak memory \(usage.peakMemory >> 20) MiB, \(usage.tokensComputed) tokens computed"
          + (shared > 0 ? " (\(shared) shared)" : "") + (usage.itemsFromCache > 0 ? ", \(usage.itemsFromCache) items known before" : ""))
    }
    lines.append("wrote \(path)")
    return lines.joined(separator: "\n")
  }

  private static func line(_ task: RecordHeader.Task, filter: String, _ outcomes: [ItemOutcome], metrics: [any Metric]) -> String {
    let errors = outcomes.count { $0.error != nil }
    let unscored = outcomes.count { $0.unscored != nil }
    var line = "\(VisibleText.of(task.name, limit: 40))\(filter == "none" ? "" : ", \(VisibleText.of(filter, limit: 40))"): \(outcomes.count) items"
    for metric in metrics {
      let scores = outcomes.compactMap { outcome in outcome.scores.first { $0.metric == metric.name && $0.value != nil } }
      let statistics = scores.compactMap { score in score.statistic ?? score.value.flatMap { metric.aggregation.statistic(ofScore: $0) } }
      if let value = metric.aggregation(statistics: statistics) { line += ", \(metric.name) \(rounded(value))" }
    }
    if errors > 0 { line += ", \(errors) with errors" }
    if unscored > 0 { line += ", \(unscored) unscored" }
    return line
  }

  static func rounded(_ value: Double) -> String {
    let text = "\((value * 10_000).rounded() / 10_000)"
    return text
  }
}
