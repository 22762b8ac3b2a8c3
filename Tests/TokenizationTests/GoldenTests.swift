// Every component against PyPI tokenizers 0.23.3: IDs and decoded texts of awkward texts, recorded by fixtures/generate/tokenizer_goldens.py.

import Documents
import OrderedCollections
import Testing

@testable import Tokenization

/// One configuration of `goldens.json`: a base tokenizer with some members replaced.
struct Golden: Sendable, CustomTestStringConvertible {
  let name: String
  let value: JSONValue
  var testDescription: String { name }

  static let document: JSONValue = {
    do { return try Fixtures.json("goldens.json") } catch { return .string("\(error)") }
  }()
  static let texts: [String] = document["texts"]?.array?.compactMap(\.string) ?? []
  static let all: [Golden] = (document["configurations"]?.array ?? []).map { Golden(name: $0["name"]?.string ?? "?", value: $0) }

  func tokenizer() throws -> Tokenizer {
    var base = try #require(try Fixtures.json((value["base"]?.string ?? "") + ".json").object)
    for (name, member) in value["members"]?.object ?? [:] { base[name] = member }
    var model = try #require(base["model"]?.object)
    for (name, member) in value["model"]?.object ?? [:] { model[name] = member }
    base["model"] = .object(model)
    return try Fixtures.tokenizer(JSONValue.object(base).serialized())
  }
}

/// IDs written as "1 2 3".
private func numbers(_ value: JSONValue) -> [Int32] { (value.string ?? "").split(separator: " ").compactMap { Int32($0) } }

@Test func `the goldens are there`() {
  // 83 configurations: every entry of the catalogues, and the well-known split patterns.
  #expect(Golden.all.count == 83)
  #expect(Golden.texts.count > 60)
}

@Test(arguments: Golden.all) func `encodes and decodes as the reference does`(golden: Golden) throws {
  let tokenizer = try golden.tokenizer()
  for entry in try #require(golden.value["cases"]?.array) {
    let fields = try #require(entry.array)
    let text = Golden.texts[try #require(fields[0].integer)]
    let ids = numbers(fields[1])
    #expect(try tokenizer.encode(text, addSpecialTokens: false) == ids, "\(golden.name): \(quoted(text))")
    guard fields.count > 2 else { continue }
    let special = numbers(fields[2])
    #expect(try tokenizer.encode(text, addSpecialTokens: true) == special, "\(golden.name): \(quoted(text))")
    if !ids.isEmpty {
      #expect(
        Array(try tokenizer.decode(ids, skipSpecialTokens: false).utf8) == Array((fields[3].string ?? "").utf8),
        "\(golden.name): \(quoted(text))")
    }
    if !special.isEmpty {
      #expect(Array(try tokenizer.decode(special, skipSpecialTokens: true).utf8) == Array((fields[4].string ?? "").utf8), "\(golden.name)")
    }
  }
}

@Test func `every component has a golden`() {
  var types: Set<String> = []
  func collect(_ value: JSONValue) {
    if let type = value["type"]?.string { types.insert(type) }
    for (_, member) in value.object ?? [:] { collect(member) }
    for element in value.array ?? [] { collect(element) }
  }
  for golden in Golden.all { collect(golden.value["members"] ?? .null) }
  for family in Family.all { collect(family.value["members"] ?? .null) }
  for base in ["bytes", "pieces", "words", "prefixed"] {
    if let value = try? Fixtures.json("\(base).json") { collect(value) }  // a missing file fails the test above
  }
  let known =
    NormalizerCatalogue.all.map { $0.typeName } + PreTokenizerCatalogue.all.map { $0.typeName }
    + PostProcessorCatalogue.all.map { $0.typeName }
    + DecoderCatalogue.all.map { $0.typeName }
  for name in known { #expect(types.contains(name), "\(name) has no golden") }
}

@Test func `broken UTF-8 is repaired as Python does`() throws {
  let tokenizer = try Golden(name: "bytes", value: ["base": "bytes"]).tokenizer()
  let cases = try #require(Golden.document["broken"]?.array)
  #expect(cases.count == 60)
  for entry in cases {
    let hex = try #require(entry.array?[0].string)
    let repaired = try #require(entry.array?[1].string)
    let digits = hex.utf8.map { UInt8($0 < 0x3A ? $0 - 0x30 : $0 - 0x57) }
    let bytes = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    #expect(repairedUTF8(bytes) == Array(repaired.utf8), "\(hex)")
    #expect(try tokenizer.encode(bytes, addSpecialTokens: false) == tokenizer.encode(repaired, addSpecialTokens: false))
  }
}

@Test func `threads share a tokenizer`() async throws {
  let tokenizer = try Golden(name: "bytes", value: ["base": "bytes"]).tokenizer()
  let expected = try Golden.texts.map { try tokenizer.encode($0, addSpecialTokens: false) }
  let results = try await withThrowingTaskGroup(of: [[Int32]].self) { group in
    for _ in 0..<4 { group.addTask { try Golden.texts.map { try tokenizer.encode($0, addSpecialTokens: false) } } }
    return try await group.reduce(into: []) { $0.append($1) }
  }
  for result in results { #expect(result == expected) }
}
