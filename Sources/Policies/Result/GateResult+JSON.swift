// `result.json`: the canonical form of a result. Every other report is a projection of it.

internal import Comparison
public import Documents
internal import Records

extension GateResult {
  public static let format = "flipgate.result"
  public static let version = 1

  /// The document, keys in the order of the format's description.
  public var json: JSONValue {
    [
      "format": .string(Self.format), "version": .integer(Self.version), "verdict": .string(verdict.rawValue),
      "exit_status": .integer(Int(exitStatus.rawValue)),
      "policy": ["name": .string(policy.name), "sha256": .string(policy.digest), "path": .string(policy.path)],
      "baseline": Comparison.headerJSON(baseline), "candidate": Comparison.headerJSON(candidate),
      "differences": .array(differences.map(Comparison.differenceJSON)), "noise": noise?.json ?? .null, "tasks": .array(tasks.map(\.document)),
      "budgets": .array(budgets.map(\.json)), "findings": .array(findings.map(\.json)),
      "waivers": .array(waivers.map { ["id": .string($0.id), "state": .string($0.state.rawValue)] }), "remedy": remedy?.json ?? .null,
      "items": .array(items.map(\.document)),
    ]
  }

  /// Reads a `result.json`.
  ///
  /// - Throws: ``ResultError``, `JSONError` or `FileError`; a newer version is an error, unknown keys are ignored.
  public static func read(_ path: String) throws -> GateResult {
    try GateResult(json: try JSONValue.parse(try Files.read(path), file: path), file: path)
  }

  /// Reads the document of a result; `file` is the name that errors carry.
  public init(json: JSONValue, file: String) throws {
    let fields = ResultFields(json, file: file)
    guard json["format"]?.string == Self.format else {
      let found =
        json.object == nil ? json.kindName : json["format"]?.string.map { "the format \(quoted($0))" } ?? "an object without \"format\""
      throw ResultError(file: file, field: "format", problem: .notAResult(found: found))
    }
    let version = try fields.integer("version")
    if version > Self.version {
      throw ResultError(file: file, field: "version", problem: .newerVersion(found: version, supported: Self.version))
    }
    verdict = try fields.word("verdict")
    let reference = try fields.object("policy")
    policy = PolicyReference(
      name: try reference.string("name"), digest: try reference.string("sha256"), path: try reference.string("path"))
    baseline = try RecordHeader(json: fields.object("baseline").value, file: file)
    candidate = try RecordHeader(json: fields.object("candidate").value, file: file)
    differences = try fields.objects("differences").map { try ComparabilityDifference($0) }
    noise = try fields.optionalObject("noise").map { try NoiseFloor(json: $0.value, file: file) }
    tasks = try fields.objects("tasks").map { try TaskSummary($0) }
    budgets = try fields.objects("budgets").map { try BudgetOutcome($0) }
    findings = try fields.objects("findings").map { try Finding($0) }
    waivers = try fields.objects("waivers").map { WaiverOutcome(id: try $0.string("id"), state: try $0.word("state")) }
    items = try fields.objects("items").map { try ReportedItem($0) }
    remedy = try fields.optionalObject("remedy").map { try Remedy($0) }
  }

  /// A fresh result; reading back what it writes gives the same value.
  init(
    _ verdict: Verdict, of comparison: Comparison, by policy: PolicyReference, budgets: [BudgetOutcome], findings: [Finding],
    waivers: [WaiverOutcome], items: [(pair: ItemPair, task: TaskComparison)]
  ) {
    self.verdict = verdict
    self.policy = policy
    baseline = comparison.baseline
    candidate = comparison.candidate
    differences = comparison.differences
    noise = comparison.noise
    tasks = comparison.tasks.map { TaskSummary($0) }
    self.budgets = budgets
    self.findings = findings
    self.waivers = waivers
    self.items = items.map { ReportedItem($0.pair, of: $0.task) }
  }
}

extension BudgetOutcome {
  var json: JSONValue {
    func number(_ value: Double?) -> JSONValue {
      guard let value, value.isFinite else { return .null }
      return unit == .count ? Int(exactly: value).map(JSONValue.integer) ?? .number(value) : .number(value)
    }
    return [
      "id": .string(id), "task": .string(task), "slice": slice.map(JSONValue.string) ?? .null, "metric": .string(metric),
      "limit": .string(limit.rawValue), "observed": number(observed), "allowed": number(allowed), "unit": .string(unit.rawValue),
      "interval": Comparison.rangeJSON(interval), "n": .integer(n), "status": .string(status.rawValue), "action": .string(action.rawValue),
      "waiver": waiver.map(JSONValue.string) ?? .null, "reason": .string(reason),
    ]
  }

  init(_ fields: ResultFields) throws(ResultError) {
    self.init(
      id: try fields.string("id"), task: try fields.string("task"), slice: try fields.optionalString("slice"),
      metric: try fields.string("metric"), limit: try fields.word("limit"), observed: try fields.optionalNumber("observed"),
      allowed: try fields.optionalNumber("allowed"), unit: try fields.word("unit"), interval: try fields.range("interval"),
      n: try fields.integer("n"), status: try fields.word("status"), action: try fields.word("action"),
      waiver: try fields.optionalString("waiver"), reason: try fields.string("reason"))
  }
}

extension Finding {
  var json: JSONValue {
    [
      "kind": .string(kind.rawValue), "level": .string(level.rawValue), "task": task.map(JSONValue.string) ?? .null,
      "message": .string(message),
    ]
  }

  init(_ fields: ResultFields) throws(ResultError) {
    self.init(
      kind: try fields.word("kind"), level: try fields.word("level"), task: try fields.optionalString("task"),
      message: try fields.string("message"))
  }
}

extension ComparabilityDifference {
  init(_ fields: ResultFields) throws(ResultError) {
    self.init(
      aspect: try fields.string("aspect"), task: try fields.optionalString("task"), baseline: try fields.string("baseline"),
      candidate: try fields.string("candidate"), isInvalidating: try fields.bool("invalidating"))
  }
}
