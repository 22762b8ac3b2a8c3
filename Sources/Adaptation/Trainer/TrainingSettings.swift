// Everything that decides what a training run makes of its data.

public import Documents
public import LanguageModels

/// The settings of a run; equal settings, data and models give the same bits.
public struct TrainingSettings: Sendable, Hashable {
  public var adapter = LoRASettings()
  public var start = Start.zero
  public var optimizer = AdamW.Settings()
  /// The learning rate at its highest.
  public var learningRate = 5e-4
  public var shape = LearningRateSchedule.Shape.linear
  /// Steps until the learning rate is reached; nil: a twentieth of all steps, at most 500.
  public var warmupSteps: Int?
  /// Passes over the training data.
  public var epochs = 3
  /// The run ends after so many steps at the latest, and the schedule with it.
  public var maxSteps: Int?
  /// The run ends after so many seconds of training at the latest. Where it ends is then up to the machine.
  public var maxSeconds: Double?
  /// The most tokens that go through the model together; a longer example goes alone.
  public var batchTokens = 1024
  /// How many such batches make a step.
  public var accumulation = 1
  /// The norm that gradients are clipped to; nil: not at all.
  public var clipNorm: Double? = 1
  /// Tokens that an example may have.
  public var maxTokens = 1024
  /// The share of the examples that is kept for validation, 0..<1; of no account where there are validation examples of their own.
  public var validationShare = 0.2
  /// The most tokens of validation examples that are used, so that validating stays cheap beside training.
  public var validationTokens = 16_384
  /// Steps between validations; nil: at the end of each epoch. The run's end is one too.
  public var validationInterval: Int?
  /// What the best validation is: the one whose values the adapter gets.
  public var selection = Selection.objective
  /// The seed of factors, order, split and dropout.
  public var seed: UInt64 = 20_240_709

  /// What new factors begin with.
  public enum Start: String, Sendable, Hashable, CaseIterable {
    /// No change: B is zero.
    case zero
    /// The low-rank part of what the old model's weights have and the new one's lack, as the inputs weigh it: for two models of one shape.
    case residual
  }

  /// By which loss on the validation examples values are chosen.
  public enum Selection: String, Sendable, Hashable, CaseIterable {
    /// What is minimised: how near the student is to its teachers.
    case objective
    /// How likely the examples themselves are: the paper's choice. An adapter that follows the old model need not make them likelier, so that it may
    /// choose values of the first steps.
    case crossEntropy = "cross-entropy"
    /// None: the last values.
    case last
  }

  /// Settings for the gate's own repair: a small adapter, minutes on a few processors.
  public init() {}

  /// The paper's recipe (arXiv 2407.09435): rank 128, alpha 256, 10 epochs at 1e-4 with 500 warm-up steps, 8 batches a step, no decay.
  ///
  /// Batch, schedule and lengths were not published; theirs are this project's own.
  public static var paper: TrainingSettings {
    var settings = TrainingSettings()
    settings.adapter = LoRASettings(rank: 128, alpha: 256)
    settings.learningRate = 1e-4
    settings.epochs = 10
    settings.accumulation = 8
    settings.warmupSteps = 500
    settings.selection = .crossEntropy
    return settings
  }

  /// Throws if a number is out of its range.
  public func check() throws(TrainingError) {
    func expect(_ name: String, _ value: Double, _ expected: String, _ holds: Bool) throws(TrainingError) {
      if !value.isFinite || !holds { throw .badSetting(name: name, found: "\(value)", expected: expected) }
    }
    try expect("rank", Double(adapter.rank), "1 to 65536", (1...65_536).contains(adapter.rank))
    try expect("alpha", Double(adapter.alpha), "a number above 0", adapter.alpha > 0)
    try expect("dropout", Double(adapter.dropout), "0 or more, below 1", adapter.dropout >= 0 && adapter.dropout < 1)
    try expect("learning rate", learningRate, "a number above 0, at most 1", learningRate > 0 && learningRate <= 1)
    try expect("weight decay", optimizer.weightDecay, "0 to 1", (0...1).contains(optimizer.weightDecay))
    try expect("epochs", Double(epochs), "1 to 100000", (1...100_000).contains(epochs))
    try expect("warm-up", Double(warmupSteps ?? 0), "0 steps or more", (warmupSteps ?? 0) >= 0)
    try expect("max steps", Double(maxSteps ?? 1), "1 or more", (maxSteps ?? 1) >= 1)
    try expect("max minutes", maxSeconds ?? 1, "a number above 0", (maxSeconds ?? 1) > 0)
    try expect("batch tokens", Double(batchTokens), "2 to 1048576", (2...1_048_576).contains(batchTokens))
    try expect("accumulation", Double(accumulation), "1 to 65536", (1...65_536).contains(accumulation))
    try expect("clip norm", clipNorm ?? 1, "a number above 0", (clipNorm ?? 1) > 0)
    try expect("max tokens", Double(maxTokens), "2 or more", maxTokens >= 2)
    try expect("validation share", validationShare, "0 or more, below 1", validationShare >= 0 && validationShare < 1)
    try expect("validation interval", Double(validationInterval ?? 1), "1 or more", (validationInterval ?? 1) >= 1)
  }

  /// As the log, the card and a checkpoint hold them.
  public var json: JSONValue {
    func optional(_ value: Int?) -> JSONValue { value.map { .integer($0) } ?? .null }
    return [
      "rank": .integer(adapter.rank), "alpha": .number(Double(adapter.alpha)), "rslora": .bool(adapter.isRankStabilized),
      "dropout": .number(Double(adapter.dropout)), "targets": targets, "start": .string(start.rawValue), "learning_rate": .number(learningRate),
      "schedule": .string(shape.rawValue), "warmup_steps": optional(warmupSteps), "epochs": .integer(epochs), "max_steps": optional(maxSteps),
      "max_seconds": maxSeconds.map { .number($0) } ?? .null, "batch_tokens": .integer(batchTokens), "accumulation": .integer(accumulation),
      "clip_norm": clipNorm.map { .number($0) } ?? .null, "max_tokens": .integer(maxTokens), "validation_share": .number(validationShare),
      "validation_tokens": .integer(validationTokens), "validation_interval": optional(validationInterval),
      "selection": .string(selection.rawValue), "weight_decay": .number(optimizer.weightDecay),
      "betas": [.number(optimizer.beta1), .number(optimizer.beta2)],
      "epsilon": .number(optimizer.epsilon), "seed": .string("\(seed)"),
    ]
  }

  private var targets: JSONValue {
    let configuration = LoRAConfiguration(targets: adapter.targets)
    return configuration.json["target_modules"] ?? .null
  }
}
