// Large JSON documents element by element, and outlines: the same as reading them whole, wherever the pieces of the file end.

import Documents
import Foundation
import Testing

@Suite struct JSONElementsTests {
  private static func withFile(_ text: String, _ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "flipgate-\(UUID().uuidString).json"
    defer { Files.remove(path) }
    try Files.write(text, to: path)
    try body(path)
  }

  private static func elements(_ path: String, at keys: [String]) throws -> [JSONValue] {
    var values: [JSONValue] = []
    try JSONElements.forEach(in: path, at: keys) { bytes, line, place in
      #expect(place == values.count)
      values.append(try JSONValue.parse(bytes, file: path, firstLine: line))
    }
    return values
  }

  /// Document, keys, elements, and what stands around them.
  static let documents: [(String, [String], String, String)] = [
    ("[]", [], "[]", "[]"), ("[1, \"a]\", {\"b\":[2]}, [3], null]", [], "[1,\"a]\",{\"b\":[2]},[3],null]", "[]"),
    (" \n[ {\"a\" : 1} ,\n {} ] \n", [], "[{\"a\":1},{}]", "[]"),
    ("{\"v\":2,\"s\":[1,{\"s\":[9]}],\"t\":[4]}", ["s"], "[1,{\"s\":[9]}]", "{\"v\":2,\"s\":[],\"t\":[4]}"),
    (
      "{\"a\":{\"s\":[7]},\"r\":{\"r\":[\"\\\"]\",-1.5e3]},\"z\":0}", ["r", "r"],
      "[\"\\\"]\",-1500.0]", "{\"a\":{\"s\":[7]},\"r\":{\"r\":[]},\"z\":0}"
    ),
    ("{\"s\":{\"not\":[1]}}", ["s"], "[]", "{\"s\":{\"not\":[1]}}"), ("{\"n\":NaN,\"s\":[NaN]}", ["s"], "[null]", "{\"n\":null,\"s\":[]}"),
  ]

  @Test(arguments: documents) func isTheSameAsReadingItWhole(_ text: String, _ keys: [String], _ elements: String, _ around: String) throws {
    try Self.withFile(text) { path in
      let found = try Self.elements(path, at: keys)
      #expect(JSONValue.array(found).serialized() == elements)
      let rest = try JSONElements.surroundings(in: path, at: keys)
      #expect(rest.serialized() == around)
    }
  }

  /// A mebibyte is one piece: elements of 300 kB lie across the seams.
  @Test func elementsLieAcrossPieces() throws {
    let texts = (0..<12).map { String(repeating: "[\($0)\\\"", count: 75_000) }
    try Self.withFile("{\"s\":[" + texts.map { "\n\"\($0)\"" }.joined(separator: ",") + "]}") { path in
      let found = try Self.elements(path, at: ["s"])
      // An escaped quote is one byte when it is read.
      #expect(found.map { $0.string?.utf8.count } == texts.map { $0.utf8.count - 75_000 })
      let error = #expect(throws: FileError.self) { try JSONElements.forEach(in: path, at: ["s"], limit: 100_000) { _, _, _ in } }
      #expect(error.map { if case .tooLarge = $0.problem { true } else { false } } == true)
    }
  }

  @Test(arguments: ["[1,]", "[1", "{\"s\":[1,2]", "[1]]", "{\"s\":[}", "[1] 2", "]", "{\"s\" [1]}", "[\"a", "", String(repeating: "[", count: 600)])
  func faultsHaveTheirPlace(_ text: String) throws {
    try Self.withFile(text) { path in
      for keys in [[], ["s"]] {
        let error = #expect(throws: JSONError.self) {
          try JSONElements.forEach(in: path, at: keys) { bytes, line, _ in _ = try JSONValue.parse(bytes, file: path, firstLine: line) }
        }
        #expect(error?.location.file == path)
      }
    }
  }

  @Test func anOutlineHoldsTwoLevelsOfTheFirstValue() throws {
    try Self.withFile("{\"format\":\"x\",\"a\":{\"b\":1,\"c\":{\"d\":2}},\"l\":[{\"e\":1},2]}\n{\"other\":1}\n") { path in
      let outline = try JSONOutline.of(path)
      #expect(outline?.keys == ["format", "a", "a.b", "a.c", "l", "l.[0]"])
      #expect(outline?.values["format"] == "\"x\"" && outline?.values["a.b"] == "1" && outline?.isArray == false)
    }
    try Self.withFile("[{\"a\":1}, {\"b\":1}]") { path in
      let outline = try JSONOutline.of(path)
      #expect(outline?.keys == ["[0]", "[0].a"] && outline?.isArray == true)
    }
    for text in ["", "text", "\u{0}\u{1}", "12"] {
      try Self.withFile(text) { path in
        let outline = try JSONOutline.of(path)
        #expect(outline == nil)
      }
    }
  }
}
