// `flipgate adapt`: trains an adapter that brings back what the old model got right.

internal import Adaptation
internal import ArgumentParser
internal import Documents
internal import Gate
internal import ModelHub
internal import Tasks

struct AdaptCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adapt", abstract: "Train a LoRA adapter on the new model that brings back what the old one got right.",
    discussion: """
      The method is MUSCLE (arXiv 2407.09435): the adapter follows the old model where it is wrong itself, and the new one elsewhere. It starts from the \
      new model's own adapter, if there is one. With --objective cross-entropy it learns the examples, and no old model is needed.

      Training data is JSON Lines with "prompt" and "completion", "text" or "messages", or a task's training split. An interrupted run goes on \
      with --resume, to the same bits. The items of a gate (--gate-items) are never trained on.

      EXAMPLE:
        $ flipgate adapt --old models/current --new models/next --train train.jsonl --rank 4 --max-steps 2 --output adapter
      """)

  @Option(help: ArgumentHelp("The model whose right answers are to be kept.", valueName: "model"))
  var old: String?

  @Option(help: ArgumentHelp("The old model's adapter.", valueName: "dir"))
  var oldAdapter: String?

  @Option(name: [.customLong("new"), .customLong("model")], help: ArgumentHelp("The model that the adapter is for.", valueName: "model"))
  var new: String

  @Option(help: ArgumentHelp("The new model's own adapter, which training starts from.", valueName: "dir"))
  var newAdapter: String?

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Training files (.jsonl, .jsonl.gz), task files, or names of built-in tasks.", valueName: "path"))
  var train: [String]

  @Option(help: ArgumentHelp("The training data of a task that names none of its own.", valueName: "name=file"))
  var trainData: [DataArgument] = []

  @Option(help: ArgumentHelp("Validation: a file, or the share of the training data that is kept for it.", valueName: "file|share"))
  var validation: String?

  @Option(name: [.long, .short], help: ArgumentHelp("The adapter's folder.", valueName: "dir"))
  var output: String

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Tasks whose items may not be trained on; with run records of them, the items that were asked.", valueName: "path"))
  var gateItems: [String] = []

  @Option(help: ArgumentHelp("The data of a built-in task of --gate-items.", valueName: "name=file"))
  var data: [DataArgument] = []

  @Flag(help: "Leave out examples that hold an item of the gate, instead of refusing them all.")
  var dropOverlap = false

  @Option(
    help: ArgumentHelp(
      "Train one adapter for each value, such as lambda=0.5,0.8,1 or mask=student-wrong,always-old, and take the best.", valueName: "name=values"))
  var sweep: [String] = []

  @Option(help: ArgumentHelp("Memory for activations; what is beyond it is computed again.", valueName: "MiB"))
  var activationMemory: PositiveArgument?

  @Flag(help: "Go on with an interrupted run.")
  var resume = false

  @OptionGroup var recipe: RecipeOptions
  @OptionGroup var models: ModelOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var messages: OutputOptions

  func validate() throws {
    if recipe.objective == .muscle, old == nil { throw ValidationError("--objective muscle follows the old model: name it with --old") }
    if recipe.objective == .crossEntropy, old != nil || oldAdapter != nil || !sweep.isEmpty {
      throw ValidationError("--objective cross-entropy follows no old model: leave out --old, --old-adapter and --sweep")
    }
  }

  func run() async throws {
    var settings = recipe.settings
    var request = AdaptationRequest(
      old: try await model(old, adapter: oldAdapter), new: try await model(new, adapter: newAdapter) ?? .init(path: new, name: new),
      training: try sources(train), model: compute.model, version: FlipgateVersion.program)
    if let validation {
      if let share = Double(validation) { settings.validationShare = share } else { request.validation = try sources([validation]) }
    }
    if !gateItems.isEmpty {
      request.gate = try GateItems.load(gateItems, data: Dictionary(data.map { ($0.name, $0.file) }, uniquingKeysWith: { $1 }))
    }
    request.dropsOverlap = dropOverlap
    request.longExamples = recipe.longExamples
    request.addsEnd = !recipe.noEndToken
    request.activationMemory = activationMemory.map { $0.value << 20 }
    let trainingRun = AdaptationRun(
      request, settings: settings, objective: recipe.trainingObjective, sweep: try Sweep(sweep), output: output, resumes: resume,
      environment: .process(messages))
    let result = try trainingRun.run()
    if !messages.quiet { Console.output(AdaptationSummary.text(result)) }
  }

  private func model(_ name: String?, adapter: String?) async throws -> AdaptationRequest.Model? {
    guard let name else { return nil }
    let location = try await models.locate(name, messages)
    if OutcomeSource.isRecord(location.path) { throw GateError.notAModel(path: location.path) }
    return AdaptationRequest.Model(path: location.path, name: name, adapter: adapter)
  }

  private func sources(_ names: [String]) throws -> [AdaptationRequest.Source] {
    let given = Dictionary(trainData.map { ($0.name, $0.file) }, uniquingKeysWith: { $1 })
    return try names.flatMap { name -> [AdaptationRequest.Source] in
      if AdaptationRequest.Source.isFile(name) { return [.file(name)] }
      return try TaskCatalog.loadTraining([name], data: given).map { .task($0) }
    }
  }
}

