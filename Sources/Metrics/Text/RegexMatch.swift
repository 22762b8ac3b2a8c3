// regex_match: does the answer match a pattern?

internal import Documents

/// Whether a regular expression matches the answer.
public struct RegexMatch: Metric {
  /// What of the answer must match.
  public enum Mode: String, Sendable, Hashable, CaseIterable {
    /// Any part.
    case search
    /// A part at its beginning.
    case match
    /// All of it.
    case fullmatch
  }

  public let name = "regex_match"
  public let documentation = """
    1 if the pattern matches the answer, else 0. Where no pattern is given, each right text of the item is a pattern, and one that matches is \
    enough. Patterns are those of Python's `re` and run in bounded time; an answer that takes too many steps is unscored.
    """
  public let source = "promptfoo, `regex`; inspect, `pattern`; the modes are those of Python's `re`"
  public let unit = MetricUnit.ratio
  public let range = 0.0...1.0
  public let higherIsBetter = true
  public let judgesCorrectness = true
  public let scores: Set<ResponseKind> = [.text]
  public var aggregation: any Aggregation { Mean() }

  public var mode = Mode.search
  /// The pattern for all items; nil where each item has its own.
  public private(set) var pattern: String?
  private var compiled: (any CompiledPattern)?
  private var engine: (any PatternEngine)?

  public init() {}

  public var options: [MetricOption] {
    [
      MetricOption("pattern", pattern.map(JSONValue.string) ?? .null, "the pattern for all items; without it, an item's right texts are patterns"),
      MetricOption(
        "mode", .string(mode.rawValue), "what must match: any part, a part at the beginning, or all", choices: Mode.allCases.map(\.rawValue)),
    ]
  }

  public func configured(_ options: inout OptionReader) throws(MetricOptionError) -> Self {
    var metric = self
    metric.engine = options.patterns
    metric.pattern = try options.text("pattern", default: pattern)
    metric.mode = try options.choice("mode", default: mode)
    metric.compiled = nil
    if let pattern = metric.pattern { metric.compiled = try options.compile(metric.mode.wrapped(pattern), option: "pattern") }
    return metric
  }

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    guard case .text(let text, let references) = response else { throw .kind(response.kind, metric: name, scores: scores) }
    let answer = text.codePoints
    if let compiled { return Measurement(isRight: try matches(compiled, pattern ?? "", answer)) }
    if references.isEmpty { throw .noReference }
    for reference in references where try matches(try compile(reference), reference, answer) { return Measurement(isRight: true) }
    return Measurement(isRight: false)
  }

  private func compile(_ pattern: String) throws(Unscored) -> any CompiledPattern {
    guard let engine else { throw .pattern(pattern, reason: "there is nothing here that matches patterns") }
    do { return try engine.compile(mode.wrapped(pattern)) } catch { throw .pattern(pattern, reason: error.description) }
  }

  private func matches(_ compiled: any CompiledPattern, _ pattern: String, _ answer: [Unicode.Scalar]) throws(Unscored) -> Bool {
    do { return try !compiled.matches(in: answer).isEmpty } catch { throw .pattern(pattern, reason: error.description) }
  }
}

extension RegexMatch.Mode {
  /// The pattern, bound to the text's beginning or both ends. Flags in front of it, as `(?s)`, stay in front.
  fileprivate func wrapped(_ pattern: String) -> String {
    if self == .search { return pattern }
    var flags = ""
    var rest = pattern[...]
    if rest.hasPrefix("(?"), let end = rest.firstIndex(of: ")"), rest[..<end].dropFirst(2).allSatisfy({ "aiLmsux".contains($0) }) {
      flags = String(rest[...end])
      rest = rest[rest.index(after: end)...]
    }
    return "\(flags)\\A(?:\(rest))\(self == .fullmatch ? "\\Z" : "")"
  }
}
