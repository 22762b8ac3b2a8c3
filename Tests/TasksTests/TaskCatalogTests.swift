// Names to tasks: files, folders, groups, built-in tasks, and data given from outside.

import Documents
import Metrics
import Testing

@testable import Tasks

private func load(_ names: [String], data: [String: String] = [:]) throws -> [EvaluationTask] { try TaskCatalog.load(names, data: data) }

private func sentence(_ names: [String], data: [String: String] = [:]) -> String {
  do {
    _ = try load(names, data: data)
    return "no error"
  } catch {
    return explanation(of: error)
  }
}

@Test func identitiesAreThoseOfTheContent() throws {
  let folder = try TemporaryFolder(["task.yaml": taskText(""), "data.jsonl": twoDocuments + twoDocuments])
  let items = try #require(try load([folder["task.yaml"]]).first).items
  // Another order, other keys' order, one document less: the same identities.
  try Files.write(#"{"c": ["a", "b"], "gold": 1, "q": "second", "id": 8, "lang": null}"# + "\n", to: folder["data.jsonl"])
  let fewer = try #require(try load([folder["task.yaml"]]).first).items
  #expect(items.count == 4)
  #expect(items[2].identity == items[0].identity + "#2" && items[3].identity == items[1].identity + "#2")
  #expect(fewer[0].identity == items[1].identity)
  #expect(items.allSatisfy { $0.identity.hasPrefix("sha256:") })
  #expect(items[0].target == "a" && items[1].target == "b")
}

@Test func identitiesChangeWithThePrompt() throws {
  let folder = try TemporaryFolder(["a.yaml": taskText(""), "b.yaml": taskText("description: New."), "data.jsonl": twoDocuments])
  let a = try #require(try load([folder["a.yaml"]]).first)
  let b = try #require(try load([folder["b.yaml"]]).first)
  #expect(a.items[0].identity != b.items[0].identity)
  #expect(a.taskDigest != b.taskDigest)
  #expect(a.dataDigest == b.dataDigest)
}

@Test func layoutAndNamesDoNotChangeTheTaskDigest() throws {
  let folder = try TemporaryFolder([
    "a.yaml": taskText("metadata: {flipgate: {slices: [lang]}}"), "b.yaml": taskText("task: other\ndoc_to_choice:   \"c\"\n# a comment"),
    "data.jsonl": twoDocuments,
  ])
  #expect(try load([folder["a.yaml"]]).first?.taskDigest == (try load([folder["b.yaml"]]).first?.taskDigest))
}

@Test func ownKeysOfFlipgateAreRead() throws {
  let options =
    "metadata: {flipgate: {item_id: id, slices: {language: lang, size: \"{{ 'long' if q|length > 5 else 'short' }}\"}, cluster: lang, primary_metric: acc_norm}}"
  let folder = try TemporaryFolder(["task.yaml": taskText(options), "data.jsonl": twoDocuments.replacing("null", with: "\"de\"")])
  let task = try #require(try load([folder["task.yaml"]]).first)
  #expect(task.items.map(\.identity) == ["7", "8"])
  #expect(task.items[1].slices.map(\.name) == ["language", "size"] && task.items[1].slices.map(\.value) == ["de", "long"])
  #expect(task.items[0].slices.map(\.value) == ["en", "short"])
  #expect(task.items[0].cluster == "en")
  #expect(task.primaryMetric == "acc_norm" && task.metrics.map(\.name) == ["acc", "acc_norm"])
}

@Test func aDocumentWithoutASlicesFieldHasNoSuchSlice() throws {
  let folder = try TemporaryFolder(["task.yaml": taskText("metadata: {flipgate: {slices: [lang]}}"), "data.jsonl": twoDocuments])
  let items = try #require(try load([folder["task.yaml"]]).first).items
  #expect(items[0].slices.count == 1 && items[1].slices.isEmpty)
}

@Test func foldersGroupsAndTagsFindTheirTasks() throws {
  let folder = try TemporaryFolder([
    "a.yaml": taskText("task: a\ntag: letters"), "b.yml": taskText("task: b\ntag: [letters]"), "c.yaml": taskText("task: c"),
    "_shared.yaml": "description: unused\n", "data.jsonl": twoDocuments,
    "sub/d.yaml": taskText("task: d\ndataset_kwargs: {data_files: {test: ../data.jsonl}}"),
  ])
  #expect(try load([folder.path]).map(\.name) == ["a", "b", "c", "d"])
  try Files.write("group: g\ntask: [c, letters]\nnum_fewshot: 1\nmetadata: {version: 2}\n", to: folder["g.yaml"])
  let group = try load([folder["g.yaml"]])
  #expect(group.map(\.name) == ["c", "a", "b"] && group.allSatisfy { $0.fewshotCount == 1 })
  // In a folder, a group's members come through the group.
  let all = try load([folder.path])
  #expect(all.map(\.name) == ["c", "a", "b", "d"] && all.map(\.fewshotCount) == [1, 1, 1, 0])
  try Files.write("group: g\ntask: [{task: c, description: \"D: \"}, {group: inner, task: [a]}, hellaswag]\n", to: folder["g.yaml"])
  let mixed = try load([folder["g.yaml"]], data: ["hellaswag": "\(Fixtures.tasks)/data/hellaswag.jsonl"])
  #expect(mixed.map(\.name) == ["c", "a", "hellaswag"])
  guard case .multipleChoice(let requests, _, _, _) = mixed[0].items[0].question else { return }
  #expect(requests[0].context == "D: first")
  try Files.write("group: g\ntask: [cc]\n", to: folder["g.yaml"])
  #expect(sentence([folder["g.yaml"]]).hasPrefix("\(folder["g.yaml"]):2:8: there is no task, group or tag \"cc\""))
}

@Test func theSameTaskTwiceIsAnError() throws {
  let folder = try TemporaryFolder(["a.yaml": taskText(""), "b.yaml": taskText(""), "data.jsonl": twoDocuments])
  #expect(
    sentence([folder["a.yaml"], folder["b.yaml"]]).hasPrefix(
      "the task \"t\" is asked for twice, by \(folder["a.yaml"]) and by \(folder["b.yaml"])"))
  #expect(sentence([folder.path]).hasPrefix("the task \"t\" is asked for twice"))
}

