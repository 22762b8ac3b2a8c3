// What makes a loss impossible: settings out of range, targets that do not fit, numbers that are none.

public import Documents
public import LanguageModels

public enum ObjectiveError: Diagnostic {
  /// Whose numbers an error is about.
  public enum Party: String, Sendable, Hashable {
    case student
    case old = "old model"
    case new = "new model"
  }

  case badSetting(String, found: Double, expected: String)
  case badMember(String, found: String, expected: String)
  case unknownName(String, found: String, known: [String])
  /// Two things that should belong to the same rows differ in number or width.
  case mismatch(_ what: String, found: Int, expected: Int)
  case targetOutOfVocabulary(Party, row: Int, token: Int, vocabulary: Int)
  case badWeight(row: Int, Float)
  case badChunk(index: Int, rows: Range<Int>, logProbability: Double)
  /// The objective needs a teacher that was not handed over.
  case missingTeacher(Party)
  /// Hidden states or logits that are NaN or infinite.
  case diverged(Party, row: Int, sequence: Int)
  case model(ModelError)

  public var cause: (any Error)? { if case .model(let error) = self { error } else { nil } }

  public var severity: DiagnosticSeverity {
    switch self {
    case .badSetting, .badMember, .unknownName, .targetOutOfVocabulary: .configuration
    case .mismatch, .badWeight, .badChunk, .missingTeacher, .diverged: .run
    case .model(let error): error.severity
    }
  }
}

extension ObjectiveError {
  public var description: String {
    switch self {
    case .badSetting(let name, let found, let expected): "the objective's \(name) is \(found); expected \(expected)"
    case .badMember(let name, let found, let expected): "the objective's \(quoted(name)) is \(found); expected \(expected)"
    case .unknownName(let name, let found, let known):
      "the objective's \(quoted(name)) is \(quoted(found)); expected one of \(known.joined(separator: ", "))"
        + (nearestName(to: found, among: known).map { "; did you mean \(quoted($0))?" } ?? "")
    case .mismatch(let what, let found, let expected): "\(what): found \(found), expected \(expected)"
    case .targetOutOfVocabulary(let party, let row, let token, let vocabulary):
      "row \(row) of the batch should predict the token \(token), but the \(party.rawValue)'s vocabulary has \(vocabulary) tokens; "
        + "the data was not encoded with the model's own tokenizer"
    case .badWeight(let row, let weight): "row \(row) of the batch has the weight \(weight); expected a finite number of at least 0"
    case .badChunk(let index, let rows, let logProbability):
      "chunk \(index) covers the rows \(rows.lowerBound)..<\(rows.upperBound) with the log-probability \(logProbability); "
        + "expected rows of the batch in order, without overlap, all of one sequence, and a finite number of at most 0"
    case .missingTeacher(let party): "the objective needs what the \(party.rawValue) says, and it was not handed over"
    case .diverged(.student, let row, let sequence):
      "the student's output at row \(row) of the batch (sequence \(sequence)) is no number: training diverged; "
        + "lower the learning rate, warm up longer, or clip gradients"
    case .diverged(let party, let row, let sequence):
      "the \(party.rawValue)'s output at row \(row) of the batch (sequence \(sequence)) is no number; its weights or its cached states are damaged"
    case .model(let error): "the vocabulary projection failed: \(error)"
    }
  }
}
