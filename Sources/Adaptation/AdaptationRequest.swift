// What is to be trained: the models, the data, and what the data must not hold.

public import LanguageModels
public import Tasks

/// One adapter, or several on the same data.
public struct AdaptationRequest: Sendable {
  /// A checkpoint on disk with its adapter.
  public struct Model: Sendable, Hashable {
    public var path: String
    /// What cards and configurations call it.
    public var name: String
    public var adapter: String?

    public init(path: String, name: String, adapter: String? = nil) {
      self.path = path
      self.name = name
      self.adapter = adapter
    }
  }

  /// Where examples come from.
  public enum Source: Sendable {
    /// JSON Lines, as ``ExampleReader`` takes them.
    case file(String)
    /// A task's questions with their right answers.
    case task(EvaluationTask)
  }

  /// The model whose answers are to be kept; nil where nothing is distilled.
  public var old: Model?
  /// The model that the adapter is for; it starts from this model's own adapter, if there is one.
  public var new: Model
  public var training: [Source]
  /// Validation examples of their own; empty: a share of the training examples.
  public var validation: [Source] = []
  /// The tasks whose items may not be trained on.
  public var gate: [EvaluationTask] = []
  /// Leave out examples that hold an item of the gate, instead of refusing them all.
  public var dropsOverlap = false
  public var longExamples = ExampleEncoder.LongExamples.truncate
  /// Put the end token behind texts that are complete.
  public var addsEnd = true
  /// How both models are loaded; threads are those of training too.
  public var model: LanguageModel.Options
  /// Bytes that activations should stay within; nil: all are kept.
  public var activationMemory: Int?
  /// Bytes of teachers' states that are kept in memory; the rest is kept in files.
  public var teacherMemory = 512 << 20
  /// The program's version, for the card.
  public var version: String

  public init(old: Model?, new: Model, training: [Source], model: LanguageModel.Options, version: String) {
    self.old = old
    self.new = new
    self.training = training
    self.model = model
    self.version = version
  }
}

/// A finished adapter.
public struct TrainedAdapter: Sendable {
  public var path: String
  /// `sha256:` of settings and tensors together.
  public var digest: String
  public var rank: Int
  /// The number of trained values.
  public var parameters: Int
  public var examples: Int
  /// Tokens of one pass over them.
  public var tokens: Int
  public var validationExamples: Int
  public var droppedExamples: Int
  public var truncatedExamples: Int
  public var outcome: Trainer.Outcome
  /// What it changes on the validation examples; nil without an old model that has the same tokens.
  public var flips: TokenFlips?
}