extension TrainingEnvironment {
  /// The process that the command runs in.
  static func process(_ messages: OutputOptions) -> TrainingEnvironment {
    let gate = GateEnvironment.process(messages)
    return TrainingEnvironment(clock: gate.clock, isCancelled: gate.isCancelled, report: gate.trainingProgress)
  }
}

/// A few lines on a finished adapter, and the table of a sweep.
enum AdaptationSummary {
  static func text(_ result: AdaptationRun.Result) -> String {
    var lines: [String] = []
    if let sweep = result.sweep {
      lines.append(contentsOf: table(sweep))
      lines.append("")
    }
    let adapter = result.adapter
    lines.append(
      "\(adapter.examples) examples, \(adapter.tokens) tokens, \(adapter.validationExamples) for validation"
        + (adapter.droppedExamples > 0 ? "; \(adapter.droppedExamples) left out (items of the gate)" : "")
        + (adapter.truncatedExamples > 0 ? "; \(adapter.truncatedExamples) cut" : ""))
    lines.append(
      "\(adapter.outcome.steps) steps in \(ProgressDisplay.duration(adapter.outcome.seconds)), best after step \(adapter.outcome.bestStep)"
        + (adapter.outcome.bestLoss.map { ", validation cross-entropy \(RecordSummary.rounded($0))" } ?? "")
        + (adapter.outcome.firstLoss.map { " (before: \(RecordSummary.rounded($0)))" } ?? ""))
    if let flips = adapter.flips {
      lines.append(
        "validation tokens: \(flips.negativeBefore) of \(flips.tokens) right by the old model alone before, \(flips.negativeAfter) after; "
          + "predicted \(flips.rightBefore) before, \(flips.rightAfter) after (old model: \(flips.oldRight))")
    }
    lines.append("wrote \(adapter.path) (rank \(adapter.rank), \(adapter.parameters) values, \(adapter.digest))")
    return lines.joined(separator: "\n")
  }

  /// What failed, then accuracy against negative flips, on validation tokens.
  static func table(_ sweep: SweepResult) -> [String] {
    let frontier = Set(sweep.frontier)
    var rows = [["recipe", "negative flips", "accuracy", "validation loss", "frontier", ""]]
    if let flips = sweep.entries.first?.adapter.flips {
      rows.append(["(candidate)", "\(flips.negativeBefore)", share(flips.rightBefore, flips.tokens), "", "", ""])
    }
    for (index, entry) in sweep.entries.enumerated() {
      let flips = entry.adapter.flips ?? TokenFlips()
      rows.append([
        entry.recipe.name, "\(flips.negativeAfter)", share(flips.rightAfter, flips.tokens),
        entry.adapter.outcome.bestLoss.map { "\(RecordSummary.rounded($0))" } ?? "", frontier.contains(index) ? "yes" : "",
        index == sweep.chosen ? "chosen" : "",
      ])
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let failures = sweep.failures.map { "\($0.recipe.name): \($0.error.description)" }
    let lines = rows.map { row in
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
    return failures + lines
  }

  private static func share(_ part: Int, _ all: Int) -> String { all > 0 ? "\(RecordSummary.rounded(Double(part) / Double(all)))" : "" }
}
