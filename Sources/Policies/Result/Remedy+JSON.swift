// The `remedy` of `result.json`, written and read back.

internal import Documents

extension Remedy {
  private enum Status: String, CaseIterable {
    case trained
    case failed
  }

  var json: JSONValue {
    let failure: JSONValue = if case .failed(let reason) = outcome { .string(reason) } else { .null }
    return [
      "kind": .string(kind.rawValue), "recipe": .string(recipe.rawValue), "decides": .bool(decides),
      "status": .string((repair == nil ? Status.failed : .trained).rawValue), "error": failure, "adapter": repair?.adapter.json ?? .null,
      "training": repair?.training.json ?? .null, "sweep": repair?.sweep?.json ?? .null, "before": before.json, "after": repair?.after.json ?? .null,
    ]
  }

  init(_ fields: ResultFields) throws(ResultError) {
    let kind: Kind = try fields.word("kind")
    let status: Status = try fields.word("status")
    let outcome: Outcome =
      switch status {
      case .trained:
        .trained(
          Repair(
            adapter: try Adapter(fields.object("adapter")), training: try Training(fields.object("training")),
            sweep: try fields.optionalObject("sweep").map { fields throws(ResultError) in try Sweep(fields) },
            after: try Judgement(fields.object("after"))))
      case .failed: .failed(reason: try fields.string("error"))
      }
    self.init(
      kind: kind, recipe: try fields.word("recipe"), decides: try fields.bool("decides"), before: try Judgement(fields.object("before")),
      outcome: outcome)
  }
}

extension Remedy.Adapter {
  var json: JSONValue {
    ["path": .string(path), "sha256": .string(digest), "rank": .integer(rank), "parameters": .integer(parameters)]
  }

  init(_ fields: ResultFields) throws(ResultError) {
    self.init(
      path: try fields.string("path"), digest: try fields.string("sha256"), rank: try fields.integer("rank"),
      parameters: try fields.integer("parameters"))
  }
}

extension Remedy.Training {
  var json: JSONValue {
    [
      "examples": .integer(examples), "tokens": .integer(tokens), "steps": .integer(steps), "seconds": .number(seconds),
      "best_step": .integer(bestStep), "curve": .array(curve.map(\.json)),
    ]
  }

  init(_ fields: ResultFields) throws(ResultError) {
    var curve: [Remedy.CurvePoint] = []
    for point in try fields.objects("curve") { curve.append(try Remedy.CurvePoint(point)) }
    self.init(
      examples: try fields.integer("examples"), tokens: try fields.integer("tokens"), steps: try fields.integer("steps"),
      seconds: try fields.optionalNumber("seconds") ?? 0, bestStep: try fields.integer("best_step"), curve: curve)
  }
}

extension Remedy.CurvePoint {
  var json: JSONValue {
    [
      "step": .integer(step), "epoch": .number(epoch), "loss": .number(loss), "validation_loss": validationLoss.map(JSONValue.number) ?? .null,
      "learning_rate": .number(learningRate),
    ]
  }

  init(_ fields: ResultFields) throws(ResultError) {
    guard let loss = try fields.optionalNumber("loss") else { throw fields.error("loss", expected: "a number") }
    self.init(
      step: try fields.integer("step"), epoch: try fields.optionalNumber("epoch") ?? 0, loss: loss,
      validationLoss: try fields.optionalNumber("validation_loss"), learningRate: try fields.optionalNumber("learning_rate") ?? 0)
  }
}

extension Remedy.Judgement {
  var json: JSONValue {
    [
      "verdict": .string(verdict.rawValue), "tasks": .array(tasks.map(\.document)), "budgets": .array(budgets.map(\.json)),
    ]
  }

  init(_ fields: ResultFields) throws(ResultError) {
    self.init(verdict: try fields.word("verdict"), tasks: [], budgets: [])
    for task in try fields.objects("tasks") { tasks.append(try TaskSummary(task)) }
    for budget in try fields.objects("budgets") { budgets.append(try BudgetOutcome(budget)) }
  }
}
