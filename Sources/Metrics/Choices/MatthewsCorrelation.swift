// mcc: do the picked classes go with the right ones, beyond their frequencies?

/// Matthews' correlation coefficient of picked and right classes.
public struct MatthewsCorrelation: Metric, Classifier {
  public let name = "mcc"
  public let documentation = """
    An item's score is 1 if the most likely choice is the right one, else 0. A task's number is the correlation of right and picked classes, \
    from -1 to 1, of any number of classes; it is 0 where all items are of one class or all picks are.
    """
  public let source = "Matthews 1975, Gorodkin 2004; scikit-learn 1.9, `matthews_corrcoef`, as lm-evaluation-harness 0.4, `mcc`"
  public var aggregation: any Aggregation { Coefficient() }

  public init() {}

  struct Coefficient: Aggregation {
    let name = "matthews_corrcoef"
    let statistic = ClassCounts.documentation
    let range: ClosedRange<Double>? = -1.0...1.0

    func value(of totals: [Double]) -> Double? {
      let classes = ClassCounts(totals: totals).classes
      let items = classes.reduce(0) { $0 + $1.right }
      guard items > 0 else { return nil }
      let hits = classes.reduce(0) { $0 + $1.hits }
      let both = hits * items - classes.reduce(0) { $0 + $1.right * $1.picked }
      let ofPicked = items * items - classes.reduce(0) { $0 + $1.picked * $1.picked }
      let ofRight = items * items - classes.reduce(0) { $0 + $1.right * $1.right }
      let product = ofPicked * ofRight
      return product == 0 ? 0 : max(-1, min(1, both / product.squareRoot()))
    }
  }
}
