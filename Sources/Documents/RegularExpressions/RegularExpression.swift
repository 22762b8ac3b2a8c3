// Python's regular expressions (`re`, CPython 3.11) with a bound on their steps: search, findall, sub.

/// A compiled pattern with the meaning it has in Python's `re` for `str`: by code point, first way that fits, Unicode classes.
///
/// Task files and templates bring patterns of their own, so no pattern may run without bound: every search counts its steps and stops with an error
/// at a limit. What `re` knows is known here, but for `(?L)`, `\N{...}` and case folding of the few letters whose folding is more than one letter.
public struct RegularExpression: Sendable {
  public struct Flags: OptionSet, Sendable, Hashable {
    public var rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// `re.IGNORECASE`
    public static let ignoresCase = Flags(rawValue: 1)
    /// `re.MULTILINE`: `^` and `$` also at line breaks.
    public static let multiline = Flags(rawValue: 2)
    /// `re.DOTALL`: the dot takes line feeds too.
    public static let dotMatchesAll = Flags(rawValue: 4)
    /// `re.VERBOSE`: white space and comments in the pattern mean nothing.
    public static let verbose = Flags(rawValue: 8)
    /// `re.ASCII`: `\w`, `\d`, `\s`, `\b` and case by ASCII alone.
    public static let ascii = Flags(rawValue: 16)
  }

  /// Where a pattern matched, in code points of the text.
  public struct Match: Sendable, Equatable {
    /// The whole match, then a range a group; nil for a group that took no part.
    public var groups: [Range<Int>?]
    public var range: Range<Int> { (groups.first ?? nil) ?? 0..<0 }
  }

  /// What one call may cost: some tenths of a second.
  public static let stepLimit = 20_000_000

  public let pattern: String
  /// How many groups capture.
  public let groupCount: Int
  /// Groups with a name, by number from 1.
  public let groupNames: [String: Int]
  let steps: [RegexStep]
  let sets: [RegexSet]
  let registerCount: Int

  /// - Throws: ``RegularExpressionError`` with the place in the pattern.
  public init(_ pattern: String, flags: Flags = []) throws(RegularExpressionError) {
    self.pattern = pattern
    var parser = RegexParser(pattern, flags: flags)
    let tree = try parser.parse()
    var compiler = RegexCompiler(pattern: pattern, groups: parser.groupCount)
    steps = try compiler.program(tree)
    sets = parser.sets
    registerCount = compiler.registerCount
    groupCount = parser.groupCount
    groupNames = parser.groupNames
  }

  /// Where a search looks.
  enum Mode { case search, match, fullMatch }

  /// The first match at or behind a place (`re.search`).
  ///
  /// - Parameters:
  ///   - text: the text as code points.
  ///   - start: where the search begins.
  ///   - steps: what it may cost; what it did cost is taken off.
  /// - Throws: ``RegularExpressionError`` where the steps run out.
  public func search(_ text: [Unicode.Scalar], from start: Int = 0, steps: inout Int) throws(RegularExpressionError) -> Match? {
    try find(text, from: start, .search, mustAdvance: false, steps: &steps)
  }

  /// The first match in a text, or nil.
  public func firstMatch(in text: String) throws(RegularExpressionError) -> [String?]? {
    let scalars = Array(text.unicodeScalars)
    var steps = Self.stepLimit
    return try search(scalars, steps: &steps).map { match in match.groups.map { $0.map { Self.text(scalars[$0]) } } }
  }

  /// Whether the pattern matches at the start of a text (`re.match`) or all of it (`re.fullmatch`).
  public func matches(_ text: String, whole: Bool = false) throws(RegularExpressionError) -> Bool {
    var steps = Self.stepLimit
    return try find(Array(text.unicodeScalars), from: 0, whole ? .fullMatch : .match, mustAdvance: false, steps: &steps) != nil
  }

  /// All matches, left to right, not overlapping (`re.finditer`); an empty one may follow a match at its end.
  public func allMatches(in text: [Unicode.Scalar], limit: Int = .max, steps: inout Int) throws(RegularExpressionError) -> [Match] {
    var found: [Match] = []
    var position = 0
    var mustAdvance = false
    while found.count < limit, let match = try find(text, from: position, .search, mustAdvance: mustAdvance, steps: &steps) {
      found.append(match)
      mustAdvance = match.range.isEmpty
      position = match.range.upperBound
    }
    return found
  }

  /// `re.findall`: for each match its only group, all its groups, or the whole match where there is no group. Groups without a part are empty.
  public func findAll(in text: String) throws(RegularExpressionError) -> [[String]] {
    var steps = Self.stepLimit
    let scalars = Array(text.unicodeScalars)
    return try allMatches(in: scalars, steps: &steps).map { match in
      let groups = groupCount == 0 ? match.groups[...] : match.groups.dropFirst()
      return groups.map { $0.map { Self.text(scalars[$0]) } ?? "" }
    }
  }

  static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    return text
  }
}

extension RegularExpression {
  /// A text as a pattern that matches it and nothing else (`re.escape`).
  public static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if "()[]{}?*+-|^$\\.&~# \t\n\r\u{0B}\u{0C}".unicodeScalars.contains(scalar) { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}
