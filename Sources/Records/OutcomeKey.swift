// What an item's outcome depends on: if all of it is the same, so is the outcome, bit for bit.

internal import Digests
public import Documents

/// Everything outside the item itself that an outcome depends on; where any part differs, nothing cached is used.
///
/// An item's identity covers its document, prompt (few-shot examples included) and target. The data's digest is in the key all the same: it
/// is cheap, and then a cached outcome's index and repetition marks (`#2`) are those of the very same file.
public struct OutcomeKey: Sendable, Hashable {
  public var weights: String
  public var config: String
  public var adapter: String?
  public var tokenizer: String
  public var chatTemplate: String?
  public var systemInstruction: String?
  public var examplesAsTurns: Bool
  public var seed: Int?
  public var task: String
  public var data: String
  /// What becomes of items longer than the context window.
  public var truncation: String
  public var precision: String
  public var matrixLibrary: String
  public var kernels: String
  /// Name and version.
  public var engine: String

  /// The key of one of a run's tasks.
  public init(_ header: RecordHeader, task: RecordHeader.Task) {
    weights = header.model.weightsDigest
    config = header.model.configDigest
    adapter = header.model.adapterDigest
    tokenizer = header.tokenizerDigest
    chatTemplate = header.chatTemplateDigest
    systemInstruction = header.prompting.systemInstruction
    examplesAsTurns = header.prompting.examplesAsTurns
    seed = header.seed
    self.task = task.taskDigest
    data = task.dataDigest
    truncation = header.truncation
    precision = header.engine.precision
    matrixLibrary = header.engine.matrixLibrary
    kernels = header.engine.kernels
    engine = "\(header.engine.name) \(header.engine.version)"
  }

  /// The parts in clear.
  public var json: JSONValue {
    [
      "weights": .string(weights), "config": .string(config), "adapter": .optional(adapter), "tokenizer": .string(tokenizer),
      "chat_template": .optional(chatTemplate), "system_instruction": .optional(systemInstruction),
      "fewshot_as_multiturn": .bool(examplesAsTurns), "seed": seed.map(JSONValue.integer) ?? .null, "task": .string(task), "data": .string(data),
      "truncation": .string(truncation),
      "precision": .string(precision),
      "matrix_library": .string(matrixLibrary), "kernels": .string(kernels), "engine": .string(engine),
    ]
  }

  /// 64 hexadecimal digits: the SHA-256 of the parts.
  public var digest: String { String(SHA256Digest.of(json).dropFirst("sha256:".count)) }
}
