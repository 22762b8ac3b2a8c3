// format_span: named entities, however a model lists them, in one form.

public import Documents
internal import Templates

/// Writes lists of named entities as `per: ana $ loc: rome`.
public struct FormatSpanFilter: AnswerFilter {
  public static let name = "format_span"
  public static let documentation = "Writes named entities as \"label: entity $ label: entity\", labels in four kinds, without those that are none."

  private static let labels = [
    ("person", "PER"), ("location", "LOC"), ("organization", "ORG"), ("counties", "LOC"), ("places", "LOC"), ("people", "PER"),
    ("persons", "PER"), ("company", "ORG"), ("country", "LOC"), ("continent", "LOC"), ("time", "DATE"), ("date", "DATE"), ("per", "PER"),
    ("loc", "LOC"), ("org", "ORG"),
  ]
  private let rewrites: [(pattern: RegularExpression, label: String)]
  private let entities: RegularExpression

  public init(_ options: inout FilterOptions) throws(FilterError) {
    var rewrites: [(RegularExpression, String)] = []
    for (word, label) in Self.labels { rewrites.append((try options.compile("\\b\(word)\\s*:"), label + ":")) }
    self.rewrites = rewrites
    entities = try options.compile(#"\b(PER|LOC|ORG|DATE):\s*([^$]+)"#)
  }

  public func apply(_ answers: [String?], document: JSONValue) throws(FilterError) -> [String?] {
    var result: [String?] = []
    for answer in answers {
      guard let answer else { throw FilterError(filter: Self.name, problem: .noAnswer) }
      do {
        result.append(try formatted(PythonText.lower(answer)))
      } catch {
        throw FilterError(filter: Self.name, problem: .search, cause: error)
      }
    }
    return result
  }

  private func formatted(_ answer: String) throws(RegularExpressionError) -> String {
    var text = answer
    for (pattern, label) in rewrites { text = try pattern.replacing(in: text, with: label) }
    text = PythonText.strip(PythonText.replace(text, "$$", with: "$"), characters: "$", start: false)
    text = PythonText.strip(PythonText.replace(text, "\n", with: "$"))
    var found: [String] = []
    for groups in try entities.findAll(in: text) where groups.count == 2 {
      for entity in groups[1].split(separator: ",", omittingEmptySubsequences: false) {
        let name = PythonText.strip(String(entity))
        if PythonText.lower(name) != "none" { found.append("\(PythonText.lower(groups[0])): \(name)") }
      }
    }
    return found.joined(separator: " $ ")
  }
}
