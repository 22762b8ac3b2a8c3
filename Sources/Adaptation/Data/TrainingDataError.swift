// What is wrong with training data, and where.

public import Documents

public struct TrainingDataError: Diagnostic {
  public enum Problem: Sendable {
    /// A line that is no example: what was found in it, and what an example is.
    case notAnExample(found: String)
    case wrongMember(key: String, found: String, expected: String)
    case emptyCompletion
    /// The line's messages can't be written as a chat.
    case chat(any Error)
    /// The line holds messages, and the model has no chat template.
    case noChatTemplate
    /// The prompt as a chat is not the beginning of the whole conversation.
    case promptIsNoPrefix
    case unreadable(any Error)
    case tooLong(tokens: Int, limit: Int)
    case tokenization(any Error)
  }

  /// `file:line`, or `task, item N`.
  public var place: String
  public var problem: Problem

  public init(place: String, problem: Problem) {
    self.place = place
    self.problem = problem
  }

  public var cause: (any Error)? {
    switch problem {
    case .chat(let error), .unreadable(let error), .tokenization(let error): error
    default: nil
    }
  }
}

extension TrainingDataError {
  public var description: String {
    switch problem {
    case .notAnExample(let found):
      "\(place): this is no training example: found \(found); expected an object with \"prompt\" and \"completion\", with \"text\", or with \"messages\""
    case .wrongMember(let key, let found, let expected): "\(place): \(quoted(key)) is \(found); expected \(expected)"
    case .emptyCompletion: "\(place): there is nothing to learn: the completion is empty"
    case .chat: "\(place): the messages can't be written with the model's chat template"
    case .noChatTemplate:
      "\(place): the example has messages, and the model has no chat template; write it as \"prompt\" and \"completion\", or as \"text\""
    case .promptIsNoPrefix:
      "\(place): the model's chat template writes the conversation up to the last answer differently when the answer is there; "
        + "write the example as \"prompt\" and \"completion\""
    case .unreadable: "\(place): the training data can't be read"
    case .tooLong(let tokens, let limit):
      "\(place): the example has \(tokens) tokens, and \(limit) are allowed; raise --max-tokens, or cut long examples with --long-examples truncate"
    case .tokenization: "\(place): the model's tokenizer can't encode the example"
    }
  }
}