@Test func whatIsNotThereIsSaid() throws {
  let folder = try TemporaryFolder([
    "task.yaml": taskText(""), "data.jsonl": "\n", "hub.yaml": taskText("task: h\ndataset_path: allenai/ai2_arc\n"),
  ])
  #expect(
    sentence(["hellaswg"])
      == "there is no task file, folder or built-in task \"hellaswg\"; built in are arc_challenge, arc_easy, boolq, gsm8k, hellaswag, lambada, mmlu, mmlu_humanities, mmlu_other, mmlu_social_sciences, mmlu_stem, openbookqa, piqa, samsum, truthfulqa_mc1, winogrande; did you mean \"hellaswag\"?"
  )
  #expect(
    sentence(["hellaswag"]).hasPrefix(
      "the task \"hellaswag\" has no data here; give it with --data hellaswag=FILE; it takes hellaswag_val.jsonl of"))
  #expect(sentence(["piqa"]).contains("--data piqa=FILE") && sentence(["piqa"]).contains("valid-labels.lst"))
  #expect(sentence([folder["task.yaml"]]) == "the task \"t\" has no documents: \(folder["data.jsonl"]) is empty; nothing can be compared")
  #expect(
    sentence([folder["hub.yaml"]])
      == "the task \"h\" has no data here; give it with --data h=FILE; the data set \"allenai/ai2_arc\" is not fetched: save its split \"test\" as JSON Lines"
  )
  #expect(TaskFile.problems(folder["hub.yaml"]).isEmpty)
  try Files.write(taskText("dataset_kwargs: {data_files: {test: \"https://example.org/x.jsonl\"}}"), to: folder["remote.yaml"])
  #expect(
    sentence([folder["remote.yaml"]])
      == "the task \"t\" has no data here; give it with --data t=FILE; the data set \"https://example.org/x.jsonl\" is not fetched: save its split \"test\" as JSON Lines"
  )
  try Files.write(twoDocuments, to: folder["data.jsonl"])
  #expect(
    sentence([folder["task.yaml"]], data: ["tt": "x"]).hasPrefix(
      "--data names \"tt\", but no such task is loaded; loaded are t; did you mean \"t\"?"))
  #expect(sentence([folder["task.yaml"]], data: ["t": folder["no.jsonl"]]) == "\(folder["no.jsonl"]): there is no such file")
  try Files.makeDirectory(folder["empty"])
  #expect(sentence([folder["empty"]]).hasPrefix("\(folder["empty"]): there is no task file"))
}

