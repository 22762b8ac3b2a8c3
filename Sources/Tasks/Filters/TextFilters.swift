// remove_whitespace, lowercase, uppercase: the same change to every answer.

public import Documents
internal import Templates

/// Takes white space off both ends.
public struct RemoveWhitespaceFilter: AnswerFilter {
  public static let name = "remove_whitespace"
  public static let documentation = "Takes white space off both ends of each answer."
  public init(_ options: inout FilterOptions) throws(FilterError) {}

  public func apply(_ answers: [String?], document: JSONValue) throws(FilterError) -> [String?] {
    try changed(answers, Self.name) { PythonText.strip($0) }
  }
}

/// Makes letters small.
public struct LowercaseFilter: AnswerFilter {
  public static let name = "lowercase"
  public static let documentation = "Puts each answer in lower case."
  public init(_ options: inout FilterOptions) throws(FilterError) {}

  public func apply(_ answers: [String?], document: JSONValue) throws(FilterError) -> [String?] {
    try changed(answers, Self.name, PythonText.lower)
  }
}

/// Makes letters capital.
public struct UppercaseFilter: AnswerFilter {
  public static let name = "uppercase"
  public static let documentation = "Puts each answer in upper case."
  public init(_ options: inout FilterOptions) throws(FilterError) {}

  public func apply(_ answers: [String?], document: JSONValue) throws(FilterError) -> [String?] {
    try changed(answers, Self.name, PythonText.upper)
  }
}

private func changed(_ answers: [String?], _ filter: String, _ change: (String) -> String) throws(FilterError) -> [String?] {
  var result: [String?] = []
  for answer in answers {
    guard let answer else { throw FilterError(filter: filter, problem: .noAnswer) }
    result.append(change(answer))
  }
  return result
}
