// A run record as the harness's two kinds of files, so that its viewers read our runs.

internal import Digests
internal import Documents

/// Writes what lm-evaluation-harness 0.4 writes with `--log_samples`: `results_<date>.json` and a `samples_<task>_<date>.jsonl` a task.
///
/// What a record does not hold is null, or follows from what it holds: `doc` is prompt, choices and target; `doc_hash` is the item's digest; `versions` are
/// the first digits of the tasks' digests. A metric whose value over a task is not the mean over its items stands in the samples only.
public enum LMEvalWriter {
  /// What one item asked: each request's context and continuation; a generation has no continuation.
  public typealias Requests = [(context: String, continuation: String?)]

  /// A file's name and contents.
  public struct File: Sendable {
    public var name: String
    public var bytes: [UInt8]
  }

  /// The files of a record.
  ///
  /// - Parameter requests: what an item asked, where the caller knows; without it the arguments are the choices alone.
  public static func files(_ record: RunRecord, requests: (ItemOutcome) -> Requests? = { _ in nil }) -> [File] {
    let date = date(of: record.header)
    var samples: [String: [UInt8]] = [:]
    var hashes: [String: SHA256Digest] = [:]
    for outcome in record.inOrder().outcomes {
      let sample = Sample(outcome, requests(outcome) ?? [])
      sample.json.append(to: &samples[outcome.task, default: []])
      samples[outcome.task]?.append(UInt8(ascii: "\n"))
      hashes[outcome.task, default: SHA256Digest()].update(sample.hashes)
    }
    var files: [File] = []
    for task in record.header.tasks {
      files.append(File(name: "samples_\(fileName(task.name))_\(date).jsonl", bytes: samples[task.name] ?? []))
    }
    let results = results(of: record, hashes: hashes.mapValues { hexadecimal($0.finalize()) })
    files.append(File(name: "results_\(date).json", bytes: Array((results.serialized(.indented) + "\n").utf8)))
    return files
  }

  /// The 64 digits of a digest; of an identity that a task's author gave, those of its text's digest.
  static func hexadecimal(_ identity: String) -> String {
    let digest = identity.hasPrefix("sha256:") && identity.utf8.count >= 71 ? identity : SHA256Digest.of(identity)
    return String(digest.dropFirst(7).prefix(64))
  }

  /// `2026-11-23T04-05-06.000000`, the harness's way to write a time in a file's name.
  private static func date(of header: RecordHeader) -> String {
    let time = header.created.hasSuffix("Z") ? String(header.created.dropLast()) : header.created
    let plain = String(time.map { $0 == ":" || $0 == "/" ? "-" : $0 })
    return plain.contains(".") ? plain : plain + ".000000"
  }

  /// A task's name must not lead out of the folder.
  private static func fileName(_ task: String) -> String { String(task.map { $0 == "/" || $0 == "\0" ? "_" : $0 }) }

