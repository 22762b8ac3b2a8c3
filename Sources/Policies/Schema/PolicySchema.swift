// The JSON schema of policies (draft-07), made from the reader's own keys and words; `policies/schema/policy.v1.schema.json` is what it prints.

public import Documents

/// What an editor checks a policy by while it is written. The reader checks more: what ties keys together.
public enum PolicySchema {
  /// The whole schema.
  public static var document: JSONValue {
    .object(
      of: [
        ("$schema", "http://json-schema.org/draft-07/schema#"), ("$id", "policy.v1.schema.json"), ("title", "Flipgate policy, version 1"),
        ("description", "What may change between a baseline and a candidate. Keys that start with x- are yours, everywhere."),
      ] + mapping(PolicyKeys.policy, .policy, required: ["apiVersion", "kind", "metadata"])
        + [
          ("if", ["required": ["extends"]]), ("then", lists(isWhole: false)), ("else", lists(isWhole: true)),
          ("definitions", .object(of: definitions)),
        ])
  }

  // MARK: Mappings

  /// A mapping of the format: its keys, and no others but the user's own.
  private static func mapping(
    _ keys: [String], _ section: Section, required: [String] = [], about description: String? = nil
  ) -> [(String, JSONValue)] {
    var members: [(String, JSONValue)] = []
    if let description { members.append(("description", .string(description))) }
    members.append(("type", "object"))
    members.append(("properties", .object(of: keys.compactMap { key in property(key, in: section).map { (key, $0) } })))
    members.append(("patternProperties", ["^x-": [:]]))
    members.append(("additionalProperties", false))
    if !required.isEmpty { members.append(("required", .array(required.map(JSONValue.string)))) }
    return members
  }

  /// A policy of its own has whole entries, and something to judge. One that extends another may name only what it changes.
  private static func lists(isWhole: Bool) -> JSONValue {
    let entries = [("budgets", "budget"), ("slices", "slice"), ("must_not_flip", "mustNotFlip"), ("waivers", "waiver"), ("notify", "notification")]
    let properties = entries.map { key, name in
      (key, JSONValue.object(of: [("items", reference(isWhole ? "whole" + name.prefix(1).uppercased() + name.dropFirst() : name))]))
    }
    var members: [(String, JSONValue)] = [("properties", .object(of: properties))]
    if isWhole {
      let filled: JSONValue = ["minItems": 1]
      let alternatives = ["budgets", "slices", "must_not_flip"].map { key -> JSONValue in
        .object(of: [("required", .array([.string(key)])), ("properties", .object(of: [(key, filled)]))])
      }
      members.append(("anyOf", .array(alternatives)))
    }
    return .object(of: members)
  }

  private static var definitions: [(String, JSONValue)] {
    func definition(_ keys: [String], _ section: Section, required: [String] = [], _ about: String) -> JSONValue {
      .object(of: mapping(keys, section, required: required, about: about))
    }
    /// An entry that stands on its own.
    func whole(_ name: String, required: [String], anyOf: [String] = [], more: [JSONValue] = []) -> JSONValue {
      var members: [(String, JSONValue)] = [
        ("allOf", .array([reference(name)] + more)), ("required", .array(required.map(JSONValue.string))),
      ]
      if !anyOf.isEmpty { members.append(("anyOf", .array(anyOf.map { key -> JSONValue in ["required": .array([.string(key)])] }))) }
      return .object(of: members)
    }
    let budgetsOfWholeSlices: JSONValue = ["properties": ["budgets": ["items": reference("wholeSliceBudget")]]]
    let isPagerDuty: JSONValue = ["properties": ["type": ["const": "pagerduty"]]]
    let addressOfNotifications: JSONValue = ["if": isPagerDuty, "then": ["required": ["secret_env"]], "else": ["required": ["url_env"]]]
    let limits = ["allowed_count", "allowed_ratio"] + PolicyKeys.scoreLimits
    let waived = ["id", "budget", "owner", "reason", "expires"]
    return [
      ("percentage", ["type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?%$"]), ("ratio", ratio), ("score", score),
      ("metadata", definition(PolicyKeys.metadata, .metadata, required: ["name"], "Who and what the policy is.")),
      ("defaults", definition(PolicyKeys.defaults, .rules, "What holds for every budget that does not say otherwise, and for the evidence.")),
      ("confidence", definition(PolicyKeys.confidence, .confidence, "How bounds and intervals are formed.")),
      ("budget", definition(PolicyKeys.budget, .budget, required: ["id"], "One metric of a task and how far it may move.")),
      ("slice", definition(PolicyKeys.slice, .slice, required: ["id"], "Budgets that each value of a field has to keep.")),
      ("sliceBudget", definition(PolicyKeys.sliceBudget, .sliceBudget, "A budget of every slice.")),
      ("mustNotFlip", definition(PolicyKeys.mustNotFlip, .mustNotFlip, required: ["id"], "Items that may never go from right to wrong.")),
      (
        "waiver",
        definition(PolicyKeys.waiver, .waiver, required: ["id"], "A higher ceiling for one budget, for a while; it never removes a ceiling.")
      ),
      (
        "remedy",
        definition(
          PolicyKeys.remedy, .remedy,
          "What to do about a regression: train a compatibility adapter on the candidate, and judge it again with the adapter.")
      ),
      (
        "notification",
        definition(
          PolicyKeys.notification, .notification, required: ["id"],
          "A message elsewhere. Addresses and secrets stand in environment variables; the policy names those.")
      ),
      ("wholeBudget", whole("budget", required: ["id", "task", "metric"], anyOf: limits)),
      ("wholeSlice", whole("slice", required: ["id", "tasks", "by", "budgets"], more: [budgetsOfWholeSlices])),
      ("wholeSliceBudget", whole("sliceBudget", required: ["metric"], anyOf: limits)),
      ("wholeMustNotFlip", whole("mustNotFlip", required: ["id", "task", "items"])),
      ("wholeWaiver", whole("waiver", required: waived, anyOf: ["allowed_count", "allowed_ratio"])),
      ("wholeNotification", whole("notification", required: ["id", "type"], more: [addressOfNotifications])),
    ]
  }

  static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/definitions/" + name)] }

  private static var ratio: JSONValue {
    let number: JSONValue = ["type": "number", "minimum": 0, "maximum": 1]
    return ["anyOf": [number, ["type": "string", "pattern": "^(100(\\.0+)?|[0-9]{1,2}(\\.[0-9]+)?)%$"]]]
  }

  private static var score: JSONValue { ["anyOf": [["type": "number", "minimum": 0], reference("percentage")]] }
}
