// f1: are the picked classes the right ones, and are the right ones picked?

internal import Documents

/// The F1 score of classes.
public struct ClassF1: Metric, Classifier {
  /// Which classes count.
  public enum Average: String, Sendable, Hashable, CaseIterable {
    /// Choice 1 alone, the positive class.
    case binary
    /// The mean of the classes' F1.
    case macro
    /// All classes' counts together.
    case micro
    /// The mean of the classes' F1, weighted by the items of the class.
    case weighted
  }

  public let name = "f1"
  public let documentation = """
    An item's score is 1 if the most likely choice is the right one, else 0. A task's number is F1 = 2 hits / (items of the class + picks of \
    it), of choice 1 (the positive class) or averaged over the classes that occur; 0 where there is nothing to divide by.
    """
  public let source = "van Rijsbergen 1979; scikit-learn 1.9, `f1_score`, as lm-evaluation-harness 0.4, `f1` of multiple choice"
  public var average: Average
  public var aggregation: any Aggregation { F1(average: average) }

  public init(average: Average = .binary) { self.average = average }

  public var options: [MetricOption] {
    [
      MetricOption(
        "average", .string(average.rawValue), "which classes count: choice 1, the mean of all, all together, or their weighted mean",
        choices: Average.allCases.map(\.rawValue))
    ]
  }

  public func configured(_ options: inout OptionReader) throws(MetricOptionError) -> Self {
    ClassF1(average: try options.choice("average", default: average))
  }

  struct F1: Aggregation {
    let name = "f1"
    let statistic = ClassCounts.documentation
    var average: Average

    func value(of totals: [Double]) -> Double? {
      let classes = ClassCounts(totals: totals).classes
      let items = classes.reduce(0) { $0 + $1.right }
      guard items > 0 else { return nil }
      let occurring = classes.filter { $0.right + $0.picked > 0 }
      switch average {
      case .binary: return classes.count > 1 ? Self.f1(classes[1]) : 0
      case .macro: return occurring.reduce(0) { $0 + Self.f1($1) } / Double(occurring.count)
      case .micro: return classes.reduce(0) { $0 + $1.hits } / items
      case .weighted: return occurring.reduce(0) { $0 + Self.f1($1) * $1.right } / items
      }
    }

    private static func f1(_ counts: ClassCounts.Class) -> Double {
      let marks = counts.right + counts.picked
      return marks > 0 ? 2 * counts.hits / marks : 0
    }
  }
}
