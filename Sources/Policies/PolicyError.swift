// What can be wrong with a policy file: every fault with its place, all of them at once.

public import Documents

/// A policy file that can't be used, with all its faults in the order of the file.
public struct PolicyError: Diagnostic, Equatable {
  public var problems: [PolicyProblem]

  public init(problems: [PolicyProblem]) { self.problems = problems }
}

/// One fault of a policy file.
public struct PolicyProblem: Sendable, Hashable {
  public var location: SourceLocation
  public var fault: Fault

  public init(location: SourceLocation, fault: Fault) {
    self.location = location
    self.fault = fault
  }

  public enum Fault: Sendable, Hashable {
    case syntax(String)
    case unknownKey(String, context: String, nearest: String?)
    case missingKey(String, context: String)
    case wrongKind(key: String, found: String, expected: String)
    /// A number where a ratio was expected, outside 0...1; `percent` is what it would be as a percentage.
    case notARatio(key: String, found: String)
    case outOfRange(key: String, found: String, expected: String)
    case unknownWord(key: String, found: String, known: [String])
    case duplicate(id: String, what: String, first: SourceLocation)
    case noLimit(budget: String, metric: String, isFlipMetric: Bool)
    case limitDoesNotApply(key: String, metric: String, hint: String)
    case doesNotApply(key: String, to: String, hint: String)
    case unknownMetric(String, nearest: String?)
    case combineMissing
    case combineUnused
    case unknownBudget(String, nearest: String?)
    case waiverDoesNotApply(budget: String)
    case waiverLowers(found: String, allowed: String)
    case notADate(String)
    case unsupported(String, instead: String)
    case judgesNothing
    /// The files of the circle, from the first that is met again to itself.
    case extendsItself([String])
    case extendsTooFar(limit: Int)
    /// The sentence of what kept the extended file from being read.
    case parentUnreadable(String)
    case marginNeedsFlips(metric: String)
  }
}

extension PolicyError {
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension PolicyProblem: CustomStringConvertible {
  public var description: String { "\(location): \(sentence)" }

  var sentence: String {
    switch fault {
    case .syntax(let problem): problem
    case .unknownKey(let key, let context, let nearest):
      "unknown key \(quoted(key)) in \(context); "
        + (nearest.map { "did you mean \(quoted($0))?" } ?? "remove it, or start it with \"x-\" if it is your own")
    case .missingKey(let key, let context): "\(context) has no \(quoted(key)); add it"
    case .wrongKind(let key, let found, let expected): "\(quoted(key)) is \(found); expected \(expected)"
    case .notARatio(let key, let found):
      "\(quoted(key)) is \(found), which is no ratio: write a number from 0 to 1, or a percentage such as \"5%\""
    case .outOfRange(let key, let found, let expected): "\(quoted(key)) is \(found); expected \(expected)"
    case .unknownWord(let key, let found, let known):
      "\(quoted(key)) is \(quoted(found)); expected \(known.joined(separator: ", "))"
        + (nearestName(to: found, among: known).map { " (did you mean \(quoted($0))?)" } ?? "")
    case .duplicate(let id, let what, let first):
      "the \(what) id \(quoted(id)) is already used at \(first.file == location.file ? "line \(first.line)" : "\(first)"); "
        + "give each its own, it is what reports are compared by"
    case .noLimit(let budget, let metric, let isFlipMetric):
      "the budget \(quoted(budget)) on \(quoted(metric)) has no limit; add "
        + (isFlipMetric ? "allowed_ratio or allowed_count" : "one of " + (PolicyKeys.scoreLimits + ["item_drop"]).joined(separator: ", "))
    case .limitDoesNotApply(let key, let metric, let hint): "\(quoted(key)) does not apply to the metric \(quoted(metric)): \(hint)"
    case .doesNotApply(let key, let what, let hint): "\(quoted(key)) does not apply to \(what): \(hint)"
    case .unknownMetric(let name, let nearest):
      "there is no metric \(quoted(name))"
        + (nearest.map { "; did you mean \(quoted($0))?" } ?? "; a metric is a flip count or a task's metric")
    case .combineMissing: "allowed_count and allowed_ratio are both given; say which one counts with combine: max or combine: min"
    case .combineUnused: "combine chooses between allowed_count and allowed_ratio, but only one is given; remove it or give both"
    case .unknownBudget(let id, let nearest):
      "the waiver is for the budget \(quoted(id)), which this policy does not have"
        + (nearest.map { "; did you mean \(quoted($0))?" } ?? "")
    case .waiverDoesNotApply(let budget):
      "a waiver raises allowed_count or allowed_ratio, and the budget \(quoted(budget)) has neither; change the budget itself"
    case .waiverLowers(let found, let allowed):
      "the waiver allows \(found), and the budget already allows \(allowed); a waiver only raises a ceiling"
    case .notADate(let text): "\(quoted(text)) is no date; write an existing day as YYYY-MM-DD, such as 2026-12-31"
    case .unsupported(let feature, let instead): "\(quoted(feature)) is not supported by this version of flipgate; \(instead)"
    case .judgesNothing: "the policy judges nothing, so everything would pass; add budgets, slices or must_not_flip"
    case .extendsItself(let files):
      "the policy extends itself: \(files.map { visible($0) }.joined(separator: " extends ")); leave one of these out"
    case .extendsTooFar(let limit): "a policy can be made of \(limit) files at most; put some of them together"
    case .parentUnreadable(let reason): "the policy that this one extends can't be read: \(reason); paths are relative to this file"
    case .marginNeedsFlips(let metric):
      "min_margin leaves close calls out of a count of flips, and \(quoted(metric)) is no such count; remove it, or use "
        + FlipMetric.allCases.map(\.rawValue).joined(separator: ", ")
    }
  }
}
