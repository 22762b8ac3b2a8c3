// The shipped policies load, and the schema has the keys that the reader has.

import Documents
import Foundation
import Policies
import Testing

@Suite struct ShippedPolicyTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../policies").standardized.path

  @Test func allLoad() throws {
    let names = try Files.list(Self.folder).filter { $0.hasSuffix(".yaml") }
    #expect(names == ["base-upgrade.yaml", "fine-tune-refresh.yaml", "quantisation.yaml", "re-export.yaml"])
    for name in names {
      let path = Self.folder + "/" + name
      let policy = try Policy.load(path)
      #expect(policy.name + ".yaml" == name)
      let text = try Files.readText(path)
      #expect(text.hasPrefix("# yaml-language-server: $schema=schema/policy.v1.schema.json\n#\n# "), "a comment says when to use it")
    }
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
    let path = Self.folder + "/schema/policy.v1.schema.json"
    let schema = try JSONValue.parse(try Files.read(path), file: path)
    let sections: [(String, [String])] = [
      ("metadata", PolicyKeys.metadata), ("defaults", PolicyKeys.defaults), ("confidence", PolicyKeys.confidence),
      ("budget", PolicyKeys.budget),
      ("slice", PolicyKeys.slice), ("sliceBudget", PolicyKeys.sliceBudget), ("mustNotFlip", PolicyKeys.mustNotFlip),
      ("waiver", PolicyKeys.waiver), ("notification", PolicyKeys.notification),
    ]
    let mappings = [(schema, PolicyKeys.policy)] + sections.map { (schema["definitions"]?[$0.0] ?? .null, $0.1) }
    for (mapping, keys) in mappings {
      #expect(mapping["properties"]?.members?.map(\.key).sorted() == keys.sorted())
      #expect(mapping["additionalProperties"] == false)
      #expect(mapping["patternProperties"] == ["^x-": [:]])
    }
    let objects = schema["definitions"]?.members?.filter { $0.value["properties"] != nil }.map(\.key)
    #expect(objects?.sorted() == sections.map(\.0).sorted())
  }
}
