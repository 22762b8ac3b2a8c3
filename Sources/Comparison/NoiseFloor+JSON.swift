// A noise floor as JSON, in comparisons and results alike.

public import Documents

extension NoiseFloor {
  public var json: JSONValue {
    [
      "runs": ["baseline": .integer(baselineRuns), "candidate": .integer(candidateRuns)], "tasks": .array(tasks.map(\.json)),
    ]
  }

  /// Reads what ``json`` wrote; `file` and `path` are what errors say.
  ///
  /// - Throws: ``ComparisonError``.
  public init(json: JSONValue, file: String, path: String = "noise") throws {
    let fields = ComparisonFields(json, file: file, path: path)
    let runs = try fields.object("runs")
    self.init(
      baselineRuns: try runs.count("baseline"), candidateRuns: try runs.count("candidate"),
      tasks: try fields.objects("tasks").map { try TaskNoise($0) })
  }
}

extension TaskNoise {
  fileprivate var json: JSONValue {
    [
      "task": .string(task), "filter": .string(filter), "items": .integer(items), "flips": .integer(flips),
      "changed_wrong": .integer(changedWrong),
      "metrics": .object(
        of: metrics.map { ($0.name, ["mean_change": .number($0.meanChange), "mean_regression": .number($0.meanRegression)]) }),
      "jitter": .array(jitter.map(\.json)),
    ]
  }

  fileprivate init(_ fields: ComparisonFields) throws {
    let metrics = try fields.object("metrics")
    self.init(
      task: try fields.string("task"), filter: try fields.string("filter"), items: try fields.count("items"),
      flips: try fields.count("flips"), changedWrong: try fields.count("changed_wrong"),
      metrics: try (metrics.value.members ?? []).map { name, _ in
        let metric = try metrics.object(name)
        return Metric(name: name, meanChange: try metric.number("mean_change"), meanRegression: try metric.number("mean_regression"))
      }, jitter: try fields.objects("jitter").map { try ItemJitter($0) })
  }
}

extension ItemJitter {
  fileprivate var json: JSONValue {
    [
      "item": .string(item), "index": .integer(index), "flips": .bool(flips), "changes_answer": .bool(changesAnswer),
      "scores": .object(of: scores.map { ($0.metric, .number($0.change)) }),
    ]
  }

  fileprivate init(_ fields: ComparisonFields) throws {
    let scores = try fields.object("scores")
    self.init(
      item: try fields.string("item"), index: try fields.count("index"), flips: try fields.bool("flips"),
      changesAnswer: try fields.bool("changes_answer"),
      scores: try (scores.value.members ?? []).map { name, _ in Score(metric: name, change: try scores.number(name)) })
  }
}
