// How an evaluation is run, apart from model and tasks: nothing here but `truncation`, `prompting` and `seed` can change an outcome.

public import Records

/// What becomes of an item that is longer than the model's context window.
public enum Truncation: String, Sendable, Hashable, CaseIterable {
  /// The item is recorded as an error of the kind `context_overflow`.
  case error
  /// Tokens are cut from the left, as lm-evaluation-harness does.
  case left
}

/// How prompts are written for a model.
public struct Prompting: Sendable, Hashable {
  /// Through the model's chat template; else as plain text.
  public var appliesChatTemplate: Bool
  /// The template's name, where the model has several.
  public var templateName: String?
  /// An instruction in front of every prompt.
  public var systemInstruction: String?
  /// Few-shot examples are turns of the chat.
  public var examplesAsTurns: Bool

  public init(
    appliesChatTemplate: Bool = false, templateName: String? = nil, systemInstruction: String? = nil, examplesAsTurns: Bool = false
  ) {
    self.appliesChatTemplate = appliesChatTemplate
    self.templateName = templateName
    self.systemInstruction = systemInstruction
    self.examplesAsTurns = examplesAsTurns
  }
}

/// Which items are asked, and how the machine is used.
public struct EvaluationSettings: Sendable {
  /// The first so many items of each task; nil for all.
  public var limit: Int?
  /// Every `count`-th item, counted after the limit.
  public var shard: RecordHeader.Shard?
  public var truncation: Truncation
  public var prompting: Prompting
  /// What sampled answers begin from, where their task names no seed.
  public var seed: UInt64
  public var threads: Int
  /// Tokens in one pass; nil lets the engine choose.
  public var batchTokens: Int?
  /// Compute shared prefixes once.
  public var sharesPrefixes: Bool

  public init(
    limit: Int? = nil, shard: RecordHeader.Shard? = nil, truncation: Truncation = .error, prompting: Prompting = Prompting(),
    seed: UInt64 = 1234, threads: Int = 1, batchTokens: Int? = nil,
    sharesPrefixes: Bool = true
  ) {
    self.limit = limit
    self.shard = shard
    self.truncation = truncation
    self.prompting = prompting
    self.seed = seed
    self.threads = threads
    self.batchTokens = batchTokens
    self.sharesPrefixes = sharesPrefixes
  }
}

/// How far an evaluation is.
public struct EvaluationProgress: Sendable, Hashable {
  public enum Phase: Sendable, Hashable {
    case loading
    case scoring
    case finished
  }

  public var phase: Phase
  /// The model's name.
  public var model: String
  public var itemsDone: Int
  public var itemsTotal: Int
  /// Items whose outcomes were there before: cached, or resumed.
  public var itemsKnown: Int

  public init(phase: Phase, model: String, itemsDone: Int, itemsTotal: Int, itemsKnown: Int) {
    self.phase = phase
    self.model = model
    self.itemsDone = itemsDone
    self.itemsTotal = itemsTotal
    self.itemsKnown = itemsKnown
  }
}
