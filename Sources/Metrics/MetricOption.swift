// What can be set of a metric: names, values and meanings, read from what a task file says.

public import Documents

/// One option of a metric with the value that it has.
public struct MetricOption: Sendable, Hashable {
  /// What task files call it.
  public var name: String
  public var value: JSONValue
  /// What it does, for users.
  public var documentation: String
  /// The values there are to choose from; nil where that can't be listed.
  public var choices: [String]?

  public init(_ name: String, _ value: JSONValue, _ documentation: String, choices: [String]? = nil) {
    self.name = name
    self.value = value
    self.documentation = documentation
    self.choices = choices
  }
}

/// The options that a task file gives a metric, taken one by one with their types.
public struct OptionReader: Sendable {
  private let metric: String
  private let given: [(name: String, value: JSONValue)]
  /// What compiles the patterns among the options; nil where there is no such engine.
  public let patterns: (any PatternEngine)?
  private var known: [String] = []

  public init(metric: String, given: [(name: String, value: JSONValue)], patterns: (any PatternEngine)?) {
    self.metric = metric
    self.given = given
    self.patterns = patterns
  }

  public mutating func flag(_ name: String, default value: Bool) throws(MetricOptionError) -> Bool {
    guard let found = take(name) else { return value }
    guard let flag = found.bool else { throw error(name, .wrongKind(found: found.kindName, expected: "true or false")) }
    return flag
  }

  public mutating func number(_ name: String, default value: Double?) throws(MetricOptionError) -> Double? {
    guard let found = take(name) else { return value }
    if found.isNull { return nil }
    guard let number = found.double, number.isFinite, number >= 0 else {
      throw error(name, .wrongKind(found: found.kindName, expected: "a number of at least 0"))
    }
    return number
  }

  public mutating func choice<Value: RawRepresentable & CaseIterable>(_ name: String, default value: Value) throws(MetricOptionError) -> Value
  where Value.RawValue == String {
    guard let found = take(name) else { return value }
    let names = Value.allCases.map(\.rawValue)
    guard let text = found.string else {
      throw error(name, .wrongKind(found: found.kindName, expected: "one of \(names.joined(separator: ", "))"))
    }
    guard let choice = Value(rawValue: text) else { throw error(name, .unknownValue(text, known: names)) }
    return choice
  }

  public mutating func text(_ name: String, default value: String?) throws(MetricOptionError) -> String? {
    guard let found = take(name) else { return value }
    if found.isNull { return nil }
    guard let text = found.string else { throw error(name, .wrongKind(found: found.kindName, expected: "a text")) }
    return text
  }

  public mutating func texts(_ name: String, default values: [String]) throws(MetricOptionError) -> [String] {
    guard let found = take(name) else { return values }
    if found.isNull { return [] }
    let texts = found.array?.compactMap(\.string) ?? []
    guard let count = found.array?.count, texts.count == count else {
      throw error(name, .wrongKind(found: found.kindName, expected: "a list of texts"))
    }
    return texts
  }

  /// Compiles a pattern that an option holds.
  public func compile(_ pattern: String, option: String) throws(MetricOptionError) -> any CompiledPattern {
    guard let patterns else { throw error(option, .pattern(pattern, reason: "there is nothing here that matches patterns")) }
    do {
      return try patterns.compile(pattern)
    } catch {
      throw self.error(option, .pattern(pattern, reason: error.description))
    }
  }

  /// Makes sure that nothing was given that the metric does not know.
  public func finish() throws(MetricOptionError) {
    for option in given where !known.contains(option.name) { throw error(option.name, .unknownOption(known: known)) }
  }

  private mutating func take(_ name: String) -> JSONValue? {
    known.append(name)
    return given.last { $0.name == name }?.value
  }

  private func error(_ option: String, _ problem: MetricOptionError.Problem) -> MetricOptionError {
    MetricOptionError(metric: metric, option: option, problem: problem)
  }
}

/// What is wrong with an option of a metric.
public struct MetricOptionError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    case unknownOption(known: [String])
    case wrongKind(found: String, expected: String)
    case unknownValue(String, known: [String])
    case pattern(String, reason: String)
  }

  public var metric: String
  public var option: String
  public var problem: Problem

  public init(metric: String, option: String, problem: Problem) {
    self.metric = metric
    self.option = option
    self.problem = problem
  }
}

extension MetricOptionError {
  public var description: String {
    switch problem {
    case .unknownOption(let known) where known.isEmpty: "the metric \(metric) has no options, and \(quoted(option)) is given"
    case .unknownOption(let known):
      "the metric \(metric) has no option \(quoted(option)); it has \(known.joined(separator: ", "))\(Self.hint(option, known))"
    case .wrongKind(let found, let expected): "the option \(option) of the metric \(metric) is \(found) and must be \(expected)"
    case .unknownValue(let value, let known):
      "the option \(option) of the metric \(metric) can't be \(quoted(value)); it can be \(known.joined(separator: ", "))"
        + Self.hint(value, known)
    case .pattern(let pattern, let reason):
      "the option \(option) of the metric \(metric) has the pattern \(quoted(pattern)), which can't be used: \(reason)"
    }
  }

  private static func hint(_ name: String, _ known: [String]) -> String {
    nearestName(to: name, among: known).map { "; did you mean \(quoted($0))?" } ?? ""
  }
}
