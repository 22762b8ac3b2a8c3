// Broken and hostile tokenizer files: each gets an error that names the place, and none traps or exhausts memory.

import Documents
import Testing

@testable import Tokenization

/// A file and the start of the sentence that refuses it.
struct HostileFile: Sendable, CustomTestStringConvertible {
  let name: String
  let text: String
  let sentence: String
  var testDescription: String { name }

  init(_ name: String, _ text: String, _ sentence: String) {
    self.name = name
    self.text = text
    self.sentence = sentence
  }

  static func model(_ members: String) -> String { #"{"model":{\#(members)}}"# }

  static func stage(_ member: String, _ value: String) -> String { Fixtures.file(members: #","\#(member)":\#(value)"#) }

  static let all: [HostileFile] = [
    HostileFile("empty", "", "tokenizer.json:1:1: expected '{'"),
    HostileFile("cut off", #"{"model":{"type":"BPE","vocab":{"a":0"#, "tokenizer.json:1:38: expected '}'"),
    HostileFile(
      "deep", #"{"normalizer":"# + String(repeating: "[", count: 100_000), "tokenizer.json:1:100015: expected the end of the value"),
    HostileFile(
      "deep and closed", #"{"x":"# + String(repeating: "[", count: 9000) + String(repeating: "]", count: 9000) + "}",
      "tokenizer.json:1:518: arrays and objects are nested more than 512 deep"),
    HostileFile(
      "version", #"{"version":"2.0","model":{"type":"BPE","vocab":{},"merges":[]}}"#, #"version: found "2.0", expected version "1.0""#),
    HostileFile("twice", #"{"version":"1.0","version":"1.0"}"#, "version: the member appears twice"),
    HostileFile("no model", #"{"version":"1.0"}"#, #"the member "model" is missing"#),
    HostileFile("Unigram without a list", model(#""type":"Unigram","vocab":{"a":0}"#), "model.vocab: a list of tokens with their scores is missing"),
    HostileFile("Unigram with one member", model(#""type":"Unigram","vocab":[["a"]]"#), "tokenizer.json:1:41: expected ','"),
    HostileFile("score", model(#""type":"Unigram","vocab":[["a","b"]]"#), "tokenizer.json:1:42: expected a number"),
    HostileFile("endless score", model(#""type":"Unigram","vocab":[["a",1e999]]"#), "tokenizer.json:1:42: expected a number"),
    HostileFile("unknown ID", model(#""type":"Unigram","unk_id":1,"vocab":[["a",0.1]]"#), "model.unk_id: the ID 1 is out of range"),
    HostileFile("two vocabularies", model(#""type":"Unigram","vocab":[["a",0.1]],"vocab":[]"#), "model.vocab: the member appears twice"),
    HostileFile(
      "long piece", model(#""type":"Unigram","vocab":[["\#(String(repeating: "a", count: 5000))",0.1]]"#),
      "model.vocab: 5000 bytes in the token 0; at most 4096"),
    HostileFile("WordPiece with a list", model(#""type":"WordPiece","vocab":[["a",0]]"#), "model: the member \"max_input_chars_per_word\""),
    HostileFile(
      "WordPiece without the unknown",
      model(#""type":"WordPiece","vocab":{"a":0},"continuing_subword_prefix":"@","max_input_chars_per_word":9"#),
      "model: the member \"unk_token\" is missing"),
    HostileFile("no vocabulary", model(#""type":"WordLevel","unk_token":"a","vocab":null"#), "tokenizer.json:1:54: expected '{' or '['"),
    HostileFile(
      "unknown model", #"{"model":{"type":"BPD","vocab":{},"merges":[]}}"#, #"model.type: there is no model "BPD"; did you mean "BPE"?"#),
    HostileFile("huge ID", Fixtures.file(vocabulary: #"{"a":4294967296}"#, merges: "[]"), "model.vocab: the ID 4294967296 is out of range"),
    HostileFile(
      "overflowing ID", Fixtures.file(vocabulary: #"{"a":99999999999999999999999}"#, merges: "[]"), "model.vocab: the ID 72057594037927936"),
    HostileFile("negative ID", Fixtures.file(vocabulary: #"{"a":-1}"#, merges: "[]"), "model.vocab: the ID -1 is out of range"),
    HostileFile(
      "fraction", Fixtures.file(vocabulary: #"{"a":1.5}"#, merges: "[]"), "tokenizer.json:1:54: expected an integer without a fraction"),
    HostileFile(
      "same ID", Fixtures.file(vocabulary: #"{"a":1,"b":1}"#, merges: "[]"), #"model.vocab: the tokens "a" and "b" have the same ID 1"#),
    HostileFile("same token", Fixtures.file(vocabulary: #"{"a":1,"a":2}"#, merges: "[]"), #"model.vocab: the token "a" appears twice"#),
    HostileFile("unknown left", Fixtures.file(merges: #"["a b","x b"]"#), #"model.merges[1]: the first part "x" is not in the vocabulary"#),
    HostileFile("unknown right", Fixtures.file(merges: #"[["a","x"]]"#), #"model.merges[0]: the second part "x" is not in the vocabulary"#),
    HostileFile(
      "unknown result", Fixtures.file(merges: #"["b a"]"#), #"model.merges[0]: what it merges into, "ba" is not in the vocabulary"#),
    HostileFile("one part", Fixtures.file(merges: #"["ab"]"#), #"model.merges[0]: "ab" is no merge"#),
    HostileFile("three parts", Fixtures.file(merges: #"[["a","b","c"]]"#), "model.merges[0]: a list of 3 is no merge"),
    HostileFile(
      "prefix", Fixtures.file(merges: #"["a b"]"#, model: #","continuing_subword_prefix":"xxxx""#), "model.merges[0]: the second part"),
    HostileFile("dropout", Fixtures.file(model: #","dropout":0.1"#), "model.dropout: dropout can't be used here"),
    HostileFile(
      "normaliser", stage("normalizer", #"{"type":"NFCC"}"#), #"normalizer.type: there is no normaliser "NFCC"; did you mean "NFC"?"#),
    HostileFile("precompiled", stage("normalizer", #"{"type":"Precompiled"}"#), #"normalizer: the member "precompiled_charsmap" is missing"#),
    HostileFile(
      "no base 64", stage("normalizer", #"{"type":"Precompiled","precompiled_charsmap":"a$b="}"#),
      "normalizer.precompiled_charsmap: found something else, expected a character map in base 64"),
    HostileFile(
      "lying map", stage("normalizer", #"{"type":"Precompiled","precompiled_charsmap":"/////w=="}"#),
      "normalizer.precompiled_charsmap: found 4 bytes that contradict each other"),
    HostileFile("no type", stage("pre_tokenizer", "{}"), #"pre_tokenizer: the member "type" is missing"#),
    HostileFile(
      "in a sequence", stage("pre_tokenizer", #"{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":1}]}"#),
      "pre_tokenizer.pretokenizers[0].individual_digits: found a number, expected true or false"),
    HostileFile(
      "pattern", stage("normalizer", #"{"type":"Replace","pattern":{"Regex":"a(?R)"},"content":""}"#),
      "normalizer.pattern.Regex: the pattern"),
    HostileFile("length", stage("pre_tokenizer", #"{"type":"FixedLength","length":0}"#), "pre_tokenizer.length: found 0"),
    HostileFile("strip", stage("decoder", #"{"type":"Strip","content":" ","start":-1,"stop":0}"#), "decoder.start: found -1"),
    HostileFile(
      "delimiter", stage("pre_tokenizer", #"{"type":"CharDelimiterSplit","delimiter":"ab"}"#), "pre_tokenizer.delimiter: found 2 characters"
    ),
    HostileFile(
      "template",
      stage("post_processor", #"{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x","type_id":0}}],"special_tokens":{}}"#),
      #"post_processor.special_tokens: the token "x", which the template names, is missing"#),
    HostileFile(
      "template ID",
      stage(
        "post_processor",
        #"{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}}],"special_tokens":{"x":{"ids":[9999999999]}}}"#),
      "post_processor.special_tokens.x.ids[0]: the ID 9999999999 is out of range"),
    HostileFile("added", stage("added_tokens", #"[{"id":1}]"#), #"added_tokens[0]: the member "content" is missing"#),
    HostileFile(
      "added alike", Fixtures.file(members: #","normalizer":{"type":"Lowercase"},"added_tokens":[{"content":"X"},{"content":"x"}]"#),
      #"added_tokens: the added token "x" looks like another one after normalisation"#),
    HostileFile(
      "prefix space", stage("pre_tokenizer", #"{"type":"Metaspace","replacement":"_","add_prefix_space":false}"#),
      "pre_tokenizer.add_prefix_space:"),
  ]
}

@Test(arguments: HostileFile.all) func `a bad file is refused with its place`(file: HostileFile) {
  let error = #expect(throws: TokenizerError.self) { try Fixtures.tokenizer(file.text) }
  #expect(
    error?.description.hasPrefix(file.sentence.hasPrefix("tokenizer.json:") ? file.sentence : "tokenizer.json: \(file.sentence)") == true,
    "\(error?.description ?? "no error")")
}

@Test func `sequences nested too deep are refused`() {
  let open = String(repeating: #"{"type":"Sequence","normalizers":["#, count: 100)
  let text = HostileFile.stage("normalizer", open + #"{"type":"NFC"}"# + String(repeating: "]}", count: 100))
  let error = #expect(throws: TokenizerError.self) { try Fixtures.tokenizer(text) }
  #expect(error?.description.hasSuffix("components are nested too deep; at most 32 levels are read") == true)
}

@Test func `a million brackets do not overflow the stack`() {
  let brackets = String(repeating: #"{"a":"#, count: 1_000_000)
  #expect(throws: TokenizerError.self) { try Fixtures.tokenizer(brackets) }
  #expect(throws: TokenizerError.self) { try Fixtures.tokenizer(#"{"model":{"x":"# + brackets) }
}

@Test func `every prefix of a file is refused`() throws {
  let bytes = try Fixtures.bytes("words.json")
  for count in stride(from: 0, to: bytes.count - 1, by: 97) {
    #expect(throws: TokenizerError.self) { try Tokenizer(tokenizerJSON: Array(bytes[..<count]), file: "cut.json") }
  }
}

@Test func `text that has no token is an error where the unknown token is missing`() throws {
  let tokenizer = try Fixtures.tokenizer(Fixtures.file(model: #","unk_token":"<unk>""#))
  #expect(try tokenizer.encode("ab", addSpecialTokens: false) == [2])
  #expect(throws: TokenizerError(file: "tokenizer.json", place: "", problem: .noUnknownToken(text: "x"))) {
    try tokenizer.encode("axb", addSpecialTokens: false)
  }
}

@Test func `tokens that Unicode holds equivalent stay different`() throws {
  // é in one scalar and in two: the same for Swift's String, two tokens here.
  let tokenizer = try Fixtures.tokenizer(Fixtures.file(vocabulary: #"{"\u00e9":0,"e\u0301":1,"e":2,"\u0301":3}"#, merges: #"["e \u0301"]"#))
  #expect(try tokenizer.encode("\u{E9}", addSpecialTokens: false) == [0])
  #expect(try tokenizer.encode("e\u{301}", addSpecialTokens: false) == [1])
  #expect(tokenizer.tokenID(of: "\u{E9}") == 0)
  #expect(tokenizer.tokenID(of: "e\u{301}") == 1)
}
