// A pattern that a whole name must match, as Python's `re.fullmatch` does it, in bounded time: how adapters name the modules they change.

public import Documents

/// A compiled pattern on names; a hostile one ends in an error, never in a hang.
public struct NamePattern: Sendable, Hashable {
  /// As it was written.
  public let text: String
  private let sets: [ScalarSet]
  private let steps: [PatternStep]

  /// Real patterns take some hundreds of steps on a name; files may hold many patterns for many names.
  private static let stepLimit = 20_000

  /// - Parameters:
  ///   - text: a regular expression of Python.
  ///   - anyPrefix: as many dotted names in front as there may be: `(.*\.)?(text)`.
  public init(_ text: String, anyPrefix: Bool = false) throws(NamePatternError) {
    self.text = text
    do {
      var parser = PatternParser(anyPrefix ? "\\A(?:.*\\.)?(?:\(text))\\z" : "\\A(?:\(text))\\z")
      let tree = try parser.pattern()
      var compiler = PatternCompiler()
      steps = try compiler.compile(tree)
      sets = parser.sets
    } catch {
      throw NamePatternError(pattern: text, problem: "\(error.reason)")
    }
  }

  /// Whether the pattern matches the name from its first to its last letter.
  public func matches(_ name: String) throws(NamePatternError) -> Bool {
    let bytes = Array(name.utf8)
    var matcher = PatternMatcher(steps: steps, sets: sets, start: 0, end: bytes.count)
    matcher.budget = Self.stepLimit
    let end = matcher.run(bytes, 0, 0)
    if matcher.budget <= 0 { throw NamePatternError(pattern: text, problem: "it takes too many steps on \(quoted(name))") }
    return end == bytes.count
  }

  public static func == (a: NamePattern, b: NamePattern) -> Bool { a.text == b.text }
  public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// A pattern that is broken, uses what is not known here, or runs away.
public struct NamePatternError: Diagnostic, Equatable {
  public var pattern: String
  public var problem: String

  public var description: String { "the pattern \(quoted(pattern)) can't be used: \(problem)" }
}