@Test func dataCanBeGivenForATaskFile() throws {
  let folder = try TemporaryFolder([
    "task.yaml": taskText("dataset_path: some/dataset\ntraining_split: train\nnum_fewshot: 1", without: ["dataset_kwargs"]),
    "data.jsonl": twoDocuments,
  ])
  #expect(sentence([folder["task.yaml"]], data: ["t": folder["data.jsonl"]]).contains("--data t/train=FILE"))
  let task = try load([folder["task.yaml"]], data: ["t": folder["data.jsonl"], "t/train": folder["data.jsonl"]])
  #expect(task.first?.items.count == 2 && task.first?.fewshotCount == 1)
}

@Test func aFolderOfDataHasSplitsByName() throws {
  let folder = try TemporaryFolder([
    "task.yaml": taskText("dataset_path: set\nvalidation_split: validation\ntest_split: null", without: ["dataset_kwargs"]),
    "set/x-train.jsonl": "{}", "set/x-dev.jsonl": twoDocuments,
  ])
  #expect(try load([folder["task.yaml"]]).first?.items.count == 2)
}

@Test func hellaSwagTakesFilesThatArePrepared() throws {
  let prepared = #"{"ind": 0, "query": "A: b", "gold": 1, "choices": ["x", "y", "z", "w"]}"#
  let original = #"{"activity_label": "A", "ctx_a": "b", "ctx_b": "", "endings": [" x", "y ", "z", "w"], "label": "1"}"#
  let folder = try TemporaryFolder(["p.jsonl": prepared, "o.jsonl": original.replacing("\"b\"", with: "\"b\"")])
  let a = try #require(try load(["hellaswag"], data: ["hellaswag": folder["p.jsonl"]]).first)
  guard case .multipleChoice(let requests, let choices, let gold, _) = a.items[0].question else { return }
  #expect(requests[1] == LikelihoodRequest(context: "A: b", continuation: " y") && choices == ["x", "y", "z", "w"] && gold == [1])
  let b = try #require(try load(["hellaswag"], data: ["hellaswag": folder["o.jsonl"]]).first)
  #expect(a.items[0].identity == b.items[0].identity, "one question in two files has one identity")
  #expect(sentence(["hellaswag"], data: ["hellaswag": folder["q.jsonl"]]).contains("there is no such file"))
  try Files.write(original.replacing("\"1\"", with: "\"\""), to: folder["o.jsonl"])
  #expect(
    sentence(["hellaswag"], data: ["hellaswag": folder["o.jsonl"]]).hasPrefix(
      "\(folder["o.jsonl"]):1:1: the field \"label\" is \"\", expected the index"))
}

