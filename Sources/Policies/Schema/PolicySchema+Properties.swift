// What each key of a policy may hold, and what an editor says of it.

internal import Comparison
internal import Documents

extension PolicySchema {
  /// The mapping that a key stands in, where it means something of its own there.
  enum Section {
    case policy
    case metadata
    case rules
    case confidence
    case budget
    case slice
    case sliceBudget
    case mustNotFlip
    case waiver
    case notification
    case remedy
  }

  /// The schema of a key's value; nil for a key that has none, which a test finds.
  static func property(_ key: String, in section: Section) -> JSONValue? { special(key, in: section) ?? common[key] }

  /// Keys that mean something else in one mapping than in others.
  private static func special(_ key: String, in section: Section) -> JSONValue? {
    switch (section, key) {
    case (.policy, "budgets"), (.policy, "slices"), (.policy, "must_not_flip"), (.policy, "waivers"), (.policy, "notify"): ["type": "array"]
    case (.policy, "tasks"): texts("Tasks to run: built-in names, and task files relative to this file.")
    case (.metadata, "name"): label("The policy's name in reports.")
    case (.metadata, "owner"): label("Whom to ask.")
    case (.slice, "id"): label("The slice's id; unique.")
    case (.slice, "tasks"): texts("Task names, or * for all.", minimum: 1)
    case (.slice, "budgets"): ["type": "array", "minItems": 1, "items": reference("sliceBudget")]
    case (.sliceBudget, "id"): label("What reports call the budget, behind the slice's id. Default: the metric.")
    case (.mustNotFlip, "id"): label("The entry's id; unique.")
    case (.mustNotFlip, "task"): text("The task that the items belong to.")
    case (.mustNotFlip, "reason"): ["description": "Why they are protected.", "type": "string"]
    case (.waiver, "id"): label("The waiver's id; unique.")
    case (.notification, "id"): label("The entry's id.")
    case (_, _) where section == .remedy: remedy(key)
    default: nil
    }
  }

  private static func remedy(_ key: String) -> JSONValue? {
    switch key {
    case "kind": words(Remedy.Kind.self, "What is made.")
    case "recipe": words(Remedy.Recipe.self, "How it is trained. Default: muscle (arXiv 2407.09435).")
    case "train":
      [
        "description": "Training data: JSON Lines files relative to this file, task files, or built-in tasks.",
        "anyOf": [text("One of them."), texts("Several.", minimum: 1)],
      ]
    case "validation": text("Validation data. Default: a share of the training data.")
    case "when": words(RemedyRule.Occasion.self, "When it is trained. Default: failed.")
    case "decides": ["description": "Whether the verdict is that of the repaired candidate. Default: false.", "type": "boolean"]
    case "drop_overlap":
      ["description": "Leave out training examples that hold an item of the gate, instead of refusing them. Default: false.", "type": "boolean"]
    case "rank": whole("The adapter's rank. Default: 16.", minimum: 1)
    case "mask": words(RemedyRule.Mask.self, "Which tokens follow the old model. Default: student-wrong.")
    case "start":
      words(RemedyRule.Start.self, "What new factors begin with; residual: what the old weights have and the new ones lack. Default: zero.")
    case "weighting":
      words(RemedyRule.Weighting.self, "What counts more; flips: examples of which the update broke a token. Default: uniform.")
    case "weight": open("How much it counts. Default: 6.", below: 1000)
    case "rest_weight": described(reference("ratio"), "How much the rest counts. Default: 1.")
    case "lambda": described(reference("ratio"), "The share of distillation; the rest is cross-entropy. Default: 1.")
    case "temperature": open("The temperature at which distributions are compared. Default: 2.", below: 1000)
    case "learning_rate": open("The highest learning rate. Default: 0.0005.", below: 1)
    case "epochs": whole("Passes over the training data. Default: 3.", minimum: 1)
    case "max_steps": whole("The most steps. Default: as many as the epochs have.", minimum: 1)
    case "max_minutes": open("The most minutes. Default: any.", below: 100_000)
    case "seed": whole("The seed of factors, order and split.", minimum: 0)
    case "sweep": texts("Several values of a setting, name=value,value; the best recipe is taken.")
    default: nil
    }
  }

