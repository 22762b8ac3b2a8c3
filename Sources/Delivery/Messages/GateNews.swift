// What there is to tell: a verdict with its evidence, or a run that ended without one.

public import Policies
internal import Records

/// The end of a gate run.
public enum GateNews: Sendable, Hashable {
  case judged(GateResult)
  case failedRun(FailedRun)

  /// A run that the gate could not judge.
  public struct FailedRun: Sendable, Hashable {
    /// The policy's name.
    public var policy: String
    /// The sides as they were named.
    public var baseline: String
    public var candidate: String
    /// What went wrong, a line a cause.
    public var reason: String

    public init(policy: String, baseline: String, candidate: String, reason: String) {
      self.policy = policy
      self.baseline = baseline
      self.candidate = candidate
      self.reason = reason
    }
  }

  public var occasion: Notification.Occasion {
    switch self {
    case .judged(let result): Notification.Occasion(result.verdict)
    case .failedRun: .error
    }
  }

  public var policy: String {
    switch self {
    case .judged(let result): result.policy.name
    case .failedRun(let run): run.policy
    }
  }

  public var baseline: String {
    switch self {
    case .judged(let result): result.baseline.model.name
    case .failedRun(let run): run.baseline
    }
  }

  public var candidate: String {
    switch self {
    case .judged(let result): result.candidate.model.name
    case .failedRun(let run): run.candidate
    }
  }
}
