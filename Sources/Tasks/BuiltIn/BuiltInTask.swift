// The tasks that are built in: a definition as a task file would have it, and what makes documents of the data that users have.

internal import Documents

/// A task of lm-evaluation-harness that is known by its name; where it needs Python there, it needs none here.
struct BuiltInTask: Sendable {
  var name: String
  /// The definition, in the form of a task file.
  var definition: String
  /// Where the data comes from, as the end of a sentence.
  var origin: String
  /// Makes the documents that the definition's templates expect.
  ///
  /// - Parameters: the documents as they are in the file, and the file's path.
  var prepare: @Sendable (TaskDocuments, String) throws -> TaskDocuments = { data, _ in data }
  /// The group that the task belongs to, under whose name its data can be given too.
  var group: String?

  static let all: [BuiltInTask] =
    [hellaSwag, piqa, gsm8k, arcEasy, arcChallenge, winogrande, boolQ, openBookQA, truthfulQA, lambada, samsum] + MMLU.tasks

  static func named(_ name: String) -> BuiltInTask? { all.first { $0.name == name } }

  /// The other name under which data is given.
  var dataName: String? { group }

  func keys() throws -> TaskKeys { try TaskFile.keys(text: definition, file: "<built-in \(name)>") }
}

extension TaskDocument {
  /// A text of the document.
  func text(_ field: String) throws -> String {
    guard let text = value[field]?.string else { throw missing(field, expected: "a string") }
    return text
  }

  /// A list of texts of the document.
  func texts(_ field: String) throws -> [String] {
    guard let elements = value[field]?.array else { throw missing(field, expected: "a list of strings") }
    return try elements.map { element in
      guard let text = element.string else { throw missing(field, expected: "a list of strings") }
      return text
    }
  }

  /// A number of the document, which may be written as a text (`int(label)` in the harness).
  func index(_ field: String) throws -> Int {
    guard let index = value[field]?.integer ?? value[field]?.string.flatMap(Int.init), index >= 0 else {
      throw missing(field, expected: "the index of the right choice (test splits without labels can't be scored)")
    }
    return index
  }

  private func missing(_ field: String, expected: String) -> DataError {
    let found =
      switch value[field] {
      case nil: "missing"
      case .string(let text)?: quoted(text)
      case .integer(let number)?: "\(number)"
      case let value?: value.kindName
      }
    return DataError(location: location, problem: .document("the field \(quoted(field)) is \(found), expected \(expected)"))
  }
}
