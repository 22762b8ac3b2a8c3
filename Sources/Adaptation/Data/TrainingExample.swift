// One text to learn from, in its two parts, with the place it came from.

internal import Digests
internal import Documents

/// A prompt and what should follow it.
public struct TrainingExample: Sendable, Hashable {
  /// Where it was read: a line of a file, or an item of a task.
  public enum Origin: Sendable, Hashable, CustomStringConvertible {
    case line(file: String, line: Int)
    case item(task: String, index: Int)

    public var description: String {
      switch self {
      case .line(let file, let line): "\(visible(file)):\(line)"
      case .item(let task, let index): "\(visible(task)), item \(index)"
      }
    }
  }

  /// Empty where the whole text is to be learned.
  public var prompt: String
  /// What follows the prompt, with the space between them.
  public var completion: String
  /// Whether the text ends where the completion does, so that an end token may follow.
  public var isComplete: Bool
  /// How much each of its tokens counts, 1 or more for examples that should count more.
  public var weight: Float
  public var origin: Origin

  public init(prompt: String, completion: String, isComplete: Bool = true, weight: Float = 1, origin: Origin) {
    self.prompt = prompt
    self.completion = completion
    self.isComplete = isComplete
    self.weight = weight
    self.origin = origin
  }

  /// `sha256:` of both parts: what it teaches, wherever it stands.
  public var digest: String { SHA256Digest.of(["prompt": .string(prompt), "completion": .string(completion)]) }
}

extension [TrainingExample] {
  /// `sha256:` over the digests of all, in their order.
  public var digest: String { SHA256Digest.of(.array(map { .string($0.digest) })) }
}
