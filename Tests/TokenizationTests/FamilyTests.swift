// Every family's folders against transformers 5.23's AutoTokenizer: IDs and decoded texts recorded by fixtures/generate/tokenizer_families.py.

import Documents
import Foundation
import OrderedCollections
import Testing

@testable import Tokenization

/// One folder of `families.json`, written to a temporary place.
struct Family: Sendable, CustomTestStringConvertible {
  let name: String
  let value: JSONValue
  var testDescription: String { name }

  static let document: JSONValue = {
    do { return try Fixtures.json("families/families.json") } catch { return .string("\(error)") }
  }()
  static let texts: [String] = document["texts"]?.array?.compactMap(\.string) ?? []
  static let all: [Family] = (document["families"]?.array ?? []).map { Family(name: $0["name"]?.string ?? "?", value: $0) }

  func withTokenizer<Result>(_ body: (Tokenizer) throws -> Result) throws -> Result {
    try withFolder { try body(try Tokenizer(huggingFace: $0)) }
  }

  func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("flipgate-\(UUID().uuidString)").path
    defer { Files.remove(tree: folder) }
    for (file, base) in value["links"]?.object ?? [:] {
      var bytes = try Fixtures.bytes("families/\(base.string ?? "")")
      if file == "tokenizer.json" {
        var members = try #require(try JSONValue.parse(bytes, file: file).object)
        for (name, member) in value["members"]?.object ?? [:] { members[name] = member }
        bytes = Array(JSONValue.object(members).serialized().utf8)
      }
      try Files.write(bytes, to: "\(folder)/\(file)")
    }
    for (file, contents) in value["files"]?.object ?? [:] { try Files.write(contents.serialized(), to: "\(folder)/\(file)") }
    return try body(folder)
  }
}

extension Files {
  /// Removes a folder of the test's own; what is left behind does no harm.
  fileprivate static func remove(tree path: String) { try? FileManager.default.removeItem(atPath: path) }
}

private func numbers(_ value: JSONValue) -> [Int32] { (value.string ?? "").split(separator: " ").compactMap { Int32($0) } }

@Test func `the families are there`() {
  // 46 folders: every family of the issue in the forms in which it is found, and the models that are no BPE.
  #expect(Family.all.count == 46)
  #expect(Family.texts.count > 60)
}

@Test(arguments: [
  ("llama1-model", ["tokenizer.model", "tokenizer_config.json", "special_tokens_map.json"]),
  ("vicuna-model", ["tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"]),
  ("gpt2-files", ["vocab.json", "merges.txt"]), ("qwen1-tiktoken", ["qwen.tiktoken", "tokenizer_config.json"]),
  ("llama3-json", ["tokenizer.json", "tokenizer_config.json"]),
]) func `the files that decide a tokenizer are named`(name: String, files: [String]) throws {
  let family = try #require(Family.all.first { $0.name == name })
  #expect(try family.withFolder { try Tokenizer.files(in: $0) } == files)
}

@Test(arguments: Family.all) func `a folder gives what AutoTokenizer gives`(family: Family) throws {
  try family.withTokenizer { tokenizer in
    #expect(tokenizer.bosID == (family.value["bos"]?.integer).map { Int32($0) })
    #expect(tokenizer.eosID == (family.value["eos"]?.integer).map { Int32($0) })
    #expect(tokenizer.vocabularySize == family.value["size"]?.integer)
    for entry in try #require(family.value["cases"]?.array) {
      let fields = try #require(entry.array)
      let text = Family.texts[try #require(fields[0].integer)]
      let (ids, special) = (numbers(fields[1]), numbers(fields[2]))
      #expect(try tokenizer.encode(text, addSpecialTokens: false) == ids, "\(quoted(text))")
      #expect(try tokenizer.encode(text, addSpecialTokens: true) == special, "\(quoted(text))")
      let (plain, skipped) = (fields[3].string ?? text, fields[4].string ?? text)
      #expect(Array(try tokenizer.decode(ids, skipSpecialTokens: false).utf8) == Array(plain.utf8), "\(quoted(text))")
      #expect(Array(try tokenizer.decode(special, skipSpecialTokens: true).utf8) == Array(skipped.utf8), "\(quoted(text))")
    }
  }
}
