// Vocabularies of GGUF files.

import Documents
import Testing

@testable import Tokenization

/// The byte-level fixture as a GGUF file would carry it.
private func byteLevel(pre: String?) throws -> GGUFVocabulary {
  let file = try TokenizerFile(try Fixtures.bytes("bytes.json"), file: "bytes.json")
  var tokens = ByteStrings()
  for index in file.ids.indices.sorted(by: { file.ids[$0] < file.ids[$1] }) { tokens.append(file.tokens[index]) }
  let pairs = try #require(file.merges)
  var merges = ByteStrings()
  for rank in 0..<pairs.count / 2 { merges.append(pairs[rank * 2] + [0x20] + pairs[rank * 2 + 1]) }
  var gguf = GGUFVocabulary(model: "gpt2", tokens: tokens, file: "tiny.gguf")
  gguf.pre = pre
  gguf.merges = merges
  gguf.types = [3] + Array(repeating: 1, count: tokens.count - 1)
  gguf.bosID = 0
  return gguf
}

// The same pre-tokenisers from tokenizer.json are held against the reference by the goldens.
@Test(arguments: [
  ("gpt-2", "gpt2"), ("smollm", "smollm"), ("llama-bpe", "split-llama3"), ("gpt-4o", "split-o200k"), ("deepseek-v3", "split-deepseek"),
])
func `words are cut as the model's tokenizer.json does`(pre: String, golden: String) throws {
  let gguf = try Tokenizer(gguf: try byteLevel(pre: pre))
  let reference = try #require(Golden.all.first { $0.name == golden }).tokenizer()
  // A llama-bpe word that is a token needs no merges; the fixture's tokens all come from merges, so that shows only in the name.
  for text in Golden.texts {
    #expect(try gguf.encode(text, addSpecialTokens: false) == reference.encode(text, addSpecialTokens: false), "\(quoted(text))")
  }
}

// The same, for names whose tokenizer.json is among the families; held against transformers there.
@Test(arguments: [
  ("falcon", "falcon-json"), ("olmo", "neox-json"), ("mpt", "neox-json"), ("stablelm2", "qwen2-json"), ("dbrx", "olmo2-json"),
  ("smaug-bpe", "smollm3-json"),
])
func `words are cut as the family's folder does`(pre: String, name: String) throws {
  let gguf = try Tokenizer(gguf: try byteLevel(pre: pre))
  try #require(Family.all.first { $0.name == name }).withTokenizer { reference in
    for text in Golden.texts {
      let expected = try reference.encode(text, addSpecialTokens: false)
      let found = try gguf.encode(text, addSpecialTokens: false)
      #expect(found == expected, "\(quoted(text))")
    }
  }
}

@Test func `special tokens go around a text where the file or the model's kind says so`() throws {
  var gguf = try byteLevel(pre: "gpt-2")
  gguf.eosID = 5
  // GPT-2 adds nothing unless told; Llama 3 begins with a token unless told otherwise (llama.cpp, llama-vocab.cpp).
  #expect(try Tokenizer(gguf: gguf).encode("", addSpecialTokens: true) == [])
  gguf.pre = "llama-bpe"
  #expect(try Tokenizer(gguf: gguf).encode("", addSpecialTokens: true) == [0])
  #expect(try Tokenizer(gguf: gguf).addsBOS)
  gguf.addBOS = false
  gguf.addEOS = true
  #expect(try Tokenizer(gguf: gguf).encode("", addSpecialTokens: true) == [5])
}

/// A vocabulary with scores: the longer a token, the better.
private func scored() -> GGUFVocabulary {
  let bytes = (0..<256).map { value in
    let digits = String(value, radix: 16, uppercase: true)
    return "<0x\(digits.count == 1 ? "0" : "")\(digits)>"
  }
  let tokens = ["<unk>", "<s>", "</s>"] + bytes + ["▁", "a", "b", "c", "ab", "bc", "▁a"]
  var gguf = GGUFVocabulary(model: "llama", tokens: ByteStrings(tokens), file: "tiny.gguf")
  gguf.scores = Array(repeating: 0, count: 259) + [-1, -2, -3, -4, -6, -5, -7]
  gguf.types = [2, 3, 3] + Array(repeating: 6, count: 256) + Array(repeating: 1, count: 7)
  return gguf
}

