// An in-toto test-result statement about the candidate, for the platform to sign.

internal import Digests
internal import Documents
public import Policies
internal import Records

/// An unsigned in-toto statement v1 with the predicate test-result v0.1: which weights, judged by which policy on which tasks, and how.
///
/// The predicate knows passed, warned and failed: what could not be judged is failed, and the verdict stands beside it. Where the candidate
/// has no digest (a log of another tool), the statement is about the evidence, `result.json`.
///
/// Source: in-toto attestation framework, `spec/v1/statement.md` and `spec/predicates/test-result.md`.
public struct InTotoReport: Report {
  public let name = "in-toto"
  public let fileName = "test-result.intoto.json"
  public let mediaType = "application/vnd.in-toto+json"

  public init() {}

  public func render(_ result: GateResult) -> [UInt8] {
    let statement: JSONValue = [
      "_type": "https://in-toto.io/Statement/v1", "subject": .array(Self.subjects(of: result)),
      "predicateType": "https://in-toto.io/attestation/test-result/v0.1", "predicate": Self.predicate(of: result),
    ]
    return SafeJSON.bytes(of: statement)
  }

  private static func subjects(of result: GateResult) -> [JSONValue] {
    let model = result.candidate.model
    var subjects = [resource(name(model.name), digest: model.weightsDigest)].compactMap(\.self)
    if let adapter = model.adapterDigest.flatMap({ resource(name("\(model.name) adapter"), digest: $0) }) { subjects.append(adapter) }
    if !subjects.isEmpty { return subjects }
    let report = JSONReport()
    var digest = SHA256Digest()
    digest.update(report.render(result))
    return [resource(.string(report.fileName), digest: digest.finalize())].compactMap(\.self)
  }

  private static func predicate(of result: GateResult) -> JSONValue {
    let word =
      switch result.verdict {
      case .passed: "PASSED"
      case .warned: "WARNED"
      case .failed, .undecided: "FAILED"
      }
    var configuration = [
      resource(name("policy \(result.policy.name)"), digest: result.policy.digest),
      resource(name("baseline \(result.baseline.model.name)"), digest: result.baseline.model.weightsDigest),
    ].compactMap(\.self)
    for task in result.candidate.tasks {
      configuration += [
        resource(name("task \(task.name)"), digest: task.taskDigest), resource(name("data of \(task.name)"), digest: task.dataDigest),
      ].compactMap(\.self)
    }
    var tests: [String: [JSONValue]] = [:]
    func add(_ list: String, _ label: String, _ task: String) { tests[list, default: []].append(name("\(task)/\(label)")) }
    for finding in result.findings where finding.level == .failed || finding.level == .undecided {
      add("failedTests", "evidence", finding.task ?? "comparison")
    }
    for outcome in result.budgets {
      switch outcome.status {
      case .passed: add("passedTests", outcome.label, outcome.task)
      case .warned: add(outcome.action == .info ? "passedTests" : "warnedTests", outcome.label, outcome.task)
      case .waived: add("warnedTests", outcome.label, outcome.task)
      case .undecided: add(outcome.action == .fail ? "failedTests" : "warnedTests", outcome.label, outcome.task)
      case .failed: add("failedTests", outcome.label, outcome.task)
      }
    }
    return [
      "result": .string(word), "configuration": .array(configuration), "passedTests": .array(tests["passedTests"] ?? []),
      "warnedTests": .array(tests["warnedTests"] ?? []), "failedTests": .array(tests["failedTests"] ?? []),
      // Fields of our own are allowed, and ignored by those who do not know them.
      "flipgate_verdict": .string(result.verdict.rawValue),
    ]
  }

  /// A resource descriptor; nil without a digest, which would say nothing that can be verified.
  private static func resource(_ name: JSONValue, digest: String) -> JSONValue? {
    Digest.hexadecimal(digest).map { ["name": name, "digest": ["sha256": .string($0)]] }
  }

  private static func name(_ text: String) -> JSONValue { .string(withoutCommands(VisibleText.of(text, limit: 200))) }
}
