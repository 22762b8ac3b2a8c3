// Every request of the small tasks, against those that lm-evaluation-harness makes (fixtures/generate/task_requests.py).

import Documents
import OrderedCollections
import Templates
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

@Test(arguments: [
  ("hellaswag", "hellaswag.jsonl"), ("piqa", "piqa-hf.jsonl"), ("piqa", "piqa.jsonl"), ("arc_easy", "arc.jsonl"), ("arc_easy", "arc-original.jsonl"),
  ("arc_challenge", "arc.jsonl"), ("openbookqa", "obqa.jsonl"), ("boolq", "boolq.jsonl"), ("boolq", "boolq-original.jsonl"),
  ("winogrande", "winogrande.jsonl"), ("truthfulqa_mc1", "truthfulqa.jsonl"), ("truthfulqa_mc1", "truthfulqa-original.json"),
  ("lambada", "lambada.jsonl"),
])
func builtInRequestsAreThoseOfTheHarness(_ name: String, _ data: String) throws {
  let tasks = try TaskCatalog.load([name], data: [name: "\(Fixtures.tasks)/data/\(data)"])
  let task = try #require(tasks.first)
  try check(task, against: name)
}

@Test func gsm8kTakesItsExamplesFromTheTrainingSplit() throws {
  let data = ["gsm8k": "\(Fixtures.tasks)/data/gsm8k.jsonl", "gsm8k/train": "\(Fixtures.tasks)/data/gsm8k-train.jsonl"]
  let task = try #require(try TaskCatalog.load(["gsm8k"], data: data).first)
  #expect(task.fewshotCount == 5 && task.filters.map(\.name) == ["strict-match", "flexible-extract"])
  try check(task, against: "gsm8k")
}

@Test func oneFileHoldsAllSubjectsOfMMLU() throws {
  let data = ["mmlu": "\(Fixtures.tasks)/data/mmlu.jsonl", "mmlu/dev": "\(Fixtures.tasks)/data/mmlu-dev.jsonl"]
  let task = try #require(try TaskCatalog.load(["\(Fixtures.tasks)/_mmlu_five.yaml"], data: data).first)
  try check(task, against: "mmlu_anatomy")
  let own = ["mmlu_anatomy": "\(Fixtures.tasks)/data/mmlu.jsonl", "mmlu_anatomy/dev": "\(Fixtures.tasks)/data/mmlu-dev.jsonl"]
  #expect(try TaskCatalog.load(["\(Fixtures.tasks)/_mmlu_five.yaml"], data: own).first?.items.map(\.identity) == task.items.map(\.identity))
}

private func texts(_ value: JSONValue?) -> [String] { (value?.array ?? []).map { $0.string ?? "no text" } }

/// Contexts, one for each of `count` requests.
private func contexts(_ value: JSONValue?, count: Int) -> [String] {
  let found = texts(value)
  return found.count == 1 ? Array(repeating: found[0], count: count) : found
}

func check(_ task: EvaluationTask, against name: String) throws {
  try check(task, against: try #require(reference["tasks"]?[name]?.array, "no reference"))
}

/// Holds a task's questions against those of the harness.
func check(_ task: EvaluationTask, against expected: [JSONValue]) throws {
  #expect(task.items.count == expected.count)
  for (item, entry) in zip(task.items, expected) {
    switch item.question {
    case .multipleChoice(let requests, let choices, let gold, let unconditional):
      let all = requests + unconditional
      #expect(all.map(\.continuation) == texts(entry["continuations"]))
      let expected = contexts(entry["contexts"], count: all.count)
      #expect(all.count == expected.count)
      for (request, context) in zip(all, expected) { expectSame(request.context, context, "\(task.name) \(item.index)") }
      #expect(gold == entry["gold"]?.array?.compactMap(\.integer))
      #expect(choices.count == requests.count)
    case .likelihood(let request):
      expectSame(request.context, texts(entry["contexts"]).first ?? "", "\(task.name) \(item.index)")
      #expect([request.continuation] == texts(entry["continuations"]))
    case .unaskable(let reason, _): Issue.record("\(task.name) \(item.index): \(reason)")
    case .rolling(let text): expectSame(text, entry["text"]?.string ?? "", "\(task.name) \(item.index)")
    case .generation(let request, let references):
      expectSame(request.context, texts(entry["contexts"]).first ?? "", "\(task.name) \(item.index)")
      #expect(references == texts(entry["references"]))
      check(request.settings, against: entry["generation"] ?? .null)
    }
    try checkChat(item, of: task, against: entry)
  }
  #expect(task.items.map(\.index) == Array(0..<expected.count))
}

private func check(_ settings: GenerationSettings, against entry: JSONValue) {
  #expect(settings.until == texts(entry["until"]))
  #expect(settings.maxTokens == entry["max_gen_toks"]?.integer)
  #expect(settings.repeats == entry["repeats"]?.integer ?? 1)
  #expect((settings.sampling != nil) == entry["do_sample"]?.bool)
  if let sampling = settings.sampling {
    #expect(sampling.temperature == entry["temperature"]?.double && sampling.topP == entry["top_p"]?.double)
  }
}

func expectSame(_ found: String, _ expected: String, _ place: String) {
  #expect(found.utf8.elementsEqual(expected.utf8), "\(place): found \(quoted(found)), expected \(quoted(expected))")
}

/// The messages of the same prompt, and what follows them.
private func checkChat(_ item: TaskItem, of task: EvaluationTask, against entry: JSONValue) throws {
  guard let chat = entry["chat"] else { return }
  let system = reference["system"]?.string
  for (name, asTurns) in [("single", false), ("turns", true)] {
    let expected = chat[name]?["contexts"]?.array ?? []
    #expect(!expected.isEmpty && item.prompts.count == expected.count)
    for (prompt, form) in zip(item.prompts, expected) {
      let messages = prompt.messages(systemInstruction: system, examplesAsTurns: asTurns)
      #expect(JSONValue.array(messages.map(\.json)) == form["messages"])
      #expect(prompt.beginsAnswer == (form["prompt"] == false))
    }
    let template = try ChatTemplate("{{ messages|tojson }}")
    let style = PromptStyle(
      systemInstruction: system, chat: PromptStyle.Chat(template: template, specialTokens: [:], examplesAsTurns: asTurns))
    let plain = PromptStyle(systemInstruction: system)
    switch try item.prompts[0].beginsAnswer ? task.question(of: item, in: plain) : task.question(of: item, in: style) {
    case .multipleChoice(let requests, _, _, _) where !item.prompts[0].beginsAnswer:
      #expect(requests.map(\.continuation) == texts(chat[name]?["continuations"]))
    case .multipleChoice(let requests, let choices, _, _):
      #expect(requests.first?.context == entry["with_system"]?.string)
      #expect(choices.map { task.joint.chat + $0 } == texts(chat[name]?["continuations"]))
    case .generation(let request, _) where item.prompts[0].beginsAnswer: #expect(request.context == entry["with_system"]?.string)
    default: break
    }
  }
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
