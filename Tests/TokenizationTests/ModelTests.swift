// Unigram, WordPiece and word-level models by hand, and what decides which tokenizer a folder gets.

import Documents
import Testing

@testable import Tokenization

private func unigram(_ vocabulary: String, unknown: Int? = 0, bytes: Bool = false) throws -> Tokenizer {
  try Fixtures.tokenizer(
    #"{"model":{"type":"Unigram","unk_id":\#(unknown.map(String.init) ?? "null"),"byte_fallback":\#(bytes),"vocab":\#(vocabulary)}}"#)
}

@Test func `the cut with the highest sum wins`() throws {
  let tokenizer = try unigram(#"[["<unk>",0],["a",-1],["b",-1],["ab",-1.5],["abc",-9],["c",-2],["bc",-2.2]]"#)
  // abc: abc -9; a+bc -3.2; ab+c -3.5; a+b+c -4.
  #expect(try tokenizer.encode("abc", addSpecialTokens: false) == [1, 6])
  // ab: ab -1.5 against a+b -2.
  #expect(try tokenizer.encode("ab", addSpecialTokens: false) == [3])
}

@Test func `of equal sums the first found stays`() throws {
  // ab and a+b both sum up to -2. The node behind b is first reached by ab, which starts further left.
  let tokenizer = try unigram(#"[["<unk>",0],["a",-1],["b",-1],["ab",-2]]"#)
  #expect(try tokenizer.encode("ab", addSpecialTokens: false) == [3])
}

@Test func `neighbouring unknown characters are one`() throws {
  let tokenizer = try unigram(#"[["<unk>",0],["a",-1],["xy",-50]]"#)
  #expect(try tokenizer.encode("zzzazz", addSpecialTokens: false) == [0, 1, 0])
  // Two unknown characters cost 2 x (-50 - 10); xy costs 50 and is cheaper.
  #expect(try tokenizer.encode("xy", addSpecialTokens: false) == [2])
  let bytes = try unigram(#"[["<unk>",0],["<0x7A>",-1],["a",-1]]"#, bytes: true)
  #expect(try bytes.encode("zza", addSpecialTokens: false) == [1, 1, 2])
  // é is C3 A9, which have no tokens here.
  #expect(try bytes.encode("zé", addSpecialTokens: false) == [0])
}

@Test func `text without a token needs an unknown one`() throws {
  let tokenizer = try unigram(#"[["a",-1]]"#, unknown: nil)
  #expect(throws: TokenizerError(file: "tokenizer.json", place: "", problem: .noUnknownToken(text: "x"))) {
    try tokenizer.encode("ax", addSpecialTokens: false)
  }
}

@Test func `a token that stands twice in a list is its last ID`() throws {
  let tokenizer = try unigram(#"[["<unk>",0],["a",-1],["a",-2]]"#)
  #expect(try tokenizer.encode("a", addSpecialTokens: false) == [2])
  #expect(tokenizer.token(1) == "a")
}

@Test func `WordPiece takes the longest first, or nothing`() throws {
  func tokenizer(longest: Int) throws -> Tokenizer {
    try Fixtures.tokenizer(
      #"{"model":{"type":"WordPiece","unk_token":"?","continuing_subword_prefix":"@@","max_input_chars_per_word":\#(longest),"#
        + #""vocab":{"?":0,"un":1,"@@aff":2,"@@able":3,"u":4,"@@n":5}}}"#)
  }
  #expect(try tokenizer(longest: 100).encode("unaffable", addSpecialTokens: false) == [1, 2, 3])
  #expect(try tokenizer(longest: 100).encode("unaffablx", addSpecialTokens: false) == [0])
  #expect(try tokenizer(longest: 8).encode("unaffable", addSpecialTokens: false) == [0])
  #expect(try tokenizer(longest: 9).encode("unaffable", addSpecialTokens: false) == [1, 2, 3])
}

@Test func `the digest's material holds scores, flags and the class's doing`() throws {
  let one = try unigram(#"[["<unk>",0],["a",-1]]"#)
  #expect(try one.digestInput() != unigram(#"[["<unk>",0],["a",-2]]"#).digestInput())
  #expect(try one.digestInput() != unigram(#"[["<unk>",0],["a",-1]]"#, bytes: true).digestInput())
  func llama(_ settings: JSONValue) throws -> [UInt8] {
    try Tokenizer(
      tokenizerJSON: Array(Fixtures.file().utf8), file: "tokenizer.json", configs: [("tokenizer_config.json", settings)]
    ).digestInput()
  }
  let plain = try llama(["tokenizer_class": "LlamaTokenizer"])
  #expect(try plain == llama(["tokenizer_class": "LlamaTokenizerFast", "model_max_length": 5]))
  #expect(try plain != llama(["tokenizer_class": "LlamaTokenizer", "legacy": true]))
  #expect(try plain != llama(["tokenizer_class": "LlamaTokenizer", "eos_token": "ab"]))
  #expect(try plain != llama(["tokenizer_class": "PreTrainedTokenizerFast"]))
  let token: JSONValue = ["content": "<x>", "lstrip": true]
  #expect(
    try llama(["added_tokens_decoder": ["3": token]]) != llama(["added_tokens_decoder": ["3": ["content": "<x>", "lstrip": false]]]))
}

/// A folder's declarations and the class that transformers 5.23 gives it (`tokenization_auto.py`).
private let choices: [(modelType: String, declared: String?, bytes: Bool, name: String)] = [
  ("llama", "LlamaTokenizer", false, "LlamaTokenizer"), ("llama", "LlamaTokenizerFast", false, "LlamaTokenizer"),
  ("llama", "LlamaTokenizer", true, "TokenizersBackend"), ("llama", "PreTrainedTokenizerFast", false, "TokenizersBackend"),
  ("llama", nil, false, "TokenizersBackend"), ("mistral", "LlamaTokenizer", false, "TokenizersBackend"),
  ("mixtral", nil, false, "TokenizersBackend"), ("phi3", "LlamaTokenizer", false, "TokenizersBackend"),
  ("phi", "CodeGenTokenizer", true, "CodeGenTokenizer"), ("phi", nil, true, "GPT2Tokenizer"), ("qwen2", "LlamaTokenizer", false, "Qwen2Tokenizer"),
  ("qwen3", "Qwen2Tokenizer", true, "Qwen2Tokenizer"), ("qwen3_moe", "PreTrainedTokenizerFast", true, "TokenizersBackend"),
  ("gemma2", "GemmaTokenizerFast", false, "GemmaTokenizer"), ("gemma3_text", nil, false, "GemmaTokenizer"),
  ("gpt_neox", "GPTNeoXTokenizerFast", true, "GPTNeoXTokenizer"), ("olmo2", "GPT2Tokenizer", true, "TokenizersBackend"),
  ("stablelm", "GPTNeoXTokenizerFast", true, "TokenizersBackend"), ("opt", "GPT2Tokenizer", true, "GPT2Tokenizer"),
  ("smollm3", "PreTrainedTokenizerFast", true, "TokenizersBackend"), ("falcon", "PreTrainedTokenizerFast", true, "TokenizersBackend"),
  ("", "GPT2Tokenizer", true, "GPT2Tokenizer"), ("", "SomeTokenizer", true, "TokenizersBackend"),
]

@Test func `the class is the one that AutoTokenizer chooses`() throws {
  for choice in choices {
    let file = TokenizerFiles.File(path: "tokenizer.json", bytes: Array((choice.bytes ? #"{"type":"ByteLevel"}"# : "{}").utf8))
    let files = TokenizerFiles(
      json: file,
      configurations: [
        ("config.json", ["model_type": .string(choice.modelType)]),
        ("tokenizer_config.json", ["tokenizer_class": choice.declared.map { .string($0) } ?? .null]),
      ])
    #expect(try TokenizerClass.choose(files).name == choice.name, "\(choice)")
  }
}

@Test func `base 64 comes back as it was`() {
  for count in 0..<20 {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 47 &+ 200) }
    #expect(base64Decoded(Array(base64Encoded(bytes).utf8)) == bytes)
  }
  // RFC 4648, section 10.
  #expect(base64Encoded(Array("foobar".utf8)) == "Zm9vYmFy")
  #expect(base64Decoded(Array("Zm9vYg==".utf8)) == Array("foob".utf8))
  for bad in ["Z", "Zg", "Zg=", "Zh==", "Zm9=", "Z===", "=Zg=", "Zm 9"] { #expect(base64Decoded(Array(bad.utf8)) == nil) }
}
