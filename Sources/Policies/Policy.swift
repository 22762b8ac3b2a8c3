// A policy: what may change between a baseline and a candidate, read from a YAML file.

public import Comparison

/// The budgets that a comparison is held against.
///
/// Read one with ``load(_:knownMetrics:)`` or ``parse(_:file:knownMetrics:)``; judge with ``judge(_:today:)``.
public struct Policy: Sendable, Hashable {
  /// `metadata.name`.
  public var name: String
  public var owner: String?
  public var summary: String?
  /// The file that the policy was read from, as it was named.
  public var path: String
  /// `sha256:` of the file's bytes; where it extends another, of both digests.
  public var digest: String

  /// The tasks to run: built-in names, and task files relative to the policy file.
  public var tasks: [String]
  /// Tasks that must have been answered by both sides.
  public var requiredTasks: [String]
  public var defaults: BudgetRules
  /// How large a share of a task's items may have failed with an error, 0...1.
  public var maxErrorRatio: Double
  /// How large a share of a task's items may be without a score, 0...1.
  public var maxUnscoredRatio: Double
  /// Differences between the two sides that would else make a task's evidence unusable.
  public var allowedDifferences: [AllowedDifference]
  public var confidence: Confidence

  public var budgets: [Budget]
  public var slices: [SliceRule]
  public var mustNotFlip: [ProtectedItems]
  public var waivers: [Waiver]
  /// What is to be done about a regression; nil: it is only reported.
  public var remedy: RemedyRule?
  /// Whom to tell of the verdict.
  public var notifications: [Notification]
  /// The files that it extends, the nearest first.
  public var parents: [String]
  /// The values of those files that others stand in place of.
  public var overrides: [Override]
}

extension Policy {
  /// How the comparison that this policy judges forms its intervals: level, resamples and seed of `defaults.confidence`.
  public var comparisonSettings: ComparisonSettings {
    ComparisonSettings(
      level: confidence.level,
      bootstrap: PairedBootstrap(resamples: confidence.resamples, seed: UInt64(clamping: confidence.seed), method: confidence.bootstrap))
  }
}

/// How confidence bounds are formed.
public struct Confidence: Sendable, Hashable {
  /// Level of one-sided bounds, above 0.5 and below 1.
  public var level = 0.95
  /// Whether several budgets that are judged by their bound share one level.
  public var correction = Correction.none
  /// Seed and number of resamples of the comparison's bootstrap intervals.
  public var seed = 20_240_707
  public var resamples = 10_000
  /// How intervals of means are read off the resamples.
  public var bootstrap = PairedBootstrap.Method.percentile

  public enum Correction: String, Sendable, Hashable, CaseIterable {
    case none
    /// Holm's step-down correction: the chance of any wrong `failed` stays below 1 - level.
    case holm
  }
}

/// What to do in the cases that a limit does not speak of; each budget has its own, from the policy's `defaults`.
public struct BudgetRules: Sendable, Hashable {
  public var action = Action.fail
  /// When the budget's task, slice or metric is absent.
  public var onMissing = MissingRule.error
  /// When there are too few items, or the bound decides neither way.
  public var onInsufficientEvidence = EvidenceRule.undecided
  /// The fewest items that a budget may be judged on, at least 1.
  public var minItems = 1
  public var decideOn = DecisionBasis.point
  /// Whether counts of items leave out those that flip against themselves in repeated records.
  public var unstableItems = UnstableRule.count

  public enum UnstableRule: String, Sendable, Hashable, CaseIterable {
    /// They count as any other item.
    case count
    /// They are left out, of the count and of the items that it is held against.
    case exclude
  }

  public enum MissingRule: String, Sendable, Hashable, CaseIterable {
    /// The budget is undecided.
    case error
    case fail
    case warn
    case pass
  }

  public enum EvidenceRule: String, Sendable, Hashable, CaseIterable {
    case undecided
    case fail
    case warn
    case pass
  }

  public enum DecisionBasis: String, Sendable, Hashable, CaseIterable {
    /// The observed value is judged.
    case point
    /// The confidence bound is judged: passed if the upper bound is within the limit, failed if the lower one is above it.
    case bound
  }
}

/// A difference between the two sides that a policy may allow by name: both were asked, though not the same in the same way.
///
/// What leaves nothing to compare can't be allowed: a torn record, other items, another primary metric or direction.
public enum AllowedDifference: String, Sendable, Hashable, CaseIterable {
  /// Another definition of the task: prompt, filters, metrics or their versions.
  case task
  case data
  case fewshotCount = "num_fewshot"
  /// Other texts of the prompts, where the logs say what was asked.
  case prompts
  case truncation
  case systemInstruction = "system_instruction"
  case examplesAsTurns = "fewshot_as_multiturn"
}

/// Budgets that each value of a field has to keep, `slices` in the policy.
public struct SliceRule: Sendable, Hashable {
  public var id: String
  public var tasks: [TaskSelector]
  /// The name of the slice field.
  public var field: String
  public var budgets: [Budget]
}

/// Items that may never flip, `must_not_flip` in the policy.
public struct ProtectedItems: Sendable, Hashable {
  public var id: String
  public var task: String
  /// Item identities, `sha256:...`.
  public var items: [String]
  public var reason: String?
  public var rules: BudgetRules
}

/// A higher ceiling for one budget, for a while.
public struct Waiver: Sendable, Hashable {
  public var id: String
  /// The `id` of the budget.
  public var budget: String
  public var ceiling: Allowance
  public var owner: String
  public var approvedBy: String?
  public var reason: String
  public var ticket: String?
  /// Digest of the candidate's weights that the waiver is for; nil for any.
  public var candidate: String?
  /// The last day in force, UTC.
  public var expires: CalendarDate
}
