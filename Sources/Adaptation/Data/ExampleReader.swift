// JSON Lines to training examples, in the forms that TRL takes.

internal import Digests
internal import Documents
internal import OrderedCollections
public import Templates

/// Reads training files.
///
/// A line is `{"prompt","completion"}`, both texts or both lists of messages, `{"text"}`, or `{"messages"}`. Messages are written with the model's
/// chat template, and the last answer is the completion.
public struct ExampleReader: Sendable {
  /// The model's chat template, with the texts of its special tokens; nil where it has none.
  public struct Chat: Sendable {
    public var template: ChatTemplate
    public var specialTokens: [String: String]

    public init(template: ChatTemplate, specialTokens: [String: String]) {
      self.template = template
      self.specialTokens = specialTokens
    }
  }

  /// A file's examples, and the digest of its bytes.
  public struct File: Sendable {
    public var path: String
    public var digest: String
    public var examples: [TrainingExample]
  }

  private let chat: Chat?

  public init(chat: Chat? = nil) { self.chat = chat }

  /// Reads a file, packed by gzip or not.
  ///
  /// - Throws: `JSONError` with line and column, ``TrainingDataError``, ``TrainingError/noExamples(source:reason:)``, or `FileError`.
  public func read(_ path: String) throws -> File {
    let stored = try Files.read(path)
    let bytes = Gzip.isGzip(stored) ? try Gzip.unpack(stored, file: path) : stored
    var digest = SHA256Digest()
    digest.update(stored)
    var examples: [TrainingExample] = []
    try JSONLines.forEach(in: bytes, file: path) { value, line in examples.append(try example(value, .line(file: path, line: line))) }
    if examples.isEmpty { throw TrainingError.noExamples(source: path, reason: "the file holds no examples") }
    return File(path: path, digest: digest.finalize(), examples: examples)
  }

  func example(_ value: JSONValue, _ origin: TrainingExample.Origin) throws -> TrainingExample {
    func fail(_ problem: TrainingDataError.Problem) -> TrainingDataError { TrainingDataError(place: "\(origin)", problem: problem) }
    guard let members = value.object else { throw fail(.notAnExample(found: value.kindName)) }
    var example: TrainingExample
    if let completion = members["completion"] {
      let prompt = members["prompt"] ?? .string("")
      if completion.array != nil, prompt.array != nil {
        example = try conversation(prompt, completion, origin)
      } else {
        guard let text = completion.string else {
          throw fail(.wrongMember(key: "completion", found: completion.kindName, expected: "a text, or messages where the prompt is messages"))
        }
        guard let prompt = prompt.string else {
          throw fail(.wrongMember(key: "prompt", found: prompt.kindName, expected: "a text, or messages where the completion is messages"))
        }
        example = TrainingExample(prompt: prompt, completion: text, origin: origin)
      }
    } else if let text = members["text"] {
      guard let text = text.string else { throw fail(.wrongMember(key: "text", found: text.kindName, expected: "a text")) }
      example = TrainingExample(prompt: "", completion: text, origin: origin)
    } else if let messages = members["messages"] {
      guard let elements = messages.array, let last = elements.last else {
        throw fail(.wrongMember(key: "messages", found: messages.array == nil ? messages.kindName : "an empty list", expected: "messages"))
      }
      let answers = last["role"]?.string == ChatMessage.Role.assistant.rawValue && elements.count > 1
      example =
        answers
        ? try conversation(.array(elements.dropLast()), .array([last]), origin) : try conversation(.array([]), messages, origin)
    } else {
      throw fail(.notAnExample(found: "an object with the members \(members.keys.prefix(8).map { quoted($0) }.joined(separator: ", "))"))
    }
    if let weight = members["weight"] {
      guard let number = weight.double, number.isFinite, number > 0, number <= 1000 else {
        throw fail(.wrongMember(key: "weight", found: weight.serialized(), expected: "a number above 0, at most 1000"))
      }
      example.weight = Float(number)
    }
    if example.completion.isEmpty { throw fail(.emptyCompletion) }
    return example
  }

  /// The prompt up to where the assistant's answer begins, and the answer as the template writes it.
  private func conversation(_ prompt: JSONValue, _ completion: JSONValue, _ origin: TrainingExample.Origin) throws -> TrainingExample {
    guard let chat else { throw TrainingDataError(place: "\(origin)", problem: .noChatTemplate) }
    let head: String
    let whole: String
    do {
      let asked = try ChatMessage.messages(prompt, place: "prompt")
      let answered = try ChatMessage.messages(completion, place: "completion")
      head =
        asked.isEmpty
        ? "" : try chat.template.render(Conversation(asked, ending: .generationPrompt, specialTokens: chat.specialTokens))
      whole = try chat.template.render(Conversation(asked + answered, specialTokens: chat.specialTokens))
    } catch {
      throw TrainingDataError(place: "\(origin)", problem: .chat(error))
    }
    guard whole.utf8.starts(with: head.utf8) else { throw TrainingDataError(place: "\(origin)", problem: .promptIsNoPrefix) }
    let rest = String(decoding: whole.utf8.dropFirst(head.utf8.count), as: UTF8.self)
    // The template has written what ends a turn.
    return TrainingExample(prompt: head, completion: rest, isComplete: false, origin: origin)
  }
}