  /// A number above 0 and below a bound.
  private static func open(_ description: String, below bound: Int) -> JSONValue {
    ["description": .string(description), "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": .integer(bound)]
  }

  private static let common: [String: JSONValue] = [
    "remedy": reference("remedy"),
    "apiVersion": ["description": "The version of this format.", "const": "flipgate/v1"],
    "kind": ["const": "Policy"],
    "extends": text("A policy file, relative to this one, whose defaults, budgets, slices, must_not_flip and waivers this one takes over."),
    "metadata": reference("metadata"),
    "required_tasks": texts("Tasks that both sides must have answered."),
    "defaults": reference("defaults"),
    "description": ["description": "What the policy is for.", "type": "string"],
    "confidence": reference("confidence"),
    "max_error_ratio": described(reference("ratio"), "Which share of a task's items may have failed with an error. Default: 0."),
    "max_unscored_ratio": described(reference("ratio"), "Which share of a task's items may be without a score. Default: 0."),

    "level": [
      "description": "Level of the bounds. Default: 0.95.", "type": "number", "exclusiveMinimum": 0.5, "exclusiveMaximum": 1,
    ],
    "method": ["description": "How bounds of a rate are formed.", "enum": ["clopper_pearson"]],
    "bootstrap": words(
      PairedBootstrap.Method.self,
      "How intervals of means are read off the resamples: percentiles, or bias-corrected and accelerated ones. "
        + "Default: percentile."),
    "correction": words(
      Confidence.Correction.self, "Whether budgets judged by their bound share one level before one of them blocks. Default: none."),
    "seed": whole("Seed of the bootstrap. Default: 20240707.", minimum: 0),
    "resamples": whole("Resamples of the bootstrap. Default: 10000.", minimum: 100),

    "action": words(Action.self, "What a broken budget means: fail blocks, warn is reported, info is only shown. Default: fail."),
    "on_missing": words(
      BudgetRules.MissingRule.self, "When the task, slice or metric is absent: error is undecided (exit status 3). Default: error."),
    "on_insufficient_evidence": words(
      BudgetRules.EvidenceRule.self, "When there are too few items, or the bound decides neither way. Default: undecided (exit status 3)."),
    "min_items": whole("The fewest items that a budget may be judged on. Default: 1.", minimum: 1),
    "decide_on": words(
      BudgetRules.DecisionBasis.self,
      "point judges the observed value; bound judges its confidence bound. Default: point."),
    "unstable_items": words(
      BudgetRules.UnstableRule.self,
      "What counts do with items that flip against themselves in repeated records (--noise): count them, or exclude them. Default: count."),
    "allow_differences": [
      "description": "Differences between the two sides that do not make a task's evidence unusable. Default: none.", "type": "array",
      "items": ["enum": .array(AllowedDifference.allCases.map { .string($0.rawValue) })],
    ],

    "id": label("What reports and waivers call the budget; unique."),
    "task": text("A task's name, or * for every task that has the metric."),
    "metric": text("A flip count (\(FlipMetric.allCases.map(\.rawValue).joined(separator: ", "))) or a metric of the task."),
    "allowed_count": whole("How many items may change, inclusive.", minimum: 0),
    "allowed_ratio": described(reference("ratio"), "Which share of the items may change, inclusive."),
    "combine": words(
      Allowance.Combination.self,
      "Which counts where both allowed_count and allowed_ratio are given: the larger or the smaller number of items."),
    "min_margin": [
      "description":
        "Flips of multiple choice whose choice led by less than this on both sides are close calls and not counted. In nats (a character, for acc_norm).",
      "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 5,
    ],
    "item_drop": described(
      reference("score"), "An item counts if it lost more than this of the metric; how many may: allowed_count, allowed_ratio."),
    "max_drop": described(reference("score"), "How far the mean may get worse, in the metric's unit."),
    "max_relative_drop": described(reference("ratio"), "How far the mean may get worse, as a share of the baseline's."),
    "min_value": [
      "description": "What the candidate's mean must at least be.", "anyOf": [["type": "number"], reference("percentage")],
    ],
    "max_gain": described(reference("score"), "How far the mean may get better: a gain too good to be true is often a leak."),
    "mean_regression": described(
      reference("score"), "How large the mean loss over the items that got worse may be (MUSCLE's m_r)."),

    "by": text("The slice field."),
    "items": [
      "description": "Item identities as records hold them.", "type": "array", "minItems": 1,
      "items": ["type": "string", "pattern": "^(sha256:[0-9a-f]{64}(#([2-9]|[1-9][0-9]+))?|(?!sha256:).+)$"],
    ],

    "budget": label("The budget's id."),
    "owner": label("Who answers for it."),
    "approved_by": label("Who approved it."),
    "reason": label("Why."),
    "ticket": label("Where it is tracked."),
    "candidate": label("Digest of the candidate's weights (or adapter) that it is for. Default: any."),
    "expires": [
      "description": "The last day in force, UTC.", "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
    ],

    "type": words(Notification.Service.self, "What the message is written for; webhook is any receiver that follows Standard Webhooks."),
    "url_env": variable("The environment variable with the address. Not needed for pagerduty."),
    "secret_env": variable("The environment variable with the secret: whsec_... that signs (webhook), or the routing key (pagerduty)."),
    "headers_env": [
      "description": "Header fields, by the environment variables that hold their values.", "type": "object",
      "additionalProperties": ["type": "string", "pattern": .string(variablePattern)],
    ],
    "on": [
      "description": "When a message is sent. Default: failed and undecided. pagerduty also closes its alert when the gate passes.",
      "type": "array", "minItems": 1, "items": words(Notification.Occasion.self, "A verdict, or error for a run without one."),
    ],
    "required": flag("Whether the run has failed (exit status 4) if the message does not arrive. Default: false."),
    "allow_private": flag("Whether the receiver may stand in a private network. Default: false."),
    "include": words(
      Notification.Detail.self,
      "How much leaves the house: counts, budgets with their sentences, or also the worst items with text of models. Default: budgets."),
    "report_url": [
      "description": "Where people find the whole report.", "type": "string", "pattern": "^https?://[^\\s@]+", "maxLength": 1000,
    ],
    "dedup_key": label("What tells one alert from another at PagerDuty. Default: of the policy's name and the entry's id."),
    "ca_file": text("Certificate authorities to trust in place of the system's, PEM; relative to this file."),
    "client_certificate": text("The certificate that this side shows, PEM; relative to this file."),
    "client_key": text("The key of client_certificate, PEM; relative to this file."),
    "client_key_password_env": variable("The environment variable with the password of client_key."),
  ]

