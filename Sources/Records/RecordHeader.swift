// The first line of a run record: which model answered which tasks, with what engine.

/// Who answered, what was asked and how it was computed.
public struct RecordHeader: Sendable, Hashable {
  public struct Model: Sendable, Hashable {
    public var name: String
    public var weightsDigest: String
    public var configDigest: String
    public var adapterDigest: String?
    /// Number of weights.
    public var parameters: Int
    public var architecture: String

    public init(name: String, weightsDigest: String, configDigest: String, adapterDigest: String?, parameters: Int, architecture: String) {
      self.name = name
      self.weightsDigest = weightsDigest
      self.configDigest = configDigest
      self.adapterDigest = adapterDigest
      self.parameters = parameters
      self.architecture = architecture
    }
  }

  public struct Engine: Sendable, Hashable {
    public var name: String
    public var version: String
    /// `f32` or `bf16`.
    public var precision: String
    /// Such as `flipgate` or `oneDNN 2.6.3`.
    public var matrixLibrary: String
    /// Such as `avx512_core_bf16`.
    public var kernels: String

    public init(name: String, version: String, precision: String, matrixLibrary: String, kernels: String) {
      self.name = name
      self.version = version
      self.precision = precision
      self.matrixLibrary = matrixLibrary
      self.kernels = kernels
    }
  }

  public struct Task: Sendable, Hashable {
    public struct Metric: Sendable, Hashable {
      public var name: String
      public var higherIsBetter: Bool
      public init(name: String, higherIsBetter: Bool) {
        self.name = name
        self.higherIsBetter = higherIsBetter
      }
    }

    public var name: String
    public var taskDigest: String
    public var dataDigest: String
    public var fewshotCount: Int
    /// How many items the task has, with `--limit` and `--shard` applied.
    public var items: Int
    public var metrics: [Metric]
    public var primaryMetric: String

    public init(
      name: String, taskDigest: String, dataDigest: String, fewshotCount: Int, items: Int, metrics: [Metric], primaryMetric: String
    ) {
      self.name = name
      self.taskDigest = taskDigest
      self.dataDigest = dataDigest
      self.fewshotCount = fewshotCount
      self.items = items
      self.metrics = metrics
      self.primaryMetric = primaryMetric
    }
  }

  /// Which part of the items this record holds, `index` from 1.
  public struct Shard: Sendable, Hashable {
    public var index: Int
    public var count: Int
    public init(index: Int, count: Int) {
      self.index = index
      self.count = count
    }
  }

  /// How prompts were written beside the tasks' own words; see `chat_template_sha256` for the template.
  public struct Prompting: Sendable, Hashable {
    /// An instruction of the caller in front of every prompt.
    public var systemInstruction: String?
    /// Few-shot examples were turns of the chat.
    public var examplesAsTurns: Bool
    public init(systemInstruction: String? = nil, examplesAsTurns: Bool = false) {
      self.systemInstruction = systemInstruction
      self.examplesAsTurns = examplesAsTurns
    }
  }

  /// RFC 3339, UTC.
  public var created: String
  public var model: Model
  public var tokenizerDigest: String
  public var chatTemplateDigest: String?
  public var prompting = Prompting()
  /// What sampled answers began from; nil where nothing says so.
  public var seed: Int?
  public var engine: Engine
  /// What became of items longer than the context window: `error`, or `left` where they were cut from the left.
  public var truncation: String
  public var tasks: [Task]
  public var shard: Shard?

  public init(
    created: String, model: Model, tokenizerDigest: String, chatTemplateDigest: String?, engine: Engine, truncation: String = "error",
    tasks: [Task], shard: Shard? = nil
  ) {
    self.truncation = truncation
    self.created = created
    self.model = model
    self.tokenizerDigest = tokenizerDigest
    self.chatTemplateDigest = chatTemplateDigest
    self.engine = engine
    self.tasks = tasks
    self.shard = shard
  }
}
