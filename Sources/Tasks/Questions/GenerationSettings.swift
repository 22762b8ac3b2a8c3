// How an answer is generated: where it stops, how long it may get, greedy or by chance.

/// The settings of one generation (`generation_kwargs` and `repeats` of a task file).
public struct GenerationSettings: Sendable, Hashable {
  /// How tokens are drawn where they are not simply the most probable ones.
  public struct Sampling: Sendable, Hashable {
    /// Above 0.
    public var temperature: Double
    /// The least set of tokens whose probabilities sum to this is drawn from; nil for all. Above 0, at most 1.
    public var topP: Double?
    /// So many of the most probable tokens are drawn from; nil for all.
    public var topK: Int?
    /// Tokens less probable than this share of the most probable one are left out; nil for none. 0 to 1.
    public var minP: Double?
    /// What the generator starts from; nil leaves it to the caller.
    public var seed: Int?

    public init(temperature: Double, topP: Double? = nil, topK: Int? = nil, minP: Double? = nil, seed: Int? = nil) {
      self.temperature = temperature
      self.topP = topP
      self.topK = topK
      self.minP = minP
      self.seed = seed
    }
  }

  /// The harness's bound where a task names none.
  public static let defaultMaxTokens = 256

  /// The answer ends before the first of these texts; the model's end token ends it too.
  public var until: [String]
  public var maxTokens: Int
  /// nil: greedy.
  public var sampling: Sampling?
  /// Divides (or, below 0, multiplies) the logits of tokens that have occurred; 1 does nothing, nil is what the model's makers set.
  public var repetitionPenalty: Double?
  /// No run of so many tokens occurs twice; 0 for no such rule, nil for what the model's makers set.
  public var noRepeatNGram: Int?
  /// How many answers each question gets.
  public var repeats: Int

  public init(
    until: [String], maxTokens: Int = defaultMaxTokens, sampling: Sampling? = nil, repetitionPenalty: Double? = nil, noRepeatNGram: Int? = nil,
    repeats: Int = 1
  ) {
    self.until = until
    self.maxTokens = maxTokens
    self.sampling = sampling
    self.repetitionPenalty = repetitionPenalty
    self.noRepeatNGram = noRepeatNGram
    self.repeats = repeats
  }
}
