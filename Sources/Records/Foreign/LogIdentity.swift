// The identity of an item in a log that does not give it one: the digest of what it is told by.

internal import Digests
internal import Documents

enum LogIdentity {
  /// `sha256:...` of the values, whatever the order of their keys.
  static func of(_ values: JSONValue...) -> String { SHA256Digest.of(.array(values)) }
}

extension JSONValue {
  /// A text as it stands, anything else as JSON: for targets and answers, which logs give in either way.
  var asText: String {
    switch self {
    case .null: ""
    case .string(let text): text
    default: serialized()
    }
  }

  /// A text; a list's only element; several as JSON.
  var asAnswer: String {
    if case .array(let elements) = self, elements.count == 1 { return elements[0].asText }
    return asText
  }
}

extension RecordHeader {
  /// The header of another tool's log, which says less than ours.
  static func ofLog(
    tool: String, version: String = unknown, model: String, created: String = unknown, tasks: [Task] = [], precision: String = unknown,
    parameters: Int = 0
  ) -> RecordHeader {
    RecordHeader(
      created: created,
      model: Model(
        name: model, weightsDigest: unknown, configDigest: unknown, adapterDigest: nil, parameters: max(0, parameters), architecture: unknown),
      tokenizerDigest: unknown, chatTemplateDigest: nil,
      engine: Engine(name: tool, version: version, precision: precision, matrixLibrary: unknown, kernels: unknown), truncation: unknown,
      tasks: tasks)
  }
}

extension RecordHeader.Task {
  /// A task of which a log says what it was; its items and metrics come from the outcomes.
  static func ofLog(
    _ name: String, definition: JSONValue?, fewshotCount: Int = 0, metrics: [Metric] = [], primaryMetric: String = ""
  ) -> RecordHeader.Task {
    RecordHeader.Task(
      name: name, taskDigest: definition.map(SHA256Digest.of) ?? RecordHeader.unknown, dataDigest: RecordHeader.unknown,
      fewshotCount: fewshotCount, items: 0, metrics: metrics, primaryMetric: primaryMetric)
  }
}