@Test func `the better token merges first`() throws {
  let tokenizer = try Tokenizer(gguf: scored())
  // 259 ▁, 260 a, 261 b, 262 c, 263 ab (-6), 264 bc (-5), 265 ▁a (-7).
  // ▁abc: bc has the best score and goes first, ab can't then; ▁a remains.
  #expect(try tokenizer.encode("abc", addSpecialTokens: false) == [265, 264])
  // ▁ab: ab (-6) before ▁a (-7).
  #expect(try tokenizer.encode("ab", addSpecialTokens: false) == [259, 263])
  // The euro sign is no token: its bytes E2 82 AC stand at 3 + byte.
  #expect(try tokenizer.encode("€", addSpecialTokens: false) == [259, 3 + 0xE2, 3 + 0x82, 3 + 0xAC])
  #expect(try tokenizer.encode("a<s>b", addSpecialTokens: true) == [1, 265, 1, 259, 261])
  #expect(try tokenizer.decode([1, 265, 264, 259, 3 + 0xE2, 3 + 0x82, 3 + 0xAC], skipSpecialTokens: true) == "abc €")
  #expect(try tokenizer.decode([3 + 0xE2, 3 + 0x82], skipSpecialTokens: true) == "\u{FFFD}\u{FFFD}")
  #expect(tokenizer.kindName == "SentencePiece BPE, 266 tokens")
}

@Test func `no space is put before where the file says so`() throws {
  var gguf = scored()
  gguf.addSpacePrefix = false
  #expect(try Tokenizer(gguf: gguf).encode("ab", addSpecialTokens: false) == [263])
  #expect(try Tokenizer(gguf: gguf).decode([259, 263], skipSpecialTokens: true) == " ab")
}

@Test func `bad vocabularies are refused with their key`() throws {
  func sentence(_ gguf: GGUFVocabulary) -> String {
    (#expect(throws: TokenizerError.self) { try Tokenizer(gguf: gguf) })?.description ?? ""
  }
  #expect(
    sentence(try byteLevel(pre: "smolm")).hasPrefix(
      #"tiny.gguf: tokenizer.ggml.pre: there is no way to cut words "smolm"; did you mean "smollm"?"#))
  #expect(sentence(try byteLevel(pre: nil)).hasPrefix("tiny.gguf: tokenizer.ggml.pre: "))
  var gguf = try byteLevel(pre: "gpt-2")
  gguf.merges = ByteStrings(["a", "b c"])
  #expect(sentence(gguf).hasPrefix(#"tiny.gguf: tokenizer.ggml.merges[0]: "a" is no merge"#))
  gguf.merges = ByteStrings(["a nothing"])
  #expect(sentence(gguf).hasPrefix(#"tiny.gguf: tokenizer.ggml.merges[0]: the second part "nothing" is not in the vocabulary"#))
  gguf.merges = nil
  #expect(sentence(gguf).hasPrefix("tiny.gguf: tokenizer.ggml.merges: the list of merges is missing"))
  gguf = try byteLevel(pre: "gpt-2")
  gguf.types = [1, 2]
  #expect(sentence(gguf).hasPrefix("tiny.gguf: tokenizer.ggml.token_type: 2 types for 620 tokens"))
  gguf = try byteLevel(pre: "gpt-2")
  gguf.bosID = 620
  #expect(sentence(gguf).hasPrefix("tiny.gguf: tokenizer.ggml.bos_token_id: the ID 620 is out of range"))
  gguf = scored()
  gguf.scores = [1]
  #expect(sentence(gguf).hasPrefix("tiny.gguf: tokenizer.ggml.scores: 1 scores for 266 tokens"))
  gguf.scores = nil
  #expect(sentence(gguf).hasPrefix("tiny.gguf: tokenizer.ggml.scores: the list of scores is missing"))
  gguf = scored()
  gguf.model = "bert"
  #expect(sentence(gguf).hasPrefix(#"tiny.gguf: tokenizer.ggml.model: a vocabulary of kind "bert" can't be used here"#))
  gguf.model = "llamma"
  #expect(sentence(gguf).contains(#"did you mean "llama"?"#))
}
