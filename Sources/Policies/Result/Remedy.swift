// What was done about the regressions: the adapter that was trained on the candidate, and the verdict with and without it.

/// A compatibility adapter and both judgements, of the candidate as it came and of the candidate with the adapter; or why there is none.
public struct Remedy: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case compatibilityAdapter = "compatibility_adapter"
  }

  public enum Recipe: String, Sendable, Hashable, CaseIterable {
    /// Distillation from the old model where the student is wrong, from the new one elsewhere (arXiv 2407.09435).
    case muscle
  }

  /// A LoRA adapter in the folder that PEFT reads.
  public struct Adapter: Sendable, Hashable {
    public var path: String
    /// `sha256:` of settings and tensors together, as records of evaluations with it hold it.
    public var digest: String
    public var rank: Int
    /// The number of trained values.
    public var parameters: Int

    public init(path: String, digest: String, rank: Int, parameters: Int) {
      self.path = path
      self.digest = digest
      self.rank = rank
      self.parameters = parameters
    }
  }

  /// One point of the learning curve.
  public struct CurvePoint: Sendable, Hashable {
    /// Optimiser steps done, from 1.
    public var step: Int
    /// Passes over the training data, 0.5 in the middle of the first.
    public var epoch: Double
    /// The objective, mean over the tokens since the last point, in nats a token.
    public var loss: Double
    /// Cross-entropy on the validation examples, nats a token; nil where it was not measured.
    public var validationLoss: Double?
    public var learningRate: Double

    public init(step: Int, epoch: Double, loss: Double, validationLoss: Double?, learningRate: Double) {
      self.step = step
      self.epoch = epoch
      self.loss = loss
      self.validationLoss = validationLoss
      self.learningRate = learningRate
    }
  }

  public struct Training: Sendable, Hashable {
    /// Examples that were trained on; those kept for validation are not among them.
    public var examples: Int
    /// Tokens of one pass over them.
    public var tokens: Int
    public var steps: Int
    public var seconds: Double
    /// The step whose values the adapter holds.
    public var bestStep: Int
    public var curve: [CurvePoint]

    public init(examples: Int, tokens: Int, steps: Int, seconds: Double, bestStep: Int, curve: [CurvePoint]) {
      self.examples = examples
      self.tokens = tokens
      self.steps = steps
      self.seconds = seconds
      self.bestStep = bestStep
      self.curve = curve
    }
  }

  /// How one of the two candidates was judged, by the same policy on the same items.
  public struct Judgement: Sendable, Hashable {
    public var verdict: Verdict
    public var tasks: [TaskSummary]
    public var budgets: [BudgetOutcome]

    public init(verdict: Verdict, tasks: [TaskSummary], budgets: [BudgetOutcome]) {
      self.verdict = verdict
      self.tasks = tasks
      self.budgets = budgets
    }

    public init(_ result: GateResult) { self.init(verdict: result.verdict, tasks: result.tasks, budgets: result.budgets) }
  }

  /// The repaired candidate: the adapter, how it was trained, and what the policy says of the candidate with it.
  public struct Repair: Sendable, Hashable {
    public var adapter: Adapter
    public var training: Training
    /// The recipes that were tried; nil where there was one.
    public var sweep: Sweep?
    public var after: Judgement

    public init(adapter: Adapter, training: Training, sweep: Sweep? = nil, after: Judgement) {
      self.adapter = adapter
      self.training = training
      self.sweep = sweep
      self.after = after
    }
  }

  /// What came of it.
  public enum Outcome: Sendable, Hashable {
    case trained(Repair)
    /// There is no repaired candidate; the reason is an error with its causes, a line each.
    case failed(reason: String)
  }

  public var kind: Kind
  public var recipe: Recipe
  /// Whether the result's verdict is the repaired candidate's.
  public var decides: Bool
  /// The candidate as it came.
  public var before: Judgement
  public var outcome: Outcome

  public init(kind: Kind = .compatibilityAdapter, recipe: Recipe = .muscle, decides: Bool, before: Judgement, outcome: Outcome) {
    self.kind = kind
    self.recipe = recipe
    self.decides = decides
    self.before = before
    self.outcome = outcome
  }

  /// The repaired candidate; nil where the remedy failed.
  public var repair: Repair? { if case .trained(let repair) = outcome { repair } else { nil } }
}

extension GateResult {
  /// The result with a remedy: verdict and evidence are the repaired candidate's if the remedy decides, else the candidate's as it came.
  ///
  /// - Parameter repaired: the same policy's judgement of the candidate with the adapter.
  public func remedied(
    by adapter: Remedy.Adapter, _ training: Remedy.Training, sweep: Remedy.Sweep? = nil, judged repaired: GateResult,
    recipe: Remedy.Recipe = .muscle, decides: Bool
  ) -> GateResult {
    var result = decides ? repaired : self
    let repair = Remedy.Repair(adapter: adapter, training: training, sweep: sweep, after: Remedy.Judgement(repaired))
    result.remedy = Remedy(recipe: recipe, decides: decides, before: Remedy.Judgement(self), outcome: .trained(repair))
    return result
  }

  /// The result with a remedy that failed: verdict and evidence stay the candidate's as it came. Where the remedy decides, the candidate that the
  /// verdict would be about does not exist, and what would have passed is undecided.
  ///
  /// - Parameter reason: the error with its causes, a line each.
  public func remedyFailed(_ reason: String, recipe: Remedy.Recipe = .muscle, decides: Bool) -> GateResult {
    var result = self
    result.remedy = Remedy(recipe: recipe, decides: decides, before: Remedy.Judgement(self), outcome: .failed(reason: reason))
    let passes = verdict.exitStatus == .passed
    if passes { result.verdict = decides ? .undecided : .warned }
    result.findings.append(
      Finding(
        kind: .remedy, level: decides && passes ? .undecided : .warning, task: nil,
        message: "the remedy failed, and there is no repaired candidate"
          + (decides ? ", whose verdict the policy asks for" : "") + "; the figures are those of the candidate as it came"))
    return result
  }
}
