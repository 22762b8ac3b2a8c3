// Why a checkpoint can't be used as a language model, or a text can't be asked of one.

public import Documents
internal import Tensors

public enum ModelError: Diagnostic {
  /// `place` is the file; the family that it names is not one of ours.
  case unknownArchitecture(_ place: String, name: String, known: [String])
  case missingValue(_ place: String, key: String)
  case badValue(_ place: String, key: String, found: String, expected: String)
  case inconsistent(_ place: String, String)
  case unsupported(_ place: String, _ what: String, _ advice: String)
  case missingTensor(_ place: String, String)
  case checkpoint(any Error)
  case tokenizer(any Error)
  case tensors(TensorsFailure)
  case adapter(AdapterError)
  /// A token outside the vocabulary: the tokenizer does not belong to the weights.
  case tokenOutOfVocabulary(token: Int, vocabulary: Int)
  case contextOverflow(tokens: Int, limit: Int)
  /// A text to be continued without a token.
  case emptyPrompt

  /// A failure of the numeric layer, wrapped so that its severity survives.
  public struct TensorsFailure: Sendable {
    public let error: any Diagnostic
    public init(_ error: any Diagnostic) { self.error = error }
  }

  /// An error of the layers below, by what it is about.
  init(wrapping error: any Error) {
    switch error {
    case let error as ModelError: self = error
    case let error as AdapterError: self = .adapter(error)
    case let error as TensorError: self = .tensors(.init(error))
    default: self = .checkpoint(error)
    }
  }

  public var cause: (any Error)? {
    switch self {
    case .checkpoint(let error), .tokenizer(let error): error
    case .tensors(let failure): failure.error
    case .adapter(let error): error
    default: nil
    }
  }

  public var severity: DiagnosticSeverity {
    switch self {
    case .checkpoint(let error), .tokenizer(let error): (error as? any Diagnostic)?.severity ?? .configuration
    case .tensors(let failure): failure.error.severity
    case .adapter(let error): error.severity
    default: .configuration
    }
  }
}

extension ModelError {
  public var description: String {
    switch self {
    case .unknownArchitecture(let place, let name, let known):
      "\(place): the architecture is \(quoted(name)); this version knows \(known.joined(separator: ", "))"
        + (nearestName(to: name, among: known).map { "; did you mean \($0)?" } ?? "")
    case .missingValue(let place, let key): "\(place): \(quoted(key)) is missing; a model of this family needs it"
    case .badValue(let place, let key, let found, let expected): "\(place): \(quoted(key)) is \(found); expected \(expected)"
    case .inconsistent(let place, let what): "\(place): \(what)"
    case .unsupported(let place, let what, let advice): "\(place): \(what) is not supported: \(advice)"
    case .missingTensor(let place, let name): "\(place): the tensor \(quoted(name)) is missing"
    case .checkpoint: "the checkpoint can't be read"
    case .tokenizer: "the tokenizer can't be read"
    case .tensors: "the computation failed"
    case .adapter: "the adapter can't be used"
    case .tokenOutOfVocabulary(let token, let vocabulary):
      "the tokenizer made the token \(token), but the model's vocabulary has \(vocabulary) tokens; the tokenizer belongs to another model"
    case .emptyPrompt: "the prompt has no token to be continued; give some text, or a tokenizer that begins texts with one"
    case .contextOverflow(let tokens, let limit):
      "the item has \(tokens) tokens and the model's context window \(limit); shorten it, or cut it from the left with --truncation left"
    }
  }
}
