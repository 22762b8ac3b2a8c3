// Broken and hostile vocabularies in other formats than tokenizer.json: each an error with its place, none a trap, a hang or a flood of memory.

import Documents
import Foundation
import Testing

@testable import Tokenization

/// Writes protocol buffers, lies included.
private enum Wire {
  static func number(_ value: UInt64) -> [UInt8] {
    var value = value
    var bytes: [UInt8] = []
    while value > 0x7F {
      bytes.append(UInt8(value & 0x7F) | 0x80)
      value >>= 7
    }
    return bytes + [UInt8(value)]
  }

  static func bytes(_ field: UInt64, _ value: [UInt8], length: UInt64? = nil) -> [UInt8] {
    number(field << 3 | 2) + number(length ?? UInt64(value.count)) + value
  }

  static func piece(_ text: String, _ members: [UInt8] = []) -> [UInt8] { bytes(1, bytes(1, Array(text.utf8)) + members) }
}

/// A file in a format of its own, and the start of the sentence that refuses it.
struct HostileVocabulary: Sendable, CustomTestStringConvertible {
  let name: String
  let files: [String: [UInt8]]
  let sentence: String
  var testDescription: String { name }

  private static func model(_ name: String, _ bytes: [UInt8], _ sentence: String) -> HostileVocabulary {
    HostileVocabulary(name: name, files: ["tokenizer.model": bytes], sentence: "tokenizer.model: " + sentence)
  }

  private static func text(_ name: String, _ files: [String: String], _ sentence: String) -> HostileVocabulary {
    HostileVocabulary(name: name, files: files.mapValues { Array($0.utf8) }, sentence: sentence)
  }