  // MARK: Kinds of values

  /// Text of one line.
  private static func text(_ description: String) -> JSONValue {
    ["description": .string(description), "type": "string", "minLength": 1, "maxLength": 1000]
  }

  /// Text, or a number that is read as text: `version: 3`, `ticket: 482`.
  private static func label(_ description: String) -> JSONValue {
    ["description": .string(description), "type": ["string", "number"], "minLength": 1, "maxLength": 1000]
  }

  private static func texts(_ description: String, minimum: Int? = nil) -> JSONValue {
    let text: JSONValue = ["type": "string", "minLength": 1, "maxLength": 1000]
    var members: [(String, JSONValue)] = [("description", .string(description)), ("type", "array"), ("items", text)]
    if let minimum { members.append(("minItems", .integer(minimum))) }
    return .object(of: members)
  }

  /// The name of an environment variable.
  private static func variable(_ description: String) -> JSONValue {
    ["description": .string(description), "type": "string", "pattern": .string(variablePattern), "maxLength": 255]
  }

  private static let variablePattern = "^[A-Za-z_][A-Za-z0-9_]*$"

  private static func flag(_ description: String) -> JSONValue { ["description": .string(description), "type": "boolean"] }

  private static func whole(_ description: String, minimum: Int) -> JSONValue {
    ["description": .string(description), "type": "integer", "minimum": .integer(minimum)]
  }

  /// One of the words that the reader knows.
  private static func words<Word: RawRepresentable<String> & CaseIterable>(_: Word.Type, _ description: String) -> JSONValue {
    ["description": .string(description), "enum": .array(Word.allCases.map { .string($0.rawValue) })]
  }

  private static func described(_ value: JSONValue, _ description: String) -> JSONValue {
    ["allOf": [value], "description": .string(description)]
  }
}
