// Filters one behind the other: a model's answers to one question to the one that is scored.

public import Documents

/// A named row of filters (an entry of `filter_list`).
public struct FilterPipeline: Sendable {
  /// What records call the scores made with it.
  public let name: String
  private let filters: [any AnswerFilter]
  /// The pipeline as its task file has it, for digests.
  public let canonical: JSONValue

  /// The pipeline of tasks that name none: the first answer as it is.
  public static let none = FilterPipeline(name: "none", filters: [TakeFirstFilter()], canonical: [["function": "take_first"]])

  private init(name: String, filters: [any AnswerFilter], canonical: JSONValue) {
    self.name = name
    self.filters = filters
    self.canonical = canonical
  }

  /// - Parameter steps: the filters' names with their options.
  /// - Throws: ``FilterError`` for an unknown filter or option, or a row that does not end with one answer.
  public init(name: String, steps: [(name: String, options: [(name: String, value: JSONValue)])]) throws(FilterError) {
    self.name = name
    var filters: [any AnswerFilter] = []
    var canonical: [JSONValue] = []
    var last: (any AnswerFilter.Type)?
    for step in steps {
      guard let type = FilterCatalog.named(step.name) else {
        throw FilterError(filter: step.name, problem: .unknownFilter(known: FilterCatalog.all.map { $0.name }))
      }
      if let last, last.leavesOne { throw FilterError(filter: step.name, problem: .goesOn(after: last.name)) }
      var options = FilterOptions(filter: step.name, given: step.options)
      filters.append(try type.init(&options))
      try options.finish()
      last = type
      canonical.append(.object(of: [("function", .string(step.name))] + step.options))
    }
    guard let last else { throw FilterError(filter: name, problem: .emptyPipeline) }
    guard last.leavesOne else { throw FilterError(filter: last.name, problem: .endsWithList) }
    self.filters = filters
    self.canonical = .array(canonical)
  }

  /// The answer that is scored; nil where a filter left none.
  ///
  /// - Parameters:
  ///   - answers: the model's answers to the question, one a repetition.
  ///   - document: the document that the question was made of.
  /// - Throws: ``FilterError`` where an answer can't be filtered.
  public func apply(_ answers: [String], document: JSONValue) throws(FilterError) -> String? {
    var left: [String?] = answers
    for filter in filters { left = try filter.apply(left, document: document) }
    return left.first ?? nil
  }
}

extension FilterPipeline: Equatable {
  public static func == (a: FilterPipeline, b: FilterPipeline) -> Bool { a.name == b.name && a.canonical == b.canonical }
}
