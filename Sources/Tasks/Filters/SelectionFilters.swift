// take_first, take_first_k, majority_vote: fewer answers out of many.

public import Documents

/// Keeps the first answer.
public struct TakeFirstFilter: AnswerFilter {
  public static let name = "take_first"
  public static let documentation = "Keeps the first answer; a pipeline ends with it."
  public static let leavesOne = true
  init() {}
  public init(_ options: inout FilterOptions) throws(FilterError) {}

  public func apply(_ answers: [String?], document: JSONValue) throws(FilterError) -> [String?] {
    guard let first = answers.first else { throw FilterError(filter: Self.name, problem: .noAnswer) }
    return [first]
  }
}

/// Keeps the first k answers.
public struct TakeFirstKFilter: AnswerFilter {
  public static let name = "take_first_k"
  public static let documentation = "Keeps the first k of a question's repeated answers."
  private let count: Int

  public init(_ options: inout FilterOptions) throws(FilterError) {
    guard let value = options.take("k") else { throw FilterError(filter: Self.name, problem: .missingOption("k")) }
    guard let count = value.integer, count > 0 else { throw options.error("k", value, "a whole number above 0") }
    self.count = count
  }

  public func apply(_ answers: [String?], document: JSONValue) throws(FilterError) -> [String?] {
    guard answers.count >= count else {
      throw FilterError(filter: Self.name, problem: .tooFew(what: "answers", wanted: count, found: answers.count))
    }
    return Array(answers.prefix(count))
  }
}

/// Keeps the answer that occurs most often.
public struct MajorityVoteFilter: AnswerFilter {
  public static let name = "majority_vote"
  public static let documentation = "Keeps the answer that occurs most often; of several the one that occurs first."
  public init(_ options: inout FilterOptions) throws(FilterError) {}

  public func apply(_ answers: [String?], document: JSONValue) throws(FilterError) -> [String?] {
    var counts: [String?: Int] = [:]
    for answer in answers { counts[answer, default: 0] += 1 }
    guard let most = counts.values.max(), let winner = answers.first(where: { counts[$0] == most }) else {
      throw FilterError(filter: Self.name, problem: .noAnswer)
    }
    return [winner]
  }
}
