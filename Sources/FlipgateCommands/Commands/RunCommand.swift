// `flipgate run`: the whole gate.

internal import ArgumentParser
internal import Documents
internal import Gate
internal import Policies

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Gate a candidate against a baseline: evaluate both, compare, judge, report.",
    discussion: """
      A side is a Hugging Face checkpoint folder, a .gguf file, the name of a model such as org/name@revision, or a run record that \
      `flipgate evaluate` wrote. Outcomes are cached by content: a baseline that was asked before is not asked again. Two sides of one \
      checkpoint share its weights.

      EXAMPLE:
        $ flipgate run --policy policy.yaml --baseline models/current --candidate models/next
      """)

  @Option(help: ArgumentHelp("The policy.", valueName: "file"))
  var policy: String

  @Option(help: ArgumentHelp("The model in use: checkpoint or run record.", valueName: "model|record"))
  var baseline: String

  @Option(help: ArgumentHelp("The update: checkpoint or run record.", valueName: "model|record"))
  var candidate: String

  @Option(help: ArgumentHelp("A LoRA adapter of the baseline, as PEFT writes it.", valueName: "dir"))
  var baselineAdapter: String?

  @Option(help: ArgumentHelp("A LoRA adapter of the candidate, as PEFT writes it.", valueName: "dir"))
  var candidateAdapter: String?

  @Option(help: ArgumentHelp("Where the reports and the run records are written.", valueName: "dir"))
  var reportDir: String = "flipgate-report"

  @Flag(help: "Train the policy's remedy whatever the verdict is, and judge the candidate with the adapter as well.")
  var remediate = false

  @Option(parsing: .upToNextOption, help: ArgumentHelp("Training data of the remedy, in place of the policy's.", valueName: "path"))
  var train: [String] = []

  @Option(
    help: ArgumentHelp(
      "Train the remedy once for each value, such as lambda=0.5,0.8,1, and take the best; in place of the policy's sweep.", valueName: "name=values"))
  var sweep: [String] = []

  @Flag(help: "Go on with the records of an interrupted run.")
  var resume = false

  @OptionGroup var reports: ReportOptions
  @OptionGroup var announcements: AnnouncementOptions
  @OptionGroup var models: ModelOptions
  @OptionGroup var logs: LogOptions
  @OptionGroup var tasks: TaskOptions
  @OptionGroup var cache: CacheOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var messages: OutputOptions

  func validate() throws {
    if !train.isEmpty, !remediate { throw ValidationError("--train is the data of --remediate; add that, or write a remedy into the policy") }
    if !sweep.isEmpty, !remediate { throw ValidationError("--sweep is one of --remediate; add that, or write a sweep into the policy's remedy") }
  }

  func run() async throws {
    let announcer = Announcer(announcements, policy: policy, sides: (baseline, candidate), reportDirectory: reportDir)
    let publication = try Publication(reports, directory: reportDir, announcer: announcer, messages: messages)
    var request = GateRequest(
      policy: policy, baseline: baseline, candidate: candidate, baselineAdapter: baselineAdapter, candidateAdapter: candidateAdapter,
      hub: models.hub(messages), tasks: tasks.tasks, data: tasks.dataFiles,
      settings: compute.settings(tasks, shard: nil), model: compute.model, cache: cache.store, reportDirectory: reportDir,
      resumes: resume)
    request.logFormat = logs.format.format
    request.remediates = remediate
    request.training = train
    request.sweep = sweep
    let result: GateResult
    do {
      result = try await Gate(request, environment: .process(messages)).run()
    } catch {
      await publication.publish(failure: error)
      throw error
    }
    try await publication.publish(result)
  }
}
