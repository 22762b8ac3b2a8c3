// The patterns that metrics search with: Python's regular expressions, bounded.

internal import Documents
internal import Metrics

/// Lends `RegularExpression` to metrics.
struct PythonPatterns: PatternEngine {
  struct Compiled: CompiledPattern {
    let expression: RegularExpression

    func matches(in text: [Unicode.Scalar]) throws(PatternFailure) -> [Range<Int>] {
      var steps = RegularExpression.stepLimit
      do {
        return try expression.allMatches(in: text, steps: &steps).map(\.range)
      } catch {
        throw PatternFailure(error.description)
      }
    }
  }

  func compile(_ pattern: String) throws(PatternFailure) -> any CompiledPattern {
    do {
      return Compiled(expression: try RegularExpression(pattern))
    } catch {
      throw PatternFailure(error.description)
    }
  }
}
