// What a task asks and how, read from its file: typed, compiled, checked.

internal import Documents
internal import Metrics
internal import Templates

/// A task before its data is read.
struct TaskDefinition: Sendable {
  enum OutputType: String, Sendable, CaseIterable {
    case multipleChoice = "multiple_choice"
    case likelihood = "loglikelihood"
    case rolling = "loglikelihood_rolling"
    case generation = "generate_until"

    /// Which kind of answer its metrics score.
    var responseKind: ResponseKind {
      switch self {
      case .multipleChoice: .choices
      case .likelihood: .likelihood
      case .rolling: .rolling
      case .generation: .text
      }
    }
  }

  enum Sampler: String, Sendable, CaseIterable {
    /// Drawn with Python's generator, seed 1234, as the harness draws them.
    case random = "default"
    case first = "first_n"
  }

  /// How an answered question is written: the parts that examples may have of their own.
  struct Turn: Sendable {
    var text: PromptQuestion
    var choices: PromptChoices?
    var target: PromptTarget
    var prefix: PromptText?
    var targetDelimiter: String
  }

  struct FewShot: Sendable {
    var count = 0
    var sampler = Sampler.random
    var turn: Turn
    var delimiter: String
    /// The split the examples come from; nil: the training split, else the validation split, else the test split.
    var split: String?
    /// Examples written in the task file itself.
    var samples: [TaskDocument]?
  }

  struct Splits: Sendable {
    var training: String?
    var validation: String?
    var test: String?

    /// The split whose documents are asked.
    var evaluated: String? { test ?? validation }
  }

  struct Slice: Sendable {
    var name: String
    var text: PromptText
  }

  var name: String
  var location: SourceLocation
  var outputType: OutputType
  var turn: Turn
  var description: PromptText?
  /// What stands between examples, and between a caller's instruction and the task's own.
  var delimiter: String
  var fewShot: FewShot
  var splits: Splits
  var dataset: DatasetSource
  var metrics: [any Metric]
  var primaryMetric: String
  /// How answers are generated; nil where likelihoods are asked for.
  var generation: GenerationSettings?
  var filters: [FilterPipeline] = [.none]
  var itemID: PromptText?
  var slices: [Slice] = []
  var cluster: PromptText?
  /// Makes a built-in task's documents out of its data.
  var builtIn: BuiltInTask?

  /// What decides the questions and their scores, as one value: no layout, no name, no slices.
  var canonical: JSONValue {
    func turn(_ turn: Turn) -> JSONValue {
      [
        "doc_to_text": turn.text.canonical, "doc_to_choice": turn.choices?.canonical ?? .null, "doc_to_target": turn.target.canonical,
        "gen_prefix": turn.prefix?.canonical ?? .null, "target_delimiter": .string(turn.targetDelimiter),
      ]
    }
    let shots: JSONValue =
      fewShot.count == 0
      ? .null
      : [
        "num_fewshot": .integer(fewShot.count), "sampler": .string(fewShot.sampler.rawValue), "turn": turn(fewShot.turn),
        "fewshot_delimiter": .string(fewShot.delimiter), "samples": fewShot.samples.map { .array($0.map(\.value)) } ?? .null,
        "excludes_document": .bool(excludesDocument),
      ]
    return [
      "output_type": .string(outputType.rawValue), "turn": turn(self.turn), "description": description?.canonical ?? .null,
      "fewshot": shots, "metrics": .array(metrics.map { .string($0.identity) }), "primary_metric": .string(primaryMetric),
      "generation": generation.map(Self.canonical) ?? .null,
      "filters": generation == nil ? .null : .object(of: filters.map { ($0.name, $0.canonical) }),
      "prepared_by": builtIn.map { .string($0.name) } ?? .null,
    ]
  }

  /// What joins continuations to a chat: nothing, unless the task begins the answer without white space at its end (`construct_requests`).
  var chatDelimiter: String {
    guard let prefix = turn.prefix?.source, !prefix.isEmpty, let last = prefix.unicodeScalars.last, !PythonText.isSpace(last) else { return "" }
    return turn.targetDelimiter
  }

  private static func canonical(_ settings: GenerationSettings) -> JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    let sampling: JSONValue? = settings.sampling.map {
      [
        "temperature": .number($0.temperature), "top_p": number($0.topP), "top_k": $0.topK.map { .integer($0) } ?? .null,
        "min_p": number($0.minP), "seed": $0.seed.map { .integer($0) } ?? .null,
      ]
    }
    return [
      "until": .array(settings.until.map { .string($0) }), "max_gen_toks": .integer(settings.maxTokens), "sampling": sampling ?? .null,
      "repetition_penalty": number(settings.repetitionPenalty),
      "no_repeat_ngram_size": settings.noRepeatNGram.map { .integer($0) } ?? .null, "repeats": .integer(settings.repeats),
    ]
  }

  /// Whether a document is kept out of its own examples: where both come from the same split by the harness's reckoning.
  var excludesDocument: Bool { fewShot.split == splits.test }
}

extension TaskDefinition {
  /// The same task with its training documents in the place of those that are asked.
  ///
  /// - Parameter isGiven: whether the training documents are given beside the task.
  func forTraining(isGiven: Bool) throws(TaskLoadError) -> TaskDefinition {
    guard let split = splits.training ?? (isGiven || builtIn != nil ? splits.evaluated : nil) else {
      throw TaskLoadError(.noTrainingSplit(task: name, location: location))
    }
    var definition = self
    (definition.splits.test, definition.splits.validation) = (split, nil)
    return definition
  }
}
