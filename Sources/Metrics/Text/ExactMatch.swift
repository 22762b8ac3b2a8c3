// exact_match: is the answer the right one, letter by letter, once what does not matter is removed?

internal import Documents

/// Equality of the answer with a right one.
///
/// Two accidents of the harness's NumPy arrays are not repeated: a NUL at a text's end counts here, and a text that grows in lower case (only by
/// U+0130) keeps its last characters.
public struct ExactMatch: Metric {
  public var ignoresCase: Bool
  public var ignoresPunctuation: Bool
  public var ignoresNumbers: Bool
  /// What is removed from both texts first, in this order.
  public var ignored: [IgnoredPattern]

  /// A pattern whose matches are removed.
  public struct IgnoredPattern: Sendable {
    public let pattern: String
    let compiled: any CompiledPattern
  }

  public let name = "exact_match"
  public let documentation = """
    1 if the answer is one of the right texts, code point by code point, else 0. The options remove what does not matter from both, in this \
    order: patterns, case, punctuation, digits. Of choices: 1 if a right choice is what the model would say greedily.
    """
  public let source = "lm-evaluation-harness 0.4, `exact_match` (after Hugging Face evaluate)"
  public let unit = MetricUnit.ratio
  public let range = 0.0...1.0
  public let higherIsBetter = true
  public let judgesCorrectness = true
  public let scores: Set<ResponseKind> = [.text, .choices]
  public var aggregation: any Aggregation { Mean() }

  public init(ignoresCase: Bool = false, ignoresPunctuation: Bool = false, ignoresNumbers: Bool = false) {
    self.ignoresCase = ignoresCase
    self.ignoresPunctuation = ignoresPunctuation
    self.ignoresNumbers = ignoresNumbers
    ignored = []
  }

  public var options: [MetricOption] {
    [
      MetricOption("regexes_to_ignore", .array(ignored.map { .string($0.pattern) }), "patterns whose matches are removed, one after the other"),
      MetricOption("ignore_case", .bool(ignoresCase), "compare in lower case"),
      MetricOption("ignore_punctuation", .bool(ignoresPunctuation), "remove the 32 punctuation characters of ASCII"),
      MetricOption("ignore_numbers", .bool(ignoresNumbers), "remove the digits 0 to 9"),
    ]
  }

  public func configured(_ options: inout OptionReader) throws(MetricOptionError) -> Self {
    var metric = self
    let option = "regexes_to_ignore"
    var patterns: [IgnoredPattern] = []
    for pattern in try options.texts(option, default: []) {
      patterns.append(IgnoredPattern(pattern: pattern, compiled: try options.compile(pattern, option: option)))
    }
    metric.ignored = patterns
    metric.ignoresCase = try options.flag("ignore_case", default: ignoresCase)
    metric.ignoresPunctuation = try options.flag("ignore_punctuation", default: ignoresPunctuation)
    metric.ignoresNumbers = try options.flag("ignore_numbers", default: ignoresNumbers)
    return metric
  }

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    if case .choices = response {
      let (choices, gold) = try choices(response)
      return Measurement(isRight: gold.contains { choices.indices.contains($0) && choices[$0].isGreedy })
    }
    let (text, references) = try text(response)
    let answer = try reduced(text)
    for reference in references where try reduced(reference) == answer { return Measurement(isRight: true) }
    return Measurement(isRight: false)
  }

  /// The text without what is ignored.
  private func reduced(_ text: String) throws(Unscored) -> [Unicode.Scalar] {
    var text = text.codePoints
    for ignored in ignored { text = try removing(ignored, from: text) }
    if ignoresCase { text = PythonText.lowercased(text) }
    if ignoresPunctuation { text.removeAll(where: PythonText.isPunctuation) }
    if ignoresNumbers { text.removeAll { ("0"..."9").contains($0) } }
    return text
  }

  private func removing(_ ignored: IgnoredPattern, from text: [Unicode.Scalar]) throws(Unscored) -> [Unicode.Scalar] {
    let matches: [Range<Int>]
    do { matches = try ignored.compiled.matches(in: text) } catch { throw .pattern(ignored.pattern, reason: error.description) }
    var kept: [Unicode.Scalar] = []
    var start = 0
    for match in matches where match.lowerBound >= start && match.upperBound <= text.count {
      kept.append(contentsOf: text[start..<match.lowerBound])
      start = match.upperBound
    }
    kept.append(contentsOf: text[start...])
    return kept
  }
}
