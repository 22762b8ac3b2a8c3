// How an adapter is trained, as options.

public import Adaptation
public import ArgumentParser
internal import Documents
internal import LanguageModels

extension TrainingSettings.Selection: ExpressibleByArgument {}
extension TrainingSettings.Start: ExpressibleByArgument {}
extension TokenMask: ExpressibleByArgument {}
extension Weighting.Rule: ExpressibleByArgument {}
extension Objective.Kind: ExpressibleByArgument {}
extension LearningRateSchedule.Shape: ExpressibleByArgument {}
extension ExampleEncoder.LongExamples: ExpressibleByArgument {}

/// Settings that others start from.
enum TrainingPreset: String, ExpressibleByArgument, CaseIterable {
  case gate, paper

  var settings: TrainingSettings {
    switch self {
    case .gate: TrainingSettings()
    case .paper: .paper
    }
  }
}

struct RecipeOptions: ParsableArguments {
  @Option(help: "Settings that the others change: gate (rank 16, minutes) or paper (rank 128, 10 epochs).")
  var preset: TrainingPreset = .gate

  @Option(help: "What is minimised: muscle (follow the old and the new model) or cross-entropy (learn the examples).")
  var objective: Objective.Kind = .muscle

  @Option(help: ArgumentHelp("Which tokens follow the old model: \(TokenMask.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "rule"))
  var mask: TokenMask = .studentWrong

  @Option(
    help: ArgumentHelp(
      "What counts more: \(Weighting.Rule.allCases.map(\.rawValue).joined(separator: ", ")) (examples on whose completion the new model misses a token "
        + "that the old one predicts).", valueName: "rule"))
  var weighting: Weighting.Rule = .uniform

  @Option(help: ArgumentHelp("How much it counts.", valueName: "x"))
  var weight: Double = 6

  @Option(help: ArgumentHelp("How much the rest counts.", valueName: "x"))
  var restWeight: Double = 1

  @Option(help: ArgumentHelp("The temperature at which distributions are compared.", valueName: "t"))
  var temperature: Double = 2

  @Option(help: ArgumentHelp("The share of distillation; the rest is cross-entropy.", valueName: "share"))
  var lambda: Double = 1

  @Option(
    help:
      "What new factors begin with: zero, or residual, what the old model's weights have and the new one's lack (two models of one shape, such as a quantisation and its original)."
  )
  var start: TrainingSettings.Start = .zero

  @Option(help: ArgumentHelp("The adapter's rank. A candidate's own adapter keeps its rank.", valueName: "r"))
  var rank: PositiveArgument?

  @Option(help: ArgumentHelp("The adapter's alpha; twice the rank if not given.", valueName: "a"))
  var alpha: Double?

  @Flag(name: .customLong("rs-lora"), help: "Scale by alpha / √rank instead of alpha / rank.")
  var rankStabilized = false

  @Option(help: ArgumentHelp("The share of inputs that the adapter does not see in a step.", valueName: "share"))
  var dropout: Double?

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Modules that are adapted, such as q_proj v_proj; all linear ones if not given.", valueName: "name"))
  var targets: [String] = []

  @Option(help: ArgumentHelp("The highest learning rate.", valueName: "x"))
  var learningRate: Double?

  @Option(help: "How the learning rate falls: constant, linear or cosine.")
  var schedule: LearningRateSchedule.Shape?

  @Option(help: ArgumentHelp("Steps until the learning rate is reached; a twentieth of all, at most 500, if not given.", valueName: "n"))
  var warmupSteps: Int?

  @Option(help: ArgumentHelp("Passes over the training data.", valueName: "n"))
  var epochs: PositiveArgument?

  @Option(help: ArgumentHelp("Stop after so many steps.", valueName: "n"))
  var maxSteps: PositiveArgument?

  @Option(help: ArgumentHelp("Stop after so many minutes. Where a run ends is then up to the machine.", valueName: "m"))
  var maxMinutes: Double?

  @Option(help: ArgumentHelp("Tokens that go through the model together.", valueName: "n"))
  var batchTokens: PositiveArgument?

  @Option(help: ArgumentHelp("Such batches in a step.", valueName: "n"))
  var accumulate: PositiveArgument?

  @Option(help: ArgumentHelp("The norm that gradients are clipped to; 0: not at all.", valueName: "x"))
  var clipNorm: Double?

  @Option(help: ArgumentHelp("AdamW's decoupled weight decay.", valueName: "x"))
  var weightDecay: Double?

  @Option(help: ArgumentHelp("Tokens that an example may have.", valueName: "n"))
  var maxTokens: PositiveArgument?

  @Option(help: "Longer examples: truncate (the prompt loses its beginning) or refuse.")
  var longExamples: ExampleEncoder.LongExamples = .truncate

  @Flag(help: "Learn completions alone, not prompts as well.")
  var completionOnly = false

  @Flag(name: .customLong("no-eos"), help: "Put no end token behind complete texts.")
  var noEndToken = false

  @Option(help: ArgumentHelp("Steps between validations; each epoch's end if not given.", valueName: "n"))
  var validateEvery: PositiveArgument?

  @Option(help: "Which validation's values are kept: the best by objective or by cross-entropy, or the last.")
  var keep: TrainingSettings.Selection?

  @Option(help: ArgumentHelp("The seed of factors, order, split and dropout.", valueName: "n"))
  var seed: UInt64?

  var settings: TrainingSettings {
    var settings = preset.settings
    if let rank { settings.adapter.rank = rank.value }
    if rank != nil || alpha != nil { settings.adapter.alpha = alpha.map { Float($0) } ?? Float(2 * settings.adapter.rank) }
    settings.adapter.isRankStabilized = rankStabilized
    settings.start = start
    if let dropout { settings.adapter.dropout = Float(dropout) }
    if !targets.isEmpty { settings.adapter.targets = .modules(.names(targets)) }
    if let learningRate { settings.learningRate = learningRate }
    if let schedule { settings.shape = schedule }
    if let warmupSteps { settings.warmupSteps = warmupSteps }
    if let epochs { settings.epochs = epochs.value }
    if let maxSteps { settings.maxSteps = maxSteps.value }
    if let maxMinutes { settings.maxSeconds = maxMinutes * 60 }
    if let batchTokens { settings.batchTokens = batchTokens.value }
    if let accumulate { settings.accumulation = accumulate.value }
    if let clipNorm { settings.clipNorm = clipNorm == 0 ? nil : clipNorm }
    if let weightDecay { settings.optimizer.weightDecay = weightDecay }
    if let maxTokens { settings.maxTokens = maxTokens.value }
    if let validateEvery { settings.validationInterval = validateEvery.value }
    if let keep { settings.selection = keep }
    if let seed { settings.seed = seed }
    return settings
  }

  var trainingObjective: Objective {
    Objective(
      kind: objective, mask: mask, temperature: temperature, lambda: lambda, weighting: Weighting(weighting, weight: weight, rest: restWeight),
      countsPrompt: !completionOnly)
  }
}
