// regex: what a pattern finds in an answer.

public import Documents
internal import Templates

/// Takes the first, last or n-th match of a pattern out of each answer.
public struct RegexFilter: AnswerFilter {
  public static let name = "regex"
  public static let documentation = """
    Takes the match number group_select (from 0; -1 is the last) of regex_pattern; of a pattern with several groups the first group that is not \
    empty. Without a match the answer is fallback.
    """
  static let defaultPattern = #"#### (\-?[0-9\.\,]+)"#
  static let defaultFallback = "[invalid]"

  let expression: RegularExpression
  let match: Int
  let fallback: String

  public init(_ options: inout FilterOptions) throws(FilterError) {
    expression = try options.compile(try options.text("regex_pattern", default: Self.defaultPattern))
    match = try options.integer("group_select", default: 0)
    fallback = try options.text("fallback", default: Self.defaultFallback)
  }

  public func apply(_ answers: [String?], document: JSONValue) throws(FilterError) -> [String?] {
    var filtered: [String?] = []
    for answer in answers {
      guard let groups = try Self.find(expression, match, in: answer ?? "", filter: Self.name) else {
        filtered.append(fallback)
        continue
      }
      // One group may be empty; of several the first that is not.
      let found = groups.count == 1 ? groups[0] : groups.first { !$0.isEmpty } ?? fallback
      filtered.append(PythonText.strip(found))
    }
    return filtered
  }

  /// The groups of match number `select`, nil where nothing matches.
  static func find(_ expression: RegularExpression, _ select: Int, in text: String, filter: String) throws(FilterError) -> [String]? {
    let matches: [[String]]
    do {
      matches = try expression.findAll(in: text)
    } catch {
      throw FilterError(filter: filter, problem: .search, cause: error)
    }
    if matches.isEmpty { return nil }
    let place = select < 0 ? matches.count + select : select
    guard matches.indices.contains(place) else {
      throw FilterError(filter: filter, problem: .tooFew(what: "match", wanted: select, found: matches.count))
    }
    return matches[place]
  }
}
