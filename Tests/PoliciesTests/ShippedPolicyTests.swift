// The shipped policies load and fit the schema, and the schema has the keys that the reader has.

import Documents
import Foundation
import Policies
import Testing

@Suite struct ShippedPolicyTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../policies").standardized.path

  @Test func allLoad() throws {
    let names = try Files.list(Self.folder).filter { $0.hasSuffix(".yaml") }
    #expect(names == ["base-upgrade.yaml", "fine-tune-refresh.yaml", "quantisation.yaml", "re-export.yaml", "summariser.yaml"])
    for name in names {
      let path = Self.folder + "/" + name
      let policy = try Policy.load(path)
      #expect(policy.name + ".yaml" == name)
      let text = try Files.readText(path)
      #expect(Self.validator.faults(try YAMLNode.parse(text, file: path).json) == [])
      #expect(text.hasPrefix("# yaml-language-server: $schema=schema/policy.v1.schema.json\n#\n# "), "a comment says when to use it")
    }
  }

  static let validator = SchemaValidator(schema: PolicySchema.document)

  /// Of 200 summaries 10 may lose more than 0.1 of ROUGE-1, 5 %; an eleventh breaks the budget, though the mean falls by 0.011 only.
  @Test func summariesAreJudgedOneByOne() throws {
    let policy = try Policy.load(Self.folder + "/summariser.yaml")
    func result(_ losses: [Double]) -> GateResult {
      let items = SampleItem.scores((0..<200).map { (0.5, $0 < losses.count ? 0.5 - losses[$0] : 0.5) })
      return policy.judge(comparison([SampleTask(metric: "rouge1", items: items)]), today: newYear)
    }
    // The sample has no rougeL, of which the policy warns.
    #expect(result([]).exitStatus == .passed)
    #expect(result(Array(repeating: 0.2, count: 10)).budgets.first { $0.id == "lost-content" }?.status == .passed)
    #expect(result(Array(repeating: 0.2, count: 11)).budgets.first { $0.id == "lost-content" }?.status == .failed)
  }

  /// A re-export has zero flips of every kind.
  @Test func reExportAllowsNothing() throws {
    let policy = try Policy.load(Self.folder + "/re-export.yaml")
    #expect(policy.budgets.map(\.limits) == Array(repeating: [.flips(.count(0))], count: 3))
    #expect(policy.judge(comparison([SampleTask(items: SampleItem.flips(bothCorrect: 5, same: 5))]), today: newYear).verdict == .passed)
    #expect(policy.judge(comparison([SampleTask(items: SampleItem.flips(bothCorrect: 5, changed: 1))]), today: newYear).verdict == .failed)
  }

  /// Each mapping of the schema has exactly the reader's keys, and refuses all others but the user's own.
  @Test func theSchemaHasTheReadersKeys() throws {
    let schema = PolicySchema.document
    let sections: [(String, [String])] = [
      ("metadata", PolicyKeys.metadata), ("defaults", PolicyKeys.defaults), ("confidence", PolicyKeys.confidence),
      ("budget", PolicyKeys.budget),
      ("slice", PolicyKeys.slice), ("sliceBudget", PolicyKeys.sliceBudget), ("mustNotFlip", PolicyKeys.mustNotFlip),
      ("waiver", PolicyKeys.waiver), ("notification", PolicyKeys.notification), ("remedy", PolicyKeys.remedy),
    ]
    let mappings = [(schema, PolicyKeys.policy)] + sections.map { (schema["definitions"]?[$0.0] ?? .null, $0.1) }
    for (mapping, keys) in mappings {
      #expect(mapping["properties"]?.members?.map(\.key).sorted() == keys.sorted())
      #expect(mapping["additionalProperties"] == false)
      #expect(mapping["patternProperties"] == ["^x-": [:]])
    }
    for (name, definition) in schema["definitions"]?.members ?? [] where name.hasPrefix("whole") {
      #expect(definition["allOf"]?.array?.first?["$ref"] != nil, "an entry that stands on its own asks for more of the same keys")
    }
    let objects = schema["definitions"]?.members?.filter { $0.value["properties"] != nil }.map(\.key)
    #expect(objects?.sorted() == sections.map(\.0).sorted())
  }

  /// The file that editors read is what `flipgate policy schema` prints.
  @Test func theFileIsTheSchema() throws {
    let text = try Files.readText(Self.folder + "/schema/policy.v1.schema.json")
    let isSame = text == PolicySchema.document.serialized(.indented) + "\n"
    #expect(isSame, "run: flipgate policy schema > policies/schema/policy.v1.schema.json")
  }

  /// The schema finds what the reader finds, where a schema can, and lets through what the reader reads.
  @Test(arguments: [
    (ExplainTests.body, true), ("extends: a.yaml", true), ("extends: a.yaml\nbudgets: [{id: b, allowed_ratio: 1%}]", true),
    ("extends: a.yaml\nslices: [{id: s, budgets: [{metric: acc}]}]", true), ("", false), ("budgets: []", false),
    ("budgets: [{id: b, allowed_ratio: 1%}]", false), ("extends: a.yaml\nbudgets: [{allowed_ratio: 1%}]", false),
    ("budgets: [{id: b, task: t, metric: acc}]", false), ("budgets: [{id: b, task: t, metric: acc, max_drop: 0.1}]", true),
    ("budgets: [{id: b, task: t, metric: negative_flips, alowed_ratio: 0.1}]", false),
    ("budgets: [{id: b, task: t, metric: negative_flips, allowed_ratio: 5}]", false),
    ("budgets: [{id: b, task: t, metric: negative_flips, allowed_ratio: 101%}]", false),
    ("budgets: [{id: b, task: t, metric: negative_flips, allowed_count: 1, min_margin: 0.1}]", true),
    ("budgets: [{id: b, task: t, metric: negative_flips, allowed_count: 1, min_margin: 7}]", false),
    ("slices: [{id: s, tasks: [t], by: f, budgets: [{metric: acc}]}]", false), ("x-own: [1]\nmust_not_flip: [{id: m, task: t, items: [a]}]", true),
  ])
  func theSchemaAgainstTheReader(_ body: String, _ isValid: Bool) throws {
    let faults = Self.validator.faults(try YAMLNode.parse(policyText(body), file: "p.yaml").json)
    #expect(faults.isEmpty == isValid, "\(faults)")
    if !body.contains("extends") { #expect(((try? policy(body)) != nil) == isValid) }  // A parent would have to be there.
  }
}
