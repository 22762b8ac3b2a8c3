// What makes two metrics the same: name, version and options, as one text for digests.

public import Documents

extension Metric {
  /// `rouge1/1{"stemmer":false}`: metrics of one identity give the same numbers for the same answers.
  ///
  /// Every option stands in it, also those that nobody set, sorted by name: the text does not depend on how a task file was written.
  public var identity: String { "\(name)/\(version)\(optionValues.serialized(.canonical))" }

  /// The options as a JSON object.
  public var optionValues: JSONValue { JSONValue.object(of: options.map { ($0.name, $0.value) }) }
}
