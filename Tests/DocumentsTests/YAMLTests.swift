// YAML: scalars as PyYAML resolves them, places of nodes, and documents made to hurt.

import Documents
import Testing

@Suite struct YAMLTests {
  /// PyYAML 6.0.3, `yaml.safe_load(text)`; what it reads as a date or a base-60 number stays text here.
  @Test(arguments: [
    ("yes", JSONValue.bool(true)), ("On", .bool(true)), ("FALSE", .bool(false)), ("y", "y"), ("n", "n"), ("~", .null), ("Null", .null),
    ("null ", .null), ("12", 12), ("-12", -12), ("+12", 12), ("1_000", 1000), ("017", 15), ("08", "08"), ("0x1F", 31), ("-0x10", -16),
    ("0b101", 5), ("0o17", "0o17"), ("1e3", "1e3"), ("1.0e+3", 1000.0), ("1.0e3", "1.0e3"), ("1.", 1.0), (".5", 0.5), ("-.5", -0.5),
    (".", "."), ("1_0.5", 10.5), ("12e", "12e"), ("abc", "abc"), ("'5'", "5"), ("\"5\"", "5"), ("'yes'", "yes"),
    ("2026-12-31", "2026-12-31"),
    ("1:30", "1:30"), ("99999999999999999999", "99999999999999999999"), (".inf", .number(.infinity)), ("-.INF", .number(-.infinity)),
    ("!!str 5", "5"), ("!!str yes", "yes"), ("! 5", "5"),
  ])
  func scalars(text: String, value: JSONValue) throws {
    #expect(try YAMLNode.parse("key: \(text)\n", file: "x.yaml")["key"]?.json == value)
  }

  @Test func blockTextAndNesting() throws {
    let node = try YAMLNode.parse("a: |\n  one\n  two\nb: [1, {c: d}]\nc:\n", file: "x.yaml")
    #expect(node.json == ["a": "one\ntwo\n", "b": [1, ["c": "d"]], "c": nil])
  }

  @Test func nodesKnowTheirPlace() throws {
    let node = try YAMLNode.parse("first: 1\nlist:\n  - x\n  - deep: y\n", file: "x.yaml")
    #expect(node["list"]?.sequence?[1]["deep"]?.location == SourceLocation(file: "x.yaml", line: 4, column: 11))
    #expect(node.mapping?[1].key.location == SourceLocation(file: "x.yaml", line: 2, column: 1))
  }

  @Test func tagsAreKept() throws {
    let node = try YAMLNode.parse("f: !function utils.process\ng: plain\n", file: "x.yaml")
    #expect(node["f"]?.tag == "!function")
    #expect(node["f"]?.text == "utils.process")
    #expect(node["g"]?.tag == nil)
  }

  /// `<<` merges a mapping, or a list of them, as PyYAML does: own keys first, then the earlier mapping.
  @Test func mergeKeys() throws {
    let text = "base: &b {x: 1, y: 2}\nother: &o {y: 3, z: 4}\nuse:\n  <<: *b\n  x: 9\nboth:\n  <<: [*b, *o]\n"
    let node = try YAMLNode.parse(text, file: "x.yaml")
    #expect(node["use"]?["x"]?.json == 9)
    #expect(node["use"]?["y"]?.json == 2)
    #expect(node["both"]?["y"]?.json == 2)
    #expect(node["both"]?["z"]?.json == 4)
    #expect(node["use"]?["<<"] == nil)
    #expect(throws: YAMLError.self) { try YAMLNode.parse("a:\n  <<: 5\n", file: "x.yaml") }
  }

  @Test func faultsHavePlaces() {
    let syntax = #expect(throws: YAMLError.self) { try YAMLNode.parse("a: 1\nb: [1,\n", file: "x.yaml") }
    #expect((syntax?.location.line ?? 0) >= 2)
    let twice = #expect(throws: YAMLError.self) { try YAMLNode.parse("a: 1\nb: 2\na: 3\n", file: "x.yaml") }
    #expect(twice?.problem == .duplicateKey("a"))
    #expect(throws: YAMLError.self) { try YAMLNode.parse("", file: "x.yaml") }
    #expect(throws: YAMLError.self) { try YAMLNode.parse("# only a comment\n", file: "x.yaml") }
    #expect(throws: YAMLError.self) { try YAMLNode.parse("a: *nowhere\n", file: "x.yaml") }
    #expect(throws: YAMLError.self) { try YAMLNode.parse("a: \u{01}\n", file: "x.yaml") }
  }

  @Test func deepDocumentsAreRefused() {
    let over = String(repeating: "[", count: 66) + String(repeating: "]", count: 66)
    #expect(throws: YAMLError.self) { try YAMLNode.parse(over, file: "x") }
    #expect(throws: YAMLError.self) { try YAMLNode.parse(String(repeating: "[", count: 100_000), file: "x") }
    let deep = String(repeating: "[", count: 50_000) + String(repeating: "]", count: 50_000)
    #expect(throws: YAMLError.self) { try YAMLNode.parse(deep, file: "x") }
    let blocks = (0..<2_000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
    #expect(throws: YAMLError.self) { try YAMLNode.parse(blocks, file: "x") }
  }

  /// Ten levels of ten references each: 10^10 nodes out of 400 bytes.
  @Test(.timeLimit(.minutes(1))) func aliasBombsAreRefused() {
    var text = "a0: &a0 [x]\n"
    for level in 1...10 { text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",") + "]\n" }
    #expect(throws: YAMLError.self) { try YAMLNode.parse(text, file: "x") }
  }
}
