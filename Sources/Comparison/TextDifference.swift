// Where two answers begin to differ: what a reader of a flip looks for first.

public import Records

/// The first place where two texts differ, with what stands there.
public struct TextDifference: Sendable, Hashable {
  /// How much of each text is shown behind the place, and how much before it.
  static let shown = 40
  static let before = 20

  /// How many Unicode scalars the texts share from their start on.
  public var offset: Int
  /// The line of the place, from 1.
  public var line: Int
  /// What each text says around the place; `…` where it is cut. The end of a text that is the start of the other is an empty rest.
  public var baseline: String
  public var candidate: String

  /// nil for two texts of the same scalars.
  public init?(_ baseline: String, _ candidate: String) {
    var (old, new) = (baseline.unicodeScalars.makeIterator(), candidate.unicodeScalars.makeIterator())
    var shared: [Unicode.Scalar] = []
    var (offset, line) = (0, 1)
    while true {
      let (a, b) = (old.next(), new.next())
      if a != b {
        self.offset = offset
        self.line = line
        self.baseline = Self.excerpt(shared, isCut: offset > shared.count, a, &old)
        self.candidate = Self.excerpt(shared, isCut: offset > shared.count, b, &new)
        return
      }
      guard let a else { return nil }
      offset += 1
      if a == "\n" { line += 1 }
      shared.append(a)
      if shared.count > 4 * Self.before { shared.removeFirst(3 * Self.before) }
    }
  }

  private static func excerpt(
    _ shared: [Unicode.Scalar], isCut: Bool, _ first: Unicode.Scalar?, _ rest: inout String.UnicodeScalarView.Iterator
  ) -> String {
    var text = String.UnicodeScalarView()
    if isCut || shared.count > before { text.append("…") }
    text.append(contentsOf: shared.suffix(before))
    guard let first else { return String(text) }
    text.append(first)
    for _ in 1..<shown {
      guard let next = rest.next() else { return String(text) }
      text.append(next)
    }
    if rest.next() != nil { text.append("…") }
    return String(text)
  }
}

extension TextDifference {
  /// Where two outcomes differ: in the whole generated texts where both are at hand, else in what they are held to have said.
  public init?(_ baseline: ItemOutcome, _ candidate: ItemOutcome) {
    if let old = baseline.output, let new = candidate.output, let found = TextDifference(old, new) {
      self = found
    } else {
      self.init(baseline.prediction, candidate.prediction)
    }
  }
}
