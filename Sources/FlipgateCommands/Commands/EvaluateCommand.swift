// `flipgate evaluate`: one model over tasks, to a run record.

internal import ArgumentParser
internal import Documents
internal import Gate
internal import Metrics
internal import Records
internal import Reports
internal import Tasks

struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Ask one model the items of some tasks and write a run record.",
    discussion: "A record of a baseline can be used in place of its checkpoint. An interrupted evaluation goes on with --resume.")

  @Option(help: ArgumentHelp("A Hugging Face checkpoint folder or a .gguf file.", valueName: "model"))
  var model: String

  @Option(name: [.long, .short], help: ArgumentHelp("Where the run record is written.", valueName: "record"))
  var output: String

  @Option(help: ArgumentHelp("Ask only part I of N parts of the items.", valueName: "i/n"))
  var shard: ShardArgument?

  @Option(help: ArgumentHelp("Write the run in another tool's form too, beside the record: lm-eval.", valueName: "format"))
  var also: AlsoFormat?

  @Flag(help: "Go on with an interrupted evaluation.")
  var resume = false

  @OptionGroup var tasks: TaskOptions
  @OptionGroup var cache: CacheOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var messages: OutputOptions

  func validate() throws {
    if tasks.tasks.isEmpty { throw ValidationError("name at least one task with --tasks") }
  }

  func run() async throws {
    guard Files.exists(model) else { throw FileError(path: model, problem: .notFound) }
    let source = OutcomeSource(
      settings: compute.settings(tasks, shard: shard?.shard), model: compute.model, cache: cache.store, resumes: resume,
      environment: .process(messages))
    let loaded = try TaskCatalog.load(tasks.tasks, data: tasks.dataFiles)
    guard case .model(let engine) = try await source.open(model) else { throw GateError.notAModel(path: model) }
    let record = try source.evaluate(engine, on: loaded, recordPath: output)
    if let also { try also.write(record, of: loaded, to: Files.parent(of: output)) }
    if !messages.quiet { Console.output(RecordSummary.text(record, path: output)) }
  }
}

/// A few lines on a finished record.
enum RecordSummary {
  static func text(_ record: RunRecord, path: String) -> String {
    var lines: [String] = []
    for task in record.header.tasks {
      let outcomes = record.outcomes.filter { $0.task == task.name }
      let errors = outcomes.count { $0.error != nil }
      let unscored = outcomes.count { $0.unscored != nil }
      var line = "\(VisibleText.of(task.name, limit: 40)): \(outcomes.count) items"
      for metric in task.metrics {
        let values = outcomes.compactMap { $0.score(metric.name) }
        // A metric that this version does not know (a record of a later one) is shown as a mean.
        let known = try? MetricCatalog.metric(named: metric.name)
        let value = known?.aggregation(values) ?? values.reduce(0, +) / Double(max(1, values.count))
        if !values.isEmpty { line += ", \(metric.name) \(rounded(value))" }
      }
      if errors > 0 { line += ", \(errors) with errors" }
      if unscored > 0 { line += ", \(unscored) unscored" }
      lines.append(line)
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

  static func rounded(_ value: Double) -> String {
    let text = "\((value * 10_000).rounded() / 10_000)"
    return text
  }
}