  private static func results(of record: RunRecord, hashes: [String: String]) -> JSONValue {
    let header = record.header
    let tasks = header.tasks
    var outcomes: [String: [ItemOutcome]] = [:]
    for outcome in record.outcomes { outcomes[outcome.task, default: []].append(outcome) }
    func byTask(_ value: (RecordHeader.Task) -> JSONValue) -> JSONValue { .object(of: tasks.map { ($0.name, value($0)) }) }
    return [
      "results": byTask { result(of: $0, outcomes[$0.name] ?? []) }, "group_subtasks": .object(of: []),
      "configs": byTask { configuration(of: $0, outcomes[$0.name] ?? []) },
      "versions": byTask { .string(String(hexadecimal($0.taskDigest).prefix(12))) },
      "n-shot": byTask { .integer($0.fewshotCount) },
      "higher_is_better": byTask { task in .object(of: task.metrics.map { ($0.name, .bool($0.higherIsBetter)) }) },
      "n-samples": byTask { ["original": .integer($0.items), "effective": .integer($0.items)] },
      "config": [
        "model": "flipgate", "model_args": ["pretrained": .string(header.model.name)],
        "model_num_parameters": .integer(header.model.parameters), "model_dtype": .string(header.engine.precision), "model_revision": .null,
        "model_sha": .string(header.model.weightsDigest), "batch_size": .null, "batch_sizes": .array([]), "device": "cpu", "use_cache": .null,
        "limit": .null, "bootstrap_iters": 0, "gen_kwargs": .object(of: []), "random_seed": .null, "numpy_seed": .null, "torch_seed": .null,
        "fewshot_seed": .null,
      ],
      "git_hash": .null, "date": .null, "pretty_env_info": .null, "transformers_version": .null, "lm_eval_version": .null,
      "upper_git_hash": .null, "task_hashes": byTask { .string(hashes[$0.name] ?? "") }, "model_source": "flipgate",
      "model_name": .string(header.model.name),
      "model_name_sanitized": .string(String(header.model.name.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "_" })),
      "system_instruction": .null, "system_instruction_sha": .null, "fewshot_as_multiturn": .null, "chat_template": .null,
      "chat_template_sha": header.chatTemplateDigest.map { .string(hexadecimal($0)) } ?? .null,
      "total_evaluation_time_seconds": record.usage.map { .string("\($0.seconds)") } ?? .null,
      "flipgate": ["engine": .string("\(header.engine.name) \(header.engine.version)"), "created": .string(header.created)],
    ]
  }

  /// Means and their standard errors, by metric and filter.
  private static func result(of task: RecordHeader.Task, _ outcomes: [ItemOutcome]) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("name", .string(task.name)), ("alias", .string(task.name)), ("sample_len", .integer(task.items)),
    ]
    var filters: [String] = []
    for outcome in outcomes where !filters.contains(outcome.filter) { filters.append(outcome.filter) }
    for filter in filters {
      for metric in task.metrics where MetricKnowledge.isMeanOfItems(metric.name) {
        let values = outcomes.filter { $0.filter == filter }.compactMap { $0.score(metric.name) }
        guard !values.isEmpty else { continue }
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let error: JSONValue =
          values.count > 1 ? .number((squares / Double(values.count - 1)).squareRoot() / Double(values.count).squareRoot()) : "N/A"
        members.append(("\(metric.name),\(filter)", .number(mean)))
        members.append(("\(metric.name)_stderr,\(filter)", error))
      }
    }
    return .object(of: members)
  }

  private static func configuration(of task: RecordHeader.Task, _ outcomes: [ItemOutcome]) -> JSONValue {
    let isChoice = outcomes.contains { $0.choices != nil }
    return [
      "task": .string(task.name), "output_type": isChoice ? "multiple_choice" : "generate_until", "num_fewshot": .integer(task.fewshotCount),
      "target_delimiter": " ",
      "metric_list": .array(
        task.metrics.map { ["metric": .string($0.name), "aggregation": "mean", "higher_is_better": .bool($0.higherIsBetter)] }),
      "metadata": ["flipgate_task": .string(task.taskDigest), "flipgate_data": .string(task.dataDigest)],
    ]
  }
}

/// One line of a samples file.
private struct Sample {
  let json: JSONValue
  /// What the harness digests of a sample.
  let hashes: String

  init(_ outcome: ItemOutcome, _ requests: LMEvalWriter.Requests) {
    let asked = requests.isEmpty ? (outcome.choices ?? []).map { (context: "", continuation: " " + $0.text) } : requests
    let context = requests.first?.context ?? ""
    // The harness writes the place of the right choice.
    let place = outcome.choices?.firstIndex { $0.text.hasSameBytes(as: outcome.target) }
    let target = place.map { "\($0)" } ?? outcome.target
    let documentHash = LMEvalWriter.hexadecimal(outcome.item)
    let promptHash = LMEvalWriter.hexadecimal(SHA256Digest.of(context))
    let targetHash = LMEvalWriter.hexadecimal(SHA256Digest.of(target))
    hashes = documentHash + promptHash + targetHash
    let likelihoods = outcome.choices?.map { choice -> JSONValue in
      [.string("\(choice.logprob)"), .string(choice.isGreedy ? "True" : "False")]
    }
    let text = JSONValue.string(outcome.output ?? outcome.prediction)
    var members: [(String, JSONValue)] = [
      ("doc_id", .integer(outcome.index)),
      (
        "doc",
        [
          "query": .string(context), "choices": .array((outcome.choices ?? []).map { .string($0.text) }), "target": .string(outcome.target),
          "flipgate_item": .string(outcome.item),
        ]
      ),
      ("target", .string(target)),
      (
        "arguments",
        .object(
          of: asked.enumerated().map { place, request in
            ("gen_args_\(place)", ["arg_0": .string(request.context), "arg_1": request.continuation.map(JSONValue.string) ?? .object(of: [])])
          })
      ),
      ("resps", likelihoods.map { .array($0.map { [$0] }) } ?? [[text]]),
      ("filtered_resps", likelihoods.map(JSONValue.array) ?? [.string(outcome.prediction)]), ("filter", .string(outcome.filter)),
      ("metrics", .array(outcome.scores.map { .string($0.metric) })), ("doc_hash", .string(documentHash)),
      ("prompt_hash", .string(promptHash)), ("target_hash", .string(targetHash)),
    ]
    for score in outcome.scores where !members.contains(where: { $0.0 == score.metric }) {
      members.append((score.metric, score.value.map(JSONValue.number) ?? .null))
    }
    json = .object(of: members)
  }
}
