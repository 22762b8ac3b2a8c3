// What can be wrong with a tokenizer's files, or with a text under a tokenizer, and the sentence for each.

public import Documents

/// A tokenizer that can't be used, or a text it can't encode.
public struct TokenizerError: Diagnostic, Equatable {
  /// The file, or what stands for it.
  public var file: String
  /// The place in it: a path such as `model.merges[12]` or `tokenizer.ggml.pre`; empty for the whole file.
  public var place: String
  public var problem: Problem

  public enum Problem: Sendable, Equatable {
    case missing(expected: String)
    case wrongKind(found: String, expected: String)
    case unknownName(found: String, role: String, known: [String])
    case unsupported(what: String, advice: String)
    case badPattern(pattern: String, position: Int, reason: String)
    case idOutOfRange(id: Int, limit: Int)
    case duplicateID(id: Int, first: String, second: String)
    case duplicateToken(token: String)
    case unknownToken(token: String, role: String)
    case badMerge(found: String)
    case tooMany(what: String, count: Int, limit: Int)
    case contradiction(String)
    case malformedJSON(line: Int, column: Int, expected: String)
    case invalidJSON(JSONError)
    case notUTF8
    case runawayPattern(pattern: String)
    case noUnknownToken(text: String)
  }

  public init(file: String, place: String, problem: Problem) {
    self.file = file
    self.place = place
    self.problem = problem
  }

  public var severity: DiagnosticSeverity {
    switch problem {
    case .runawayPattern, .noUnknownToken: .run
    default: .configuration
    }
  }
}

extension TokenizerError {
  public var description: String {
    switch problem {
    case .malformedJSON(let line, let column, _): "\(file):\(line):\(column): \(sentence)"
    case .invalidJSON: sentence
    default: place.isEmpty ? "\(file): \(sentence)" : "\(file): \(place): \(sentence)"
    }
  }

  private var sentence: String {
    switch problem {
    case .missing(let expected): "\(expected) is missing"
    case .wrongKind(let found, let expected): "found \(found), expected \(expected)"
    case .unknownName(let found, let role, let known):
      "there is no \(role) \(quoted(found))" + (nearestName(to: found, among: known).map { "; did you mean \(quoted($0))?" } ?? "")
        + " (known: \(known.sorted().joined(separator: ", ")))"
    case .unsupported(let what, let advice): "\(what) can't be used here; \(advice)"
    case .badPattern(let pattern, let position, let reason):
      "the pattern \(quoted(pattern)) can't be used: at character \(position), \(reason)"
    case .idOutOfRange(let id, let limit): "the ID \(id) is out of range; IDs from 0 to \(limit) can be used"
    case .duplicateID(let id, let first, let second):
      "the tokens \(quoted(first)) and \(quoted(second)) have the same ID \(id); each token needs its own"
    case .duplicateToken(let token): "the token \(quoted(token)) appears twice; remove one of them"
    case .unknownToken(let token, let role): "\(role) \(quoted(token)) is not in the vocabulary"
    case .badMerge(let found): "\(found) is no merge; expected two tokens, as \"a b\" or [\"a\", \"b\"]"
    case .tooMany(let what, let count, let limit): "\(count) \(what); at most \(limit) can be used"
    case .contradiction(let what): what
    case .malformedJSON(_, _, let expected): "expected \(expected)"
    case .invalidJSON(let error): error.description
    case .notUTF8: "the text is not valid UTF-8; save the file as UTF-8"
    case .runawayPattern(let pattern):
      "the pattern \(quoted(pattern)) takes too many steps on this text; it backtracks without bound and can't be used safely"
    case .noUnknownToken(let text):
      "\(quoted(text)) has no token, and the token for the unknown that the file names is not in the vocabulary"
    }
  }
}
