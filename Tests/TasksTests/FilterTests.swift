// Pipelines of filters against lm-evaluation-harness (fixtures/generate/task_filters.py), and what is said of pipelines that can't be used.

import Documents
import OrderedCollections
import Testing

@testable import Tasks

private func steps(_ value: JSONValue?) -> [(name: String, options: [(name: String, value: JSONValue)])] {
  (value?.array ?? []).map { step in
    (step["function"]?.string ?? "", (step.object ?? [:]).filter { $0.key != "function" }.map { (name: $0.key, value: $0.value) })
  }
}

@Test func answersAreFilteredAsInTheHarness() throws {
  let golden = try Fixtures.json("filters.json")
  let document = try #require(golden["document"])
  var pipelines: [String: FilterPipeline] = [:]
  for (name, value) in golden["pipelines"]?.object ?? [:] { pipelines[name] = try FilterPipeline(name: name, steps: steps(value)) }
  let rows = golden["rows"]?.array ?? []
  #expect(rows.count > 400)
  for row in rows {
    let pipeline = try #require(pipelines[row["name"]?.string ?? ""])
    let answers = (row["answers"]?.array ?? []).compactMap(\.string)
    if row["fails"] != nil {
      #expect(throws: FilterError.self, "\(pipeline.name) \(answers)") { try pipeline.apply(answers, document: document) }
    } else {
      let found = try pipeline.apply(answers, document: document)
      #expect(found == row["output"]?.string, "\(pipeline.name) \(answers)")
    }
  }
}

@Test func everyFilterHasANameOfItsOwnAndIsDocumented() {
  let names = FilterCatalog.all.map { $0.name }
  #expect(Set(names).count == names.count)
  for filter in FilterCatalog.all {
    #expect(!filter.documentation.isEmpty && filter.documentation.hasSuffix("."))
    #expect(FilterCatalog.named(filter.name) != nil)
  }
}

@Test(
  arguments: [
    ([("regexp", [])], "the filter \"regexp\" is not one of those there are: regex, multi_choice_regex,"),
    (
      [("regex", [("regex_patern", "x")])],
      "the filter \"regex\" has no option \"regex_patern\"; it has regex_pattern, group_select, fallback; did you mean"
    ),
    ([("regex", [("group_select", "x")])], "the filter \"regex\" has a string as its \"group_select\", expected a whole number"),
    ([("regex", [("regex_pattern", "(")])], "the filter \"regex\" has a pattern that can't be used"),
    ([("regex", [])], "the filter \"regex\" ends its pipeline with a list of answers"),
    ([("take_first", []), ("lowercase", [])], "the filter \"lowercase\" stands behind \"take_first\", which leaves one answer: put it before"),
    ([("take_first_k", []), ("take_first", [])], "the filter \"take_first_k\" needs the option \"k\""),
    ([("map", [("mapping_dict", [1])]), ("take_first", [])], "the filter \"map\" has an array as its \"mapping_dict\", expected a mapping"),
    ([], "the filter \"p\" is a pipeline without a step"),
  ] as [([(String, [(String, JSONValue)])], String)])
func pipelinesThatCannotBeUsedSayWhy(_ given: [(String, [(String, JSONValue)])], _ sentence: String) {
  let error = #expect(throws: FilterError.self) {
    try FilterPipeline(name: "p", steps: given.map { (name: $0.0, options: $0.1.map { (name: $0.0, value: $0.1) }) })
  }
  #expect(error?.description.hasPrefix(sentence) == true, "\(error?.description ?? "")")
}

@Test func aRunawayPatternIsAnErrorOfItsItem() throws {
  let pipeline = try FilterPipeline(
    name: "p", steps: [("regex", [("regex_pattern", "(x+x+)+y")]), ("take_first", [])])
  let error = #expect(throws: FilterError.self) { try pipeline.apply([String(repeating: "x", count: 64)], document: .null) }
  #expect(error?.problem == .search)
}

@Test func choicesMustBeInTheDocument() throws {
  let pipeline = try FilterPipeline(name: "p", steps: [("multi_choice_regex", []), ("take_first", [])])
  #expect(throws: FilterError.self) { try pipeline.apply(["(A)"], document: ["choices": 3]) }
}
