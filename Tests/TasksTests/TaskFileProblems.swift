// What is said about task files that can't be used: the place, what was found, what to do.

import Documents
import Testing

@testable import Tasks

struct FaultyTask: Sendable, CustomTestStringConvertible {
  var lines: String
  /// Each problem as `line:column: sentence`, or its beginning.
  var problems: [String]
  var without: Set<String> = []
  var testDescription: String { quoted(lines) }

  static let all: [FaultyTask] = [
    FaultyTask(lines: "doc_to_txt: x", problems: ["9:1: there is no key \"doc_to_txt\"; did you mean \"doc_to_text\"?"]),
    FaultyTask(
      lines: "process_docs: !function utils.process_docs",
      problems: [
        "9:15: \"process_docs\" is the Python function \"utils.process_docs\", and Python code is never run; prepare the data with it"
      ]),
    FaultyTask(
      lines: "task: hellaswag\nprocess_docs: !function utils.process_docs",
      problems: [
        "9:15: \"process_docs\" is the Python function \"utils.process_docs\", and Python code is never run; the built-in task \"hellaswag\" does the same"
      ]),
    FaultyTask(lines: "output_type: generate_until", problems: []),
    FaultyTask(
      lines: "output_type: generate_until\nmetric_list: [{metric: exact_match, ignore_caps: true}]",
      problems: ["9:24: the metric \"exact_match\" can't be used"]),
    FaultyTask(
      lines: "output_type: generate_until\ngeneration_kwargs: {untl: x, num_beams: 4, max_length: 5, top_p: 2, temperature: hot, max_gen_toks: 0}",
      problems: [
        "9:21: there is no key \"untl\" in generation_kwargs; did you mean \"until\"?",
        "9:44: \"max_length\" is not supported: it counts the prompt too; use max_gen_toks",
        "9:101: \"max_gen_toks\" is \"0\", expected a number from 1 to 1000000",
        "9:82: \"temperature\" is \"hot\", expected a number of at least 0",
        "9:66: \"top_p\" is \"2\", expected a number above 0 and at most 1",
        "9:41: \"num_beams\" is not supported: one answer is followed at a time; only 1 can be given",
      ]),
    FaultyTask(
      lines: "output_type: generate_until\ngeneration_kwargs: {do_sample: true}\nrepeats: 0",
      problems: [
        "10:10: \"repeats\" is \"0\", expected a number from 1 to 1000", "9:32: \"do_sample\" is not supported: without a temperature above 0",
      ]),
    FaultyTask(
      lines:
        "output_type: generate_until\nfilter_list: [{name: x, filter: [{function: regexp}]}, {name: y, filter: [{function: regex, regex_patern: a}]}]",
      problems: ["9:15: the filter pipeline \"x\" can't be used", "9:56: the filter pipeline \"y\" can't be used"]),
    FaultyTask(
      lines: "output_type: generate_until\nfilter_list: [{name: x, filter: [{function: !function utils.F}, {function: take_first}]}]",
      problems: ["9:45: \"function\" is the Python function \"utils.F\""]),
    FaultyTask(
      lines: "output_type: multiple_choise",
      problems: [
        "8:14: \"output_type\" is \"multiple_choise\", expected \"multiple_choice\" or \"loglikelihood\" or \"loglikelihood_rolling\" or "
          + "\"generate_until\"; did you mean \"multiple_choice\"?"
      ]),
    FaultyTask(lines: "num_fewshot: many", problems: ["9:14: \"num_fewshot\" is \"many\", expected a number from 0 to 1000"]),
    FaultyTask(
      lines: "fewshot_config: {sampler: balanced}",
      problems: ["9:27: \"sampler\" is \"balanced\", expected \"default\" or \"first_n\""]),
    FaultyTask(
      lines: "fewshot_config: {samplr: first_n}",
      problems: ["9:18: there is no key \"samplr\" in fewshot_config; did you mean \"sampler\"?"]),
    FaultyTask(
      lines:
        "metric_list: [{metric: acc_nrom}, {metric: perplexity}, {metric: acc, aggregation: median}, {metric: acc_norm, higher_is_better: false}]",
      problems: [
        "9:24: the metric \"acc_nrom\" can't be used",
        "9:44: \"metric\" is \"perplexity\", expected \"acc\" or \"acc_bytes\" or \"acc_norm\"",
        "9:84: \"aggregation\" is \"median\", expected \"mean\"; did you mean \"mean\"?",
        "9:130: \"higher_is_better\" is \"false\", expected \"true\"",
      ]),
    FaultyTask(lines: "doc_to_text: \"{{ q \"", problems: ["8:14: the template of \"doc_to_text\" can't be compiled"]),
    FaultyTask(lines: "doc_to_text: 1", problems: []),
    FaultyTask(
      lines: "doc_to_choice: [yes, no]",
      problems: ["8:17: \"doc_to_choice\" is a list with a boolean in it, expected a list of strings; put it in quotes"]),
    FaultyTask(
      lines: "use_prompt: promptsource:x", problems: ["9:1: \"use_prompt\" is not supported: it takes the prompt from another package"]),
    FaultyTask(
      lines: "filter_list: [{name: x, filter: [{function: regex}]}]", problems: ["9:34: \"filter_list\" is not supported: likelihoods"]),
    FaultyTask(
      lines: "metadata: {flipgate: {slice: x}}",
      problems: ["9:23: there is no key \"slice\" in metadata.flipgate; did you mean \"slices\"?"]),
    FaultyTask(
      lines: "metadata: {flipgate: {primary_metric: acc_bytes}}",
      problems: ["9:39: \"primary_metric\" is \"acc_bytes\", expected \"acc\" or \"acc_norm\""]),
    FaultyTask(lines: "metric_list: [{metric: acc}, {metric: acc}]", problems: ["9:30: the metric \"acc\" is listed twice"]),
    FaultyTask(lines: "x-owner: me", problems: []),
    FaultyTask(lines: "task_alias: T\nrepeats: 1\nshould_decontaminate: true\nmetadata: {version: 1}", problems: []),
    FaultyTask(
      lines: "description: x", problems: ["1:1: the key \"doc_to_target\" is missing: it is the right answer"], without: ["doc_to_target"]),
    FaultyTask(lines: "description: x", problems: ["1:1: the key \"test_split\" is missing"], without: ["test_split"]),
    FaultyTask(lines: "description: x", problems: ["1:1: the file has neither a key \"task\" nor a key \"group\""], without: ["task"]),
    FaultyTask(lines: "include: nowhere.yaml", problems: ["9:10: the included file"]),
    FaultyTask(lines: "include: task.yaml", problems: ["9:10: the file"]),
    FaultyTask(lines: "test_split: tset", problems: ["1:7: the data of the task \"t\" has no split \"tset\"; it has \"test\""]),
    FaultyTask(
      lines: "dataset_kwargs: {data_files: {test: \"https://example.org/x.jsonl\"}}", problems: []),
    FaultyTask(
      lines: "doc_to_choice: cc", problems: ["8:16: \"doc_to_choice\" is \"cc\", which is no field of the documents; did you mean \"c\"?"]),
    FaultyTask(lines: "dataset_name: !function a.b", problems: ["9:15: \"dataset_name\" is the Python function \"a.b\""]),
    FaultyTask(
      lines: "doc_to_txt: x\nnum_fewshots: 1\noutput_type: generate",
      problems: ["8:1: there is no key \"doc_to_txt\"", "9:1: there is no key \"num_fewshots\"", "10:14: \"output_type\" is \"generate\""]),
  ]
}

