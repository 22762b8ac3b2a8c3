// Every request of the small tasks, against those that lm-evaluation-harness makes (fixtures/generate/task_requests.py).

import Documents
import OrderedCollections
import Testing

@testable import Tasks

private let reference: JSONValue = {
  do {
    return try Fixtures.json("requests.json")
  } catch {
    Issue.record(error)
    return .null
  }
}()

@Test func everyTaskFileHasItsReference() throws {
  let files = try Files.list(Fixtures.tasks).filter { $0.hasSuffix(".yaml") && !$0.hasPrefix("_") }
  let known = Array(reference["tasks"]?.object?.keys ?? []).filter { $0.hasSuffix(".yaml") }
  #expect(files == known.sorted() && files.count > 25)
}

@Test(arguments: (reference["tasks"]?.object?.keys.elements ?? []).filter { $0.hasSuffix(".yaml") })
func requestsAreThoseOfTheHarness(_ file: String) throws {
  let tasks = try TaskCatalog.load(["\(Fixtures.tasks)/\(file)"])
  let task = try #require(tasks.first)
  try check(task, against: file)
  #expect(TaskFile.problems("\(Fixtures.tasks)/\(file)").isEmpty)
}

@Test(arguments: [("hellaswag", "data/hellaswag.jsonl"), ("piqa", "data/piqa-hf.jsonl"), ("piqa", "data/piqa.jsonl")])
func builtInRequestsAreThoseOfTheHarness(_ name: String, _ data: String) throws {
  let tasks = try TaskCatalog.load([name], data: [name: "\(Fixtures.tasks)/\(data)"])
  let task = try #require(tasks.first)
  try check(task, against: name)
}

private func check(_ task: EvaluationTask, against name: String) throws {
  let expected = try #require(reference["tasks"]?[name]?.array, "no reference")
  #expect(task.items.count == expected.count)
  for (item, entry) in zip(task.items, expected) {
    let context = try #require(entry["context"]?.string)
    let continuations = (entry["continuations"]?.array ?? []).map { $0.string ?? "no text" }
    switch item.question {
    case .multipleChoice(let requests, let choices, let gold):
      #expect(requests.map(\.continuation) == continuations)
      for request in requests {
        #expect(request.context.utf8.elementsEqual(context.utf8), "found \(quoted(request.context)), expected \(quoted(context))")
      }
      #expect(gold == entry["gold"]?.array?.compactMap(\.integer))
      #expect(choices.count == requests.count)
    case .likelihood(let request):
      #expect(request.context.utf8.elementsEqual(context.utf8), "found \(quoted(request.context)), expected \(quoted(context))")
      #expect([request.continuation] == continuations)
    }
  }
  #expect(task.items.map(\.index) == Array(0..<expected.count))
}

/// `random.Random(1234).sample` of CPython 3.11, for pools that are drawn from by list and by set.
@Test func samplesArePythons() throws {
  for entry in try #require(reference["random"]?.array) {
    let population = try #require(entry["population"]?.integer)
    let count = try #require(entry["count"]?.integer)
    var random = PythonRandom(seed: 1234)
    for draw in try #require(entry["draws"]?.array) {
      #expect(random.sample(count, of: population) == draw.array?.compactMap(\.integer), "\(count) of \(population)")
    }
  }
}

@Test func moreThanThereAreCannotBeDrawn() {
  var random = PythonRandom(seed: 1234)
  #expect(random.sample(3, of: 2) == nil)
}