@Test func piqaNeedsAsManyLabelsAsQuestions() throws {
  let folder = try TemporaryFolder(["v.jsonl": #"{"goal": "g", "sol1": "a", "sol2": "b"}"# + "\n", "v-labels.lst": "0\n1\n"])
  let data = ["piqa": folder["v.jsonl"]]
  #expect(sentence(["piqa"], data: data).contains("v-labels.lst:3:1: there are 2 labels for 1 documents"))
  try Files.write("2\n", to: folder["v-labels.lst"])
  #expect(sentence(["piqa"], data: data).contains("v-labels.lst:1:1: a label must be 0 or 1"))
  Files.remove(folder["v-labels.lst"])
  #expect(sentence(["piqa"], data: data).contains("there is no file \(folder["v-labels.lst"]) with the labels"))
}

@Test func groupsHaveTheirTasksAndNumbers() throws {
  let folder = try TemporaryFolder([
    "a.yaml": taskText("task: a\ntag: letters"), "b.yaml": taskText("task: b\ntag: letters"), "c.yaml": taskText("task: c"),
    "data.jsonl": twoDocuments,
    "_inner.yaml": "group: inner\ngroup_alias: Letters\ntask: letters\naggregate_metric_list: {metric: acc, weight_by_size: false}\n",
    "outer.yaml": """
    group: outer
    task:
      - inner
      - group: own
        task: [{task: c, description: \"C: \"}]
        num_fewshot: 1
      - task: inline
        dataset_path: json
        dataset_kwargs: {data_files: {test: data.jsonl}}
        output_type: multiple_choice
        test_split: test
        doc_to_text: q
        doc_to_choice: c
        doc_to_target: gold
    aggregate_metric_list:
      - {metric: acc, aggregation: mean, filter_list: none}
      - {metric: acc_norm}
    """,
  ])
  let suite = try TaskCatalog.suite([folder["outer.yaml"]])
  #expect(suite.tasks.map(\.name) == ["a", "b", "c", "outer::inline"])
  #expect(suite.tasks.map(\.fewshotCount) == [0, 0, 1, 0])
  #expect(
    suite.groups == [
      TaskGroup(
        name: "outer", title: "outer", tasks: ["a", "b", "c", "outer::inline"],
        aggregates: [TaskGroup.Aggregate(metric: "acc", filters: ["none"]), TaskGroup.Aggregate(metric: "acc_norm")]),
      TaskGroup(name: "inner", title: "Letters", tasks: ["a", "b"], aggregates: [TaskGroup.Aggregate(metric: "acc", isWeightedBySize: false)]),
      TaskGroup(name: "outer::own", title: "outer::own", tasks: ["c"], aggregates: []),
    ])
  // The whole folder has the same tasks, each once.
  #expect(try TaskCatalog.suite([folder.path]).tasks.map(\.name) == ["a", "b", "c", "outer::inline"])
}

@Test func aGroupsNumberIsAMeanOfItsTasks() {
  // (0.5 * 10 + 1.0 * 30) / 40 = 0.875, and (0.5 + 1.0) / 2 = 0.75 where all tasks count alike.
  let tasks = [(value: 0.5, items: 10), (value: 1.0, items: 30)]
  #expect(TaskGroup.Aggregate(metric: "acc").value(of: tasks) == 0.875)
  #expect(TaskGroup.Aggregate(metric: "acc", isWeightedBySize: false).value(of: tasks) == 0.75)
  #expect(TaskGroup.Aggregate(metric: "acc").value(of: []) == nil)
}

@Test func groupsThatCannotBeUsedSayWhy() throws {
  let folder = try TemporaryFolder(["a.yaml": taskText("task: a"), "data.jsonl": twoDocuments])
  for (text, expected) in [
    ("group: g\ntask: [g]\n", "groups nest more than 8 deep"),
    ("group: g\ntask: [a]\naggregate_metric_list: [{metric: acc, aggregation: median}]\n", "\"aggregation\" is \"median\", expected \"mean\""),
    ("group: g\ntask: [a]\naggregate_metric_list: [{aggregation: mean}]\n", "the key \"metric\" is missing"),
    ("group: g\ntask: [{task: aa, description: x}]\n", "there is no task, group or tag \"aa\""), ("group: g\n", "the key \"task\" is missing"),
  ] {
    try Files.write(text, to: folder["g.yaml"])
    #expect(sentence([folder["g.yaml"]]).contains(expected), "\(text)")
  }
}

@Test func mmluHasFourGroupsAndFiftySevenTasks() throws {
  let data = ["mmlu": "\(Fixtures.tasks)/data/mmlu.jsonl"]
  // Two of the 57 subjects are in the file: the others have no documents.
  #expect(sentence(["mmlu"], data: data).hasPrefix("the task \"mmlu_abstract_algebra\" has no documents"))
  let suite = try TaskCatalog.suite(["mmlu_anatomy", "mmlu_virology"], data: data)
  #expect(suite.tasks.map { $0.items.count } == [3, 3])
  let members = try #require(BuiltInGroup.named("mmlu")).members()
  #expect(members.definitions.count == 57 && Set(members.definitions.map(\.name)).count == 57)
  #expect(members.groups.map(\.name) == ["mmlu", "mmlu_stem", "mmlu_other", "mmlu_social_sciences", "mmlu_humanities"])
  #expect(members.groups.map(\.tasks.count) == [57, 19, 13, 12, 13] && members.groups[3].title == "social sciences")
}

@Test func samsumIsThatOfThePaper() throws {
  let folder = try TemporaryFolder(["d.jsonl": #"{"id": "1", "dialogue": "Ana: Hi\r\nBo: Hey", "summary": "Ana greets Bo."}"#])
  let task = try #require(try load(["samsum"], data: ["samsum": folder["d.jsonl"]]).first)
  guard case .generation(let request, let references) = task.items[0].question else {
    Issue.record("no generation")
    return
  }
  #expect(request.context == "Dialogue:\nAna: Hi\r\nBo: Hey\nSummary:" && references == ["Ana greets Bo."])
  #expect(request.settings.until == ["Dialogue:", "Summary:", "</s>", "\n\n"] && request.settings.noRepeatNGram == 2)
  #expect(request.settings.sampling == nil && task.metrics.map(\.name) == ["rouge1", "rouge2", "rougeL"])
  #expect(try task.filters[0].apply(["  Ana greets. \n"], document: .null) == "Ana greets.")
}
