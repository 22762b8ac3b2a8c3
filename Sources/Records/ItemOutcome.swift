// One line of a run record: what a model answered to one item, and how it was scored.

/// A model's outcome on one item.
public struct ItemOutcome: Sendable, Hashable {
  public struct Choice: Sendable, Hashable {
    public var text: String
    /// Sum of the natural log-probabilities of the choice's tokens.
    public var logprob: Double
    public var tokens: Int
    /// Whether each token was the most probable one at its place.
    public var isGreedy: Bool
    /// The same sum without the context, where a metric asked for it.
    public var unconditionalLogprob: Double?

    public init(text: String, logprob: Double, tokens: Int, isGreedy: Bool, unconditionalLogprob: Double? = nil) {
      self.unconditionalLogprob = unconditionalLogprob
      self.text = text
      self.logprob = logprob
      self.tokens = tokens
      self.isGreedy = isGreedy
    }
  }

  /// What went wrong on this item, such as `context_overflow`.
  public struct Failure: Sendable, Hashable {
    public var kind: String
    public var message: String
    public init(kind: String, message: String) {
      self.kind = kind
      self.message = message
    }
  }

  public struct Tokens: Sendable, Hashable {
    public var prompt: Int
    public var output: Int
    public init(prompt: Int, output: Int) {
      self.prompt = prompt
      self.output = output
    }
  }

  public struct Slice: Sendable, Hashable {
    public var name: String
    public var value: String
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public struct Score: Sendable, Hashable {
    public var metric: String
    /// nil where the value is not a finite number.
    public var value: Double?
    /// What the item adds to the task's number, where the value alone does not say it.
    public var statistic: [Double]?
    public init(metric: String, value: Double?, statistic: [Double]? = nil) {
      self.metric = metric
      self.value = value
      self.statistic = statistic
    }
  }

  public var task: String
  /// `sha256:...` of document, prompt and target: what items are paired by.
  public var item: String
  /// Position in the task's data, from 0.
  public var index: Int
  public var slices: [Slice] = []
  public var cluster: String?
  public var filter: String = "none"
  public var target: String
  /// Generated text, nil for multiple choice; the first one where there were several.
  public var output: String?
  /// All generated texts, where the task asks more than once.
  public var outputs: [String]?
  /// What the model is held to have said: the text of the choice that the primary metric picks, or the filtered output.
  public var prediction: String
  public var choices: [Choice]?
  /// Whether the primary metric calls the answer right; nil for unscored items and errors, and where the metric is continuous.
  public var isCorrect: Bool?
  public var scores: [Score] = []
  /// Why the item could not be scored, if it couldn't.
  public var unscored: String?
  public var error: Failure?
  public var tokens: Tokens

  public init(task: String, item: String, index: Int, target: String, prediction: String, tokens: Tokens) {
    self.task = task
    self.item = item
    self.index = index
    self.target = target
    self.prediction = prediction
    self.tokens = tokens
  }

  /// The score of a metric, nil where there is none or it is not finite.
  public func score(_ metric: String) -> Double? { scores.first { $0.metric == metric }?.value }
}
