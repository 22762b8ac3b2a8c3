// multi_choice_regex: the letter of a choice, found by a pattern, by the choice's own text, or by a letter behind a colon.

public import Documents
internal import Templates

/// Finds which choice an answer names, as a letter in parentheses.
public struct MultiChoiceRegexFilter: AnswerFilter {
  public static let name = "multi_choice_regex"
  public static let documentation = """
    Looks for regex_pattern, then for the text of one of the document's choices, then for a letter behind a colon; the answer becomes the choice's \
    letter in parentheses, or fallback.
    """

  private let expression: RegularExpression
  private let match: Int
  private let fallback: String
  private let ignoresCase: Bool
  private let ignoresPunctuation: Bool
  private let ignored: [RegularExpression]

  public init(_ options: inout FilterOptions) throws(FilterError) {
    expression = try options.compile(try options.text("regex_pattern", default: RegexFilter.defaultPattern))
    match = try options.integer("group_select", default: 0)
    fallback = try options.text("fallback", default: RegexFilter.defaultFallback)
    ignoresCase = try options.flag("ignore_case")
    ignoresPunctuation = try options.flag("ignore_punctuation")
    var ignored: [RegularExpression] = []
    for pattern in try options.texts("regexes_to_ignore") { ignored.append(try options.compile(pattern)) }
    self.ignored = ignored
  }

  public func apply(_ answers: [String?], document: JSONValue) throws(FilterError) -> [String?] {
    let choices = document["choices"]?.array?.compactMap(\.string) ?? []
    guard !choices.isEmpty, choices.count == document["choices"]?.array?.count, choices.count <= 26 else {
      throw FilterError(filter: Self.name, problem: .noChoices(field: "choices"))
    }
    let letters = (0..<choices.count).map { String(UnicodeScalar(UInt8(0x41 + $0))) }
    var letterOfText: [String: String] = [:]
    var patterns: [String] = []
    for (choice, letter) in zip(choices, letters) {
      let text = try plain(PythonText.strip(choice))
      letterOfText[text] = "(\(letter))"
      patterns.append(RegularExpression.escaped(text))
    }
    // Longer choices first, so that one that begins another does not hide it; equal lengths keep their order.
    let ordered = patterns.enumerated().sorted {
      let (a, b) = (PythonText.length($0.element), PythonText.length($1.element))
      return a == b ? $0.offset < $1.offset : a > b
    }
    let byText = try compile(ordered.map(\.element).joined(separator: "|"))
    let byLetter = try compile(":[\\s]*(\(letters.joined(separator: "|")))")
    let letterOfLetter = Dictionary(letters.map { ($0, "(\($0))") }, uniquingKeysWith: { first, _ in first })
    var filtered: [String?] = []
    for answer in answers {
      let text = answer ?? ""
      var found = try find(expression, text, [:])
      if found.isEmpty { found = try find(byText, try plain(text), letterOfText) }
      if found.isEmpty { found = try find(byLetter, text, letterOfLetter) }
      filtered.append(found.isEmpty ? fallback : found)
    }
    return filtered
  }

  private func find(_ expression: RegularExpression, _ text: String, _ names: [String: String]) throws(FilterError) -> String {
    guard let groups = try RegexFilter.find(expression, match, in: text, filter: Self.name) else { return "" }
    let found = PythonText.strip(groups.count == 1 ? groups[0] : groups.first { !$0.isEmpty } ?? "")
    return names[found] ?? found
  }

  private func plain(_ text: String) throws(FilterError) -> String {
    var text = text
    do {
      for expression in ignored { text = try expression.replacing(in: text, with: "") }
    } catch {
      throw FilterError(filter: Self.name, problem: .search, cause: error)
    }
    if ignoresCase { text = PythonText.lower(text) }
    if ignoresPunctuation {
      text = String(String.UnicodeScalarView(text.unicodeScalars.filter { !Self.isPunctuation($0) }))
    }
    return text
  }

  private static func isPunctuation(_ scalar: UnicodeScalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
      .otherPunctuation:
      true
    default: false
    }
  }

  private func compile(_ pattern: String) throws(FilterError) -> RegularExpression {
    do {
      return try RegularExpression(pattern)
    } catch {
      throw FilterError(filter: Self.name, problem: .pattern, cause: error)
    }
  }
}