  static let all: [HostileVocabulary] = [
    model("empty", [], "a SentencePiece model with at least one piece is missing"),
    model("lying length", Wire.bytes(1, [0x61], length: 1 << 40), "byte 0: found a field of 1099511627776 bytes where 1 are left"),
    model("length beyond all", Wire.bytes(1, [], length: .max), "byte 0: found a field of 18446744073709551615 bytes where 0 are left"),
    model("lying length inside", Wire.bytes(1, Wire.bytes(1, [0x61], length: 2)), "byte 2: found a field of 2 bytes where 1 are left"),
    model("endless number", [0x08] + [UInt8](repeating: 0xFF, count: 20), "byte 1: found a number of more than 64 bits"),
    model("cut number", [0x0A, 0x80], "byte 1: found a number that is cut off"),
    model("field 0", [0x00, 0x00], "byte 0: found a field number out of range"),
    model("group", [0x0B], "byte 0: found a field of the wire type 3"),
    model("no UTF-8", Wire.bytes(1, Wire.bytes(1, [0xFF])), "byte 4: found a piece that is not valid UTF-8"),
    model("piece of no type", Wire.piece("a", [0x18, 0x63]), "byte 2: found a piece of the unknown type 99"),
    model("kind", Wire.piece("a") + Wire.bytes(2, [0x18, 0x63]), "byte 7: found a model of the unknown kind 99"),
    model("words", Wire.piece("a") + Wire.bytes(2, [0x18, 0x03]), "trainer_spec.model_type: a SentencePiece model of words or characters"),
    model("unknown ID", Wire.piece("a") + Wire.bytes(2, [0xC0, 0x02, 0x07]), "model.unk_id: the ID 7 is out of range"),
    model("map", Wire.piece("a") + Wire.bytes(3, Wire.bytes(2, [9, 0, 0, 0])), "normalizer.normalizers[0].precompiled_charsmap: found 4 bytes"),
    model(
      "long pieces", Wire.piece("a") + Wire.bytes(2, [0x18, 0x02]) + Wire.piece(String(repeating: "a", count: 20_000)),
      "pieces: 20000 bytes in the token 1; at most 4096 can be used"),
    text("no rank", ["tokenizer.model": "YQ== 0\nYg==\n"], #"tokenizer.model: line 2: found "Yg==", expected a token in base 64"#),
    text("huge rank", ["tokenizer.model": "YQ== 0\nYg== 99999999999\n"], "tokenizer.model: line 2: found"),
    text("high rank", ["tokenizer.model": "YQ== 0\nYg== 999999999\n"], "tokenizer.model: the ID 999999999 is out of range"),
    text("rank twice", ["tokenizer.model": "YQ== 0\nYg== 0\n"], #"tokenizer.model: the tokens "a" and "b" have the same ID 0"#),
    text("token twice", ["tokenizer.model": "YQ== 0\nYQ== 1\n"], #"tokenizer.model: model.vocab: the token "a" appears twice"#),
    text("no family", ["x.tiktoken": "YQ== 0\n"], "x.tiktoken: a tiktoken file of an unknown family can't be used here"),
    text("no class", ["vocab.json": "{}", "merges.txt": ""], #"vocab.json: vocab.json under the class "TokenizersBackend" can't be used"#),
    text("no merges", ["vocab.json": "{}"], "merges.txt: the file with the merges of vocab.json is missing"),
    text("no vocabulary", gpt2 + ["vocab.json": "[]", "merges.txt": ""], "vocab.json:1:1: expected '{'"),
    text("more behind", gpt2 + ["vocab.json": "{} x", "merges.txt": ""], "vocab.json:1:4: expected the end of the file"),
    text("bad merge", gpt2 + ["vocab.json": "{}", "merges.txt": "#version: 0.2\na\n"], #"merges.txt: line 2: "a" is no merge"#),
    text("unknown merge", gpt2 + ["vocab.json": "{}", "merges.txt": "a b\n"], #"merges.txt: merge [0]: the first part "a" is not in"#),
    text("tekken", ["tekken.json": "{}"], "tekken.json: Mistral's own tokenizer format can't be used here"),
    text("nothing", ["config.json": "{}"], "tokenizer.json: the tokenizer (tokenizer.json, tokenizer.model, vocab.json with merges.txt"),
    text(
      "class without merges",
      [
        "tokenizer.json": #"{"model":{"type":"Unigram","unk_id":0,"vocab":[["a",0.1]]}}"#,
        "tokenizer_config.json": #"{"tokenizer_class":"LlamaTokenizer"}"#,
      ], #"tokenizer.json: model: a vocabulary without merges under the class "LlamaTokenizer" can't be used"#),
    text(
      "a flag that is none", ["tokenizer.model": "YQ== 0\n", "tokenizer_config.json": #"{"add_bos_token":"yes"}"#],
      "tokenizer_config.json: add_bos_token: found a string, expected true or false"),
    text(
      "an ID that is none", ["tokenizer.model": "YQ== 0\n", "added_tokens.json": #"{"x":-1}"#],
      "added_tokens.json: x: the ID -1 is out of range"),
    text(
      "a far ID", ["tokenizer.model": "YQ== 0\n", "added_tokens.json": #"{"x":99999999}"#],
      "added_tokens.json: x: the ID 99999999 is out of range"),
  ]

  private static let gpt2 = ["config.json": #"{"model_type":"gpt2"}"#]
}

private func + (left: [String: String], right: [String: String]) -> [String: String] { left.merging(right) { $1 } }

/// Runs `body` with a folder that holds the files.
private func withFolder<Result>(_ files: [String: [UInt8]], _ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("flipgate-\(UUID().uuidString)").path
  defer { try? FileManager.default.removeItem(atPath: folder) }  // what is left behind does no harm
  for (name, bytes) in files { try Files.write(bytes, to: "\(folder)/\(name)") }
  return try body(folder)
}

@Test(arguments: HostileVocabulary.all) func `a bad vocabulary is refused with its place`(file: HostileVocabulary) throws {
  try withFolder(file.files) { folder in
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(huggingFace: folder) }
    let sentence = error?.description.replacing("\(folder)/", with: "") ?? "no error"
    #expect(sentence.hasPrefix(file.sentence), "\(sentence)")
  }
}

@Test func `every prefix of a SentencePiece model is a model or refused`() throws {
  let bytes = try Fixtures.bytes("families/unigram.model")
  for count in stride(from: 0, to: bytes.count, by: 13) {
    do { _ = try SentencePieceModel(Array(bytes[..<count]), file: "cut.model") } catch { #expect(error.file == "cut.model") }
  }
}

/// A small generator of numbers, so that every run tries the same (SplitMix64).
private struct Numbers {
  var state: UInt64
  mutating func next(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ mixed >> 31) % UInt64(bound))
  }
}

@Test(arguments: ["unigram.model", "llama.model", "ranks.tiktoken"]) func `changed bytes never trap`(name: String) throws {
  let original = try Fixtures.bytes("families/\(name)")
  var numbers = Numbers(state: 7)
  for _ in 0..<60 {
    var bytes = original
    for _ in 0...numbers.next(8) { bytes[numbers.next(bytes.count)] = UInt8(numbers.next(256)) }
    try withFolder(["tokenizer.model": bytes]) { folder in
      // A changed model may still be one; then it must encode any text, or say why not.
      do {
        _ = try Tokenizer(huggingFace: folder).encode("Hello ﬁ e\u{301}\u{308} \u{FF76}\u{FF9E} <tool>\n日本", addSpecialTokens: true)
      } catch { #expect(error is TokenizerError) }
    }
  }
}

@Test func `changed character maps never trap`() throws {
  let map = try #require(
    Family.all.first { $0.name == "unigram-precompiled" }?.value["members"]?["normalizer"]?["normalizers"]?.array?.first?["precompiled_charsmap"]?
      .string)
  let original = try #require(base64Decoded(Array(map.utf8)))
  let text = Array("Ａﬁ①\u{AD}e\u{301}\u{308}…\u{FF76}\u{FF9E}\r\n日本".utf8)
  var numbers = Numbers(state: 9)
  for _ in 0..<400 {
    var bytes = original
    for _ in 0...numbers.next(12) { bytes[numbers.next(bytes.count)] = UInt8(numbers.next(256)) }
    guard let map = CharacterMap(bytes) else { continue }
    for start in text.indices { _ = map.form(text, start..<min(start + 5, text.count)).map { #expect(String(validating: $0, as: UTF8.self) != nil) } }
  }
}

@Test(.timeLimit(.minutes(2)), arguments: ["unigram-whole-text", "wordpiece-json", "wordlevel-json", "llama1-model", "gemma-model", "qwen2-files"])
func `a word without end takes linear time`(name: String) throws {
  let family = try #require(Family.all.first { $0.name == name })
  // In quadratic time this would take hours.
  let word = [UInt8](repeating: UInt8(ascii: "e"), count: 300_000)
  let ids = try family.withTokenizer { try $0.encode(word, addSpecialTokens: false) }
  #expect(!ids.isEmpty)
}
