// Options that many commands share.

public import ArgumentParser
public import Evaluation
internal import Foundation
internal import LanguageModels
internal import Records
public import Tensors

extension Precision: ExpressibleByArgument {}
extension Truncation: ExpressibleByArgument {}

/// `I/N`.
struct ShardArgument: ExpressibleByArgument {
  var shard: RecordHeader.Shard

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]), index >= 1, index <= count, count <= 100_000 else {
      return nil
    }
    shard = RecordHeader.Shard(index: index, count: count)
  }
}

/// A whole number above zero.
struct PositiveArgument: ExpressibleByArgument {
  var value: Int
  init?(argument: String) {
    guard let value = Int(argument), value > 0 else { return nil }
    self.value = value
  }
}

/// How a command uses the machine.
struct ComputeOptions: ParsableArguments {
  @Option(help: "Element type of weights and activations in matrix products: f32 or bf16.")
  var precision: Precision = .f32

  @Option(help: ArgumentHelp("Worker threads; all processors if not given. Never changes a result.", valueName: "n"))
  var threads: PositiveArgument?

  @Option(help: ArgumentHelp("Matrix library: auto, flipgate, onednn or openblas.", valueName: "name", visibility: .default))
  var matrixLibrary: String = "auto"

  var threadCount: Int { threads?.value ?? ProcessInfo.processInfo.activeProcessorCount }

  var model: LanguageModel.Options {
    LanguageModel.Options(precision: precision, threads: threadCount, matrixLibrary: matrixLibrary)
  }
}

/// What a command says while it works.
struct OutputOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  @Flag(name: .customLong("no-progress"), help: "Show no progress.")
  var noProgress = false

  @Option(help: ArgumentHelp("Least severe messages shown: debug, info, notice, warning, error.", valueName: "level"))
  var logLevel: LogLevel = .warning

  var progress: ProgressDisplay {
    ProgressDisplay(style: ProgressDisplay.style(isQuiet: quiet, hasProgress: !noProgress))
  }
}

/// Which tasks, on which data.
struct TaskOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Task files, folders of them, or names of built-in tasks.", valueName: "path"))
  var tasks: [String] = []

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp("The data of a built-in task, such as hellaswag=hellaswag_val.jsonl.", valueName: "name=file"))
  var data: [DataArgument] = []

  @Option(help: ArgumentHelp("Ask only the first n items of each task.", valueName: "n"))
  var limit: PositiveArgument?

  @Option(help: "Items longer than the context window: error (recorded as an error), or left (cut from the left).")
  var truncation: Truncation = .error

  @OptionGroup var prompting: PromptingOptions

  var dataFiles: [String: String] { Dictionary(data.map { ($0.name, $0.file) }, uniquingKeysWith: { $1 }) }
}

/// How prompts are written for a model.
struct PromptingOptions: ParsableArguments {
  @Flag(help: "Write prompts through the model's chat template.")
  var applyChatTemplate = false

  @Option(help: ArgumentHelp("Which of the model's chat templates; its default if not given.", valueName: "name"))
  var chatTemplateName: String?

  @Option(help: ArgumentHelp("An instruction in front of every prompt.", valueName: "text"))
  var systemInstruction: String?

  @Flag(name: .customLong("fewshot-as-multiturn"), help: "With a chat template: few-shot examples are turns of the chat.")
  var fewshotAsMultiturn = false

  @Option(help: ArgumentHelp("What sampled answers begin from, where their task names no seed.", valueName: "n"))
  var seed: UInt64 = 1234

  var prompting: Prompting {
    Prompting(
      appliesChatTemplate: applyChatTemplate, templateName: chatTemplateName, systemInstruction: systemInstruction,
      examplesAsTurns: fewshotAsMultiturn)
  }

  func validate() throws {
    if !applyChatTemplate, chatTemplateName != nil || fewshotAsMultiturn {
      throw ValidationError("--chat-template-name and --fewshot-as-multiturn say how a chat is written; add --apply-chat-template")
    }
  }
}

/// `NAME=FILE`.
struct DataArgument: ExpressibleByArgument {
  var name: String
  var file: String

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
    name = String(argument[..<equals])
    file = String(argument[argument.index(after: equals)...])
    if file.isEmpty { return nil }
  }
}

/// Where outcomes are cached.
struct CacheOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where outcomes are cached; the user's cache folder if not given.", valueName: "dir"))
  var cacheDir: String?

  @Flag(name: .customLong("no-cache"), help: "Neither use nor fill the cache.")
  var noCache = false

  var store: OutcomeStore? {
    if noCache { return nil }
    return OutcomeStore(directory: cacheDir ?? Self.defaultDirectory)
  }

  /// `$XDG_CACHE_HOME/flipgate`, or `~/.cache/flipgate`.
  private static var defaultDirectory: String {
    let environment = ProcessInfo.processInfo.environment
    if let base = environment["XDG_CACHE_HOME"], base.hasPrefix("/") { return base + "/flipgate" }
    return NSHomeDirectory() + "/.cache/flipgate"
  }
}