@Test(arguments: FaultyTask.all)
func allProblemsAreFoundWithTheirPlaces(_ fault: FaultyTask) throws {
  let folder = try TemporaryFolder(["task.yaml": taskText(fault.lines, without: fault.without), "data.jsonl": twoDocuments])
  let problems = TaskFile.problems(folder["task.yaml"]).map(\.description)
  #expect(problems.count == fault.problems.count, "found \(problems)")
  for (problem, expected) in zip(problems, fault.problems) {
    #expect(problem.hasPrefix(folder["task.yaml"] + ":" + expected), "found \(problem)")
  }
}

struct FaultyData: Sendable, CustomTestStringConvertible {
  var lines = ""
  var data: String
  var problem: String
  var testDescription: String { quoted(lines + data) }

  static let all: [FaultyData] = [
    FaultyData(
      data: #"{"q": "x", "c": ["only"], "gold": 0}"#,
      problem: "1:1: this document has one choice; a multiple-choice question needs at least two"),
    FaultyData(data: "\n\n" + #"{"q": "x", "c": ["a", ""], "gold": 0}"#, problem: "3:1: choice 2 of this document is empty"),
    FaultyData(
      data: #"{"q": "x", "c": ["a", "b"], "gold": 2}"#, problem: "1:1: the right choice is 2, but the document has 2 choices, 0 to 1"),
    FaultyData(data: #"{"q": "x", "c": ["a", "b"], "gold": -1}"#, problem: "1:1: the right choice is -1, but"),
    FaultyData(
      data: #"{"q": "x", "c": ["a", "b"], "gold": "z"}"#, problem: "1:1: the right answer \"z\" is none of the document's choices"),
    FaultyData(data: #"{"q": "x", "c": ["a", "b"], "gold": null}"#, problem: "1:1: \"doc_to_target\" names \"gold\", which is null here"),
    FaultyData(data: #"{"q": "x", "c": ["a", "b"], "gold": []}"#, problem: "1:1: this document has no right choice"),
    FaultyData(
      data: #"{"q": "x", "c": ["a", 1], "gold": 0}"#, problem: "1:1: \"doc_to_choice\" names \"c\", which is a list with a number in it"),
    FaultyData(
      data: #"{"q": "x", "c": "ab", "gold": 0}"#,
      problem: "1:1: \"doc_to_choice\" names \"c\", which is a string here; expected a list of strings"),
    FaultyData(
      data: #"{"q": "x", "c": ["a", "b"], "gold": 0}"# + "\n" + #"{"q": "7", "c": ["a", "b"], "gold": 0}"#,
      problem: "2:1: \"doc_to_text\" gives the index 7 here, and a text for the first document"),
    FaultyData(
      data: #"{"q": "7", "c": ["a", "b"], "gold": 0}"#, problem: "1:1: the right choice is 7, but the document has 2 choices, 0 to 1"),
    FaultyData(
      lines: "doc_to_text: \"{{ r }}\"", data: #"{"q": "x", "c": ["a", "b"], "gold": 0}"#,
      problem: "1:1: the template of \"doc_to_text\" fails on this document"),
    FaultyData(
      lines: "doc_to_choice: \"{{ q }}\"", data: #"{"q": "x", "c": ["a", "b"], "gold": 0}"#,
      problem: "1:1: \"doc_to_choice\" gives \"x\", which is no list of choices such as ['yes', 'no']"),
    FaultyData(data: "{\"q\": \"x\"\n", problem: "1:"),
    FaultyData(data: "[1]", problem: "1:1: found a number, expected an object with the fields of a document"),
    FaultyData(
      lines: "num_fewshot: 2\nfewshot_split: test", data: twoDocuments,
      problem: "1:1: 2 few-shot examples are wanted, 1 documents are there to draw from"),
    FaultyData(
      lines: "metadata: {flipgate: {item_id: q}}", data: twoDocuments.replacing("second", with: "first"),
      problem: "2:1: the identity \"first\" is also that of"),
  ]
}

@Test(arguments: FaultyData.all)
func documentsThatCannotBeAskedAreNamed(_ fault: FaultyData) throws {
  let folder = try TemporaryFolder(["task.yaml": taskText(fault.lines), "data.jsonl": fault.data])
  let problems = TaskFile.problems(folder["task.yaml"]).map(\.description)
  #expect(problems.count == 1)
  #expect(problems.first?.hasPrefix(folder["data.jsonl"] + ":" + fault.problem) == true, "found \(problems)")
}

@Test func theSentenceOfATemplateNamesItsPlace() throws {
  let folder = try TemporaryFolder(["task.yaml": taskText("doc_to_text: \"a\\n{{ r.x }}\""), "data.jsonl": twoDocuments])
  let error = #expect(throws: DocumentError.self) { try TaskCatalog.load([folder["task.yaml"]]) }
  let text = try explanation(of: #require(error))
  #expect(text.hasSuffix("because \(folder["task.yaml"]):8:14 (doc_to_text), line 2, column 5: 'r' is undefined"), "found \(text)")
}
