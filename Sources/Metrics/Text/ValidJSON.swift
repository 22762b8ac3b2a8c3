// valid_json: is the answer a JSON value, with the keys that it must have?

internal import Documents

/// Whether the answer is JSON.
public struct ValidJSON: Metric {
  /// Keys that the answer, an object, must have.
  public var required: [String]

  public let name = "valid_json"
  public let documentation = """
    1 if the whole answer is one JSON value, else 0: RFC 8259 without extensions, white space around it allowed, no key twice in an object. With \
    the option `required`, the value must be an object that has these keys. What the right text is makes no difference.
    """
  public let source = "RFC 8259; promptfoo, `is-json`"
  public let unit = MetricUnit.ratio
  public let range = 0.0...1.0
  public let higherIsBetter = true
  public let judgesCorrectness = true
  public let scores: Set<ResponseKind> = [.text]
  public var aggregation: any Aggregation { Mean() }

  public init(required: [String] = []) { self.required = required }

  public var options: [MetricOption] {
    [MetricOption("required", .array(required.map(JSONValue.string)), "keys that the answer, an object, must have")]
  }

  public func configured(_ options: inout OptionReader) throws(MetricOptionError) -> Self {
    ValidJSON(required: try options.texts("required", default: required))
  }

  public func measure(_ response: Response) throws(Unscored) -> Measurement {
    guard case .text(let text, _) = response else { throw .kind(response.kind, metric: name, scores: scores) }
    // What is wrong with it makes no difference: it is no JSON.
    let value = try? JSONValue.parse(text, allowsNonFinite: false)
    return Measurement(isRight: value.map { value in required.allSatisfy { value[$0] != nil } } ?? false)
  }
}
