// What training is asked for: the settings of the factors, and the means to train them with.

/// The settings of new low-rank factors (Hu et al. 2021, arXiv 2106.09685); names as PEFT's `LoraConfig`.
public struct LoRASettings: Sendable, Hashable {
  /// `r`
  public var rank: Int
  /// `lora_alpha`
  public var alpha: Float
  /// `use_rslora`: alpha divided by √rank instead of rank (arXiv 2312.03732).
  public var isRankStabilized: Bool
  /// `lora_dropout`: the share of a module's inputs that its factors do not see in a training step, 0 or more and below 1.
  public var dropout: Float
  /// The modules that get factors. All linear maps means, as with PEFT on transformers 5, all but the one onto the vocabulary and those of
  /// mixtures of experts.
  public var targets: LoRAConfiguration.Targets

  public init(
    rank: Int = 16, alpha: Float = 32, isRankStabilized: Bool = false, dropout: Float = 0, targets: LoRAConfiguration.Targets = .allLinear
  ) {
    self.rank = rank
    self.alpha = alpha
    self.isRankStabilized = isRankStabilized
    self.dropout = dropout
    self.targets = targets
  }
}

/// The means of training; none of them but ``dropoutSeed`` changes a result. (The precision of products is the base's.)
public struct TrainingOptions: Sendable, Hashable {
  /// Threads that work on a step together.
  public var threads: Int
  /// Bytes that activations kept for the backward pass should stay within: layers beyond it are computed again. Nil: all are kept.
  public var activationMemory: Int?
  /// With the step, the seed of the masks of dropout.
  public var dropoutSeed: UInt64

  public init(threads: Int = 1, activationMemory: Int? = nil, dropoutSeed: UInt64 = 0) {
    self.threads = threads
    self.activationMemory = activationMemory
    self.dropoutSeed = dropoutSeed
  }
}

/// Sequences that go through a model together, packed one behind the other without padding; each sees itself only.
public struct TokenBatch: Sendable, Hashable {
  public var sequences: [[Int32]]

  public init(_ sequences: [[Int32]]) { self.sequences = sequences }

  /// The rows of the batch: all tokens.
  public var rows: Int { sequences.reduce(0) { $0 + $1.count } }

  /// The rows of each sequence.
  public var ranges: [Range<Int>] {
    var first = 0
    return sequences.map { sequence in
      defer { first += sequence.count }
      return first..<first + sequence.count
    }
  }
}

/// One tensor that training changes.
public struct TrainableParameter: Sendable, Hashable {
  /// As PEFT writes it, such as `base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight`.
  public var name: String
  /// A: `[rank, inputs]`; B: `[outputs, rank]`; row-major.
  public var shape: [Int]
  /// Its place in ``TrainableModel/values`` and ``TrainableModel/gradients``.
  public var range: Range<Int>
}
