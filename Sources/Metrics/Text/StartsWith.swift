// starts_with: does the answer begin with the right text?

/// Whether the answer begins with a right text.
public struct StartsWith: Metric, TextFinder {
  public let name = "starts_with"
  public let documentation = "1 if the answer begins with one of the right texts, code point by code point, else 0. White space counts."
  public let source = "promptfoo, `starts-with`"
  public var ignoresCase: Bool

  public init(ignoresCase: Bool = false) { self.ignoresCase = ignoresCase }

  func finds(_ right: [Unicode.Scalar], in answer: [Unicode.Scalar]) -> Bool { answer.starts(with: right) }
}
