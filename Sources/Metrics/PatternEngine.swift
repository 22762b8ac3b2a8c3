// What metrics need of regular expressions; whoever opens a task says which engine does it.

public import Documents

/// Compiles regular expressions of Python's `re` that match in bounded time.
public protocol PatternEngine: Sendable {
  /// - Throws: ``PatternFailure`` for a pattern that is malformed or that the engine does not know.
  func compile(_ pattern: String) throws(PatternFailure) -> any CompiledPattern
}

/// A pattern, ready to search texts.
public protocol CompiledPattern: Sendable {
  /// The matches from left to right, none inside another: what `re.finditer` yields, as ranges of code points.
  ///
  /// - Throws: ``PatternFailure`` where the text takes more steps than the engine allows.
  func matches(in text: [Unicode.Scalar]) throws(PatternFailure) -> [Range<Int>]
}

/// Why a pattern can't be used.
public struct PatternFailure: Diagnostic, Equatable {
  public var description: String
  public init(_ description: String) { self.description = description }
}
