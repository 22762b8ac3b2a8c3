// JSON: what is read, what is refused and where, and that writing and reading are inverse.

import Documents
import Testing

@Suite struct JSONParserTests {
  @Test func keepsOrderAndKinds() throws {
    let value = try JSONValue.parse(#" {"b": [1, 1.0, -0, 1e3, true, null, "x"], "a": {}} "#)
    #expect(value.members?.map(\.key) == ["b", "a"])
    #expect(value["b"] == [1, 1.0, 0, 1000.0, true, nil, "x"])
    #expect(value["a"] == .object(of: []))
    #expect(value["none"] == nil)
  }

  @Test(arguments: [
    ("9223372036854775807", JSONValue.integer(.max)), ("-9223372036854775807", .integer(-.max)),
    ("-9223372036854775808", .number(-9_223_372_036_854_775_808)), ("18446744073709551616", .number(18_446_744_073_709_551_616)),
    ("0.1", .number(0.1)), ("1E-2", .number(0.01)), ("5e-324", .number(.leastNonzeroMagnitude)),
    ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
    ("Infinity", .number(.infinity)), ("-Infinity", .number(-.infinity)), (#""\u0041\n\/\"""#, "A\n/\""), (#""\ud83d\ude00""#, "😀"),
    (#""\ud83d""#, "\u{FFFD}"), (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"), ("\u{FEFF}1", .integer(1)),
  ])
  func reads(text: String, value: JSONValue) throws {
    #expect(try JSONValue.parse(text) == value)
  }

  /// Each with the line and column of the fault.
  @Test(arguments: [
    ("", 1, 1), ("{", 1, 2), ("[1,]", 1, 4), ("[1 2]", 1, 4), (#"{"a" 1}"#, 1, 6), (#"{"a":1,}"#, 1, 8), ("{a:1}", 1, 2), ("01", 1, 3),
    ("1.", 1, 3), (".5", 1, 1), ("1e", 1, 3), ("-", 1, 2), ("+1", 1, 1), ("tru", 1, 4), ("nul", 1, 4), ("\"abc", 1, 5),
    ("\"a\u{01}\"", 1, 3),
    (#""\x""#, 1, 4), (#""\u12g4""#, 1, 6), (#""\u12"#, 1, 4), ("1 1", 1, 3), ("[\n\n  x]", 3, 3), ("'a'", 1, 1), ("1e999", 1, 6),
    ("]", 1, 1),
  ])
  func refusesWithPlace(text: String, line: Int, column: Int) {
    let error = #expect(throws: JSONError.self) { try JSONValue.parse(text, file: "x.json") }
    #expect(error?.location == SourceLocation(file: "x.json", line: line, column: column), "\(error.map(String.init(describing:)) ?? "")")
  }

  @Test func refusesWhatReadersDisagreeAbout() {
    #expect(throws: JSONError.self) { try JSONValue.parse(#"{"a":1,"a":2}"#) }
    #expect(throws: JSONError.self) { try JSONValue.parse("NaN", allowsNonFinite: false) }
    #expect(throws: JSONError.self) { try JSONValue.parse("-Infinity", allowsNonFinite: false) }
    #expect(throws: JSONError.self) { try JSONValue.parse([0x22, 0xFF, 0x22], file: "x") }
    // An overlong encoding of "/" and a surrogate in UTF-8.
    #expect(throws: JSONError.self) { try JSONValue.parse([0x22, 0xC0, 0xAF, 0x22], file: "x") }
    #expect(throws: JSONError.self) { try JSONValue.parse([0x22, 0xED, 0xA0, 0x80, 0x22], file: "x") }
  }

  @Test func depthIsBounded() throws {
    #expect(throws: Never.self) { try JSONValue.parse(String(repeating: "[", count: 512) + String(repeating: "]", count: 512)) }
    let error = #expect(throws: JSONError.self) { try JSONValue.parse(String(repeating: "[", count: 1_000_000)) }
    #expect(error?.problem == .tooDeep(limit: 512))
    #expect(throws: JSONError.self) { try JSONValue.parse(String(repeating: "{\"a\":", count: 100_000)) }
  }

  @Test func accessorsAskForTheRightKind() {
    #expect(JSONValue.number(3).integer == 3)
    #expect(JSONValue.number(3.5).integer == nil)
    #expect(JSONValue.number(1e300).integer == nil)
    #expect(JSONValue.integer(3).double == 3)
    #expect(JSONValue.string("3").integer == nil)
    #expect(JSONValue.null.isNull)
    #expect(JSONValue.array([]).members == nil)
  }
}

@Suite struct JSONWriterTests {
  @Test func layouts() {
    let value: JSONValue = ["b": [1, 2.5], "a": ["x": nil], "c": [], "d": .object(of: [])]
    #expect(value.serialized() == #"{"b":[1,2.5],"a":{"x":null},"c":[],"d":{}}"#)
    #expect(value.serialized(.canonical) == #"{"a":{"x":null},"b":[1,2.5],"c":[],"d":{}}"#)
    #expect(
      value.serialized(.indented)
        == "{\n  \"b\": [\n    1,\n    2.5\n  ],\n  \"a\": {\n    \"x\": null\n  },\n  \"c\": [],\n  \"d\": {}\n}")
  }

  @Test func escapesWhatCouldEndALineOrAString() throws {
    let text: JSONValue = "\"\\/\n\r\t\u{08}\u{0C}\u{00}\u{1F}\u{7F}\u{2028}\u{2029}é😀\u{202A}"
    let written = text.serialized()
    #expect(written == "\"\\\"\\\\/\\n\\r\\t\\b\\f\\u0000\\u001f\\u007f\\u2028\\u2029é😀\u{202A}\"")
    #expect(try JSONValue.parse(written) == text)
  }

  @Test func numbersThatAreNotFiniteAreNull() {
    #expect(JSONValue.array([.number(.nan), .number(.infinity), .number(-.infinity)]).serialized() == "[null,null,null]")
  }

  /// Every double comes back to the bit, whatever its exponent.
  @Test func doublesRoundTrip() throws {
    var bits: UInt64 = 0x9E37_79B9_7F4A_7C15
    for _ in 0..<20_000 {
      bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(bitPattern: bits)
      guard value.isFinite else { continue }
      #expect(try JSONValue.parse(JSONValue.number(value).serialized()).double?.bitPattern == value.bitPattern)
    }
  }

  @Test func appendingGivesTheSameBytes() {
    let value: JSONValue = ["a": ["é", 1, false]]
    var bytes = Array("> ".utf8)
    value.append(to: &bytes, layout: .canonical)
    #expect(String(decoding: bytes, as: UTF8.self) == "> " + value.serialized(.canonical))
  }
}

@Suite struct JSONLinesTests {
  private func values(_ text: String, tolerant: Bool = false) throws -> [(JSONValue, Int)] {
    var found: [(JSONValue, Int)] = []
    try JSONLines.forEach(in: Array(text.utf8), file: "x.jsonl", toleratesTornEnd: tolerant) { found.append(($0, $1)) }
    return found
  }

  @Test func skipsBlankLinesAndCountsThem() throws {
    let found = try values("1\n\n \t\r\n[2]\r\n3")
    #expect(found.map(\.0) == [1, [2], 3])
    #expect(found.map(\.1) == [1, 4, 5])
    #expect(try values("").isEmpty)
  }

  @Test func aFaultNamesItsLine() {
    let error = #expect(throws: JSONError.self) { try values("1\n2\n{\n") }
    #expect(error?.location.line == 3)
  }

  @Test func onlyATornEndIsForgiven() throws {
    #expect(try values("1\n{\"a\":", tolerant: true).map(\.0) == [1])
    #expect(throws: JSONError.self) { try values("1\n{\"a\":\n", tolerant: true) }
    #expect(throws: JSONError.self) { try values("{\n1", tolerant: true) }
  }

  @Test func theBodysOwnErrorIsNoTornEnd() {
    #expect(throws: JSONError.self) {
      try JSONLines.forEach(in: Array("1".utf8), file: "x", toleratesTornEnd: true) { _, _ in _ = try JSONValue.parse("{") }
    }
  }
}
