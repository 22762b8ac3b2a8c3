// A compiled split pattern: finds its matches in a stretch of UTF-8 text, in bounded time.

/// A pattern that tokenizers split or replace by, with the meaning it has in Oniguruma: leftmost match, first alternative first, Unicode classes.
///
/// The engine is our own because the answer must be the same on every machine: a system library brings the Unicode version of its own release.
struct SplitPattern: Sendable {
  let source: String
  private let sets: [ScalarSet]
  private let steps: [PatternStep]

  /// - Throws: ``PatternFault`` for a pattern that is broken or uses what is not supported.
  init(_ pattern: String) throws(PatternFault) {
    source = pattern
    var parser = PatternParser(pattern)
    let tree = try parser.pattern()
    var compiler = PatternCompiler()
    steps = try compiler.compile(tree)
    sets = parser.sets
  }

  /// More steps than this a byte, and a pattern counts as runaway. Real patterns take some tens.
  static let stepsPerByte = 2000
  static let stepsAtLeast = 1_000_000

  /// The matches in `bytes[range]`, left to right, as byte ranges. The text outside of the range is not seen.
  ///
  /// An empty match counts unless it stands at the end of the match before it.
  /// - Throws: ``RunawayPattern`` where the pattern takes more than ``stepsPerByte`` steps a byte.
  func matches(in bytes: [UInt8], _ range: Range<Int>, _ found: (Range<Int>) -> Void) throws(RunawayPattern) {
    var matcher = PatternMatcher(steps: steps, sets: sets, start: range.lowerBound, end: range.upperBound)
    let (product, overflows) = range.count.multipliedReportingOverflow(by: Self.stepsPerByte)
    matcher.budget = overflows ? .max : max(Self.stepsAtLeast, product)
    var position = range.lowerBound
    var lastEnd: Int?
    while true {
      var start = position
      var end = -1
      while true {
        end = matcher.run(bytes, 0, start)
        if end >= 0 || start >= range.upperBound || matcher.budget <= 0 { break }
        start += scalarWidth(bytes[start])
      }
      if matcher.budget <= 0 { throw RunawayPattern(pattern: source) }
      if end < 0 { return }
      if end == start && lastEnd == end {
        if position >= range.upperBound { return }
        position += scalarWidth(bytes[position])
      } else {
        found(start..<end)
        position = end
        lastEnd = end
      }
    }
  }
}

/// A pattern that takes too many steps on a text.
struct RunawayPattern: Error, Equatable { var pattern: String }
