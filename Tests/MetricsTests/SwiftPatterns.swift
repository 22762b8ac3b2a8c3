// Patterns for tests, on the standard library's regular expressions. The product has its own engine, which is bounded.

import Metrics

struct SwiftPatterns: PatternEngine {
  struct Pattern: CompiledPattern {
    let source: String

    func matches(in text: [Unicode.Scalar]) throws(PatternFailure) -> [Range<Int>] {
      guard let regex = try? Regex(source).matchingSemantics(.unicodeScalar) else { throw PatternFailure("no pattern") }
      var string = ""
      string.unicodeScalars.append(contentsOf: text)
      let scalars = string.unicodeScalars
      return string.matches(of: regex).map { match in
        let start = scalars.distance(from: scalars.startIndex, to: match.range.lowerBound)
        return start..<(start + scalars.distance(from: match.range.lowerBound, to: match.range.upperBound))
      }
    }
  }

  func compile(_ pattern: String) throws(PatternFailure) -> any CompiledPattern {
    // Why the standard library does not take it makes no difference here.
    guard (try? Regex(pattern)) != nil else { throw PatternFailure("a group is not closed") }
    return Pattern(source: pattern)
  }
}
