// A document that a task's prompts can't be made of.

public import Documents

/// What is wrong with one document, or with a prompt on it.
public struct DocumentError: Diagnostic {
  public enum Problem: Sendable, Equatable {
    case template
    case wrongKind(field: String, found: String, expected: String)
    case noIndex(String)
    case noList(String)
    case fewChoices(Int)
    case emptyChoice(Int)
    case noGold
    case goldOutOfRange(Int, choices: Int)
    case goldNotAChoice(String)
    case goldNotAnIndex(String)
    case questionIsIndex(Int)
    case exampleWithSeveralAnswers
    case indexWithoutChoices
    case emptyContinuation
    case answerWithoutChoices(String)
    case fewExamples(wanted: Int, available: Int)
    case noIdentity
    case duplicateIdentity(String, first: SourceLocation)
    case misspeltField(String, nearest: String, fields: [String])
  }

  public var location: SourceLocation
  /// The key of the task file that was being followed.
  public var key: String
  public var problem: Problem
  public var cause: (any Error)?

  init(location: SourceLocation, key: String, problem: Problem, cause: (any Error)? = nil) {
    self.location = location
    self.key = key
    self.problem = problem
    self.cause = cause
  }
}

extension DocumentError {
  public var description: String { "\(location): \(problem.sentence(key))" }
}

extension DocumentError.Problem {
  func sentence(_ key: String) -> String {
    switch self {
    case .template: "the template of \(quoted(key)) fails on this document"
    case .wrongKind(let field, let found, let expected):
      "\(quoted(key)) names \(quoted(field)), which is \(found) here; expected \(expected)"
    case .noIndex(let text): "\(quoted(key)) gives \(quoted(text)), which is no index of a choice"
    case .noList(let text): "\(quoted(key)) gives \(quoted(text)), which is no list of choices such as ['yes', 'no']"
    case .fewChoices(let count):
      "this document has \(count == 1 ? "one choice" : "no choices"); a multiple-choice question needs at least two"
    case .emptyChoice(let index): "choice \(index + 1) of this document is empty"
    case .noGold: "this document has no right choice; leave it out of the data"
    case .goldOutOfRange(let index, let choices):
      "the right choice is \(index), but the document has \(choices) choices, 0 to \(choices - 1)"
    case .goldNotAChoice(let text): "the right answer \(quoted(text)) is none of the document's choices"
    case .goldNotAnIndex(let found): "the list of right choices holds \(found); expected indices of choices"
    case .questionIsIndex(let index):
      "\(quoted(key)) gives the index \(index) here, and a text for the first document; it must be one or the other for all"
    case .exampleWithSeveralAnswers: "a few-shot example has several right choices by index; give them as texts"
    case .indexWithoutChoices: "\(quoted(key)) gives an index, but the task has no \"doc_to_choice\""
    case .answerWithoutChoices(let found):
      "\(quoted(key)) gives \(found); where a generated answer has \"doc_to_choice\", it must be the index of a choice"
    case .emptyContinuation: "\(quoted(key)) gives an empty text; there is nothing to score"
    case .fewExamples(let wanted, let available): "\(wanted) few-shot examples are wanted, \(available) documents are there to draw from"
    case .noIdentity: "\(quoted(key)) gives an empty text for this document"
    case .duplicateIdentity(let identity, let first): "the identity \(quoted(identity)) is also that of \(first); identities must be unique"
    case .misspeltField(let name, let nearest, let fields):
      "\(quoted(key)) is \(quoted(name)), which is no field of the documents; did you mean \(quoted(nearest))? The fields are \(fields.joined(separator: ", "))"
    }
  }
}
