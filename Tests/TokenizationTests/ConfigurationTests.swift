// Special tokens out of tokenizer_config.json and special_tokens_map.json, as transformers 5.23 reads them beside a tokenizer.json.

import Documents
import Testing

@testable import Tokenization

private func tokenizer(_ configs: (file: String, value: JSONValue)...) throws -> Tokenizer {
  try Tokenizer(tokenizerJSON: try Fixtures.bytes("bytes.json"), file: "tokenizer.json", configs: configs)
}

// The IDs are those of transformers' AutoTokenizer on the same files: bytes.json has 620 tokens, so the first added one is 620.
@Test func `special tokens are added and found`() throws {
  let tokenizer = try tokenizer(("tokenizer_config.json", ["bos_token": "<s>", "eos_token": "</s>", "add_bos_token": true]))
  #expect(tokenizer.bosID == 620)
  #expect(tokenizer.eosID == 621)
  #expect(tokenizer.vocabularySize == 622)
  #expect(tokenizer.idUpperBound == 622)
  // add_bos_token counts for nothing beside a tokenizer.json: its post-processor decides, and this one has none.
  #expect(!tokenizer.addsBOS)
  #expect(try tokenizer.encode("a<s>b <pad>", addSpecialTokens: true) == [65, 620, 66, 221, 28, 80, 65, 68, 30])
  #expect(tokenizer.token(620) == "<s>")
  #expect(tokenizer.tokenID(of: "</s>") == 621)
  #expect(try tokenizer.decode([65, 620, 66], skipSpecialTokens: true) == "ab")
}

@Test func `the special tokens map counts where the configuration is silent`() throws {
  let pad: JSONValue = ["content": "<pad>", "lstrip": true, "rstrip": false, "normalized": false, "single_word": false]
  let tokenizer = try tokenizer(
    ("tokenizer_config.json", ["tokenizer_class": "PreTrainedTokenizerFast"]),
    ("special_tokens_map.json", ["bos_token": "<s>", "pad_token": pad]))
  #expect(tokenizer.bosID == 620)
  #expect(try tokenizer.encode("a<s>b <pad>", addSpecialTokens: true) == [65, 620, 66, 621])
}

@Test func `added tokens of the configuration keep their flags`() throws {
  let tool: JSONValue = ["content": "<tool>", "lstrip": true, "rstrip": false, "normalized": false, "single_word": false, "special": false]
  let tokenizer = try tokenizer(("tokenizer_config.json", ["bos_token": "<s>", "added_tokens_decoder": ["620": tool]]))
  #expect(tokenizer.bosID == 621)
  // The space goes with <tool>, and no special token is left out of the text.
  #expect(try tokenizer.encode("a <tool><s>", addSpecialTokens: false) == [65, 620, 621])
  #expect(try tokenizer.decode([65, 620, 621], skipSpecialTokens: true) == "a<tool>")
}

@Test func `a token of the vocabulary keeps its ID`() throws {
  let tokenizer = try tokenizer(("tokenizer_config.json", ["bos_token": "<|endoftext|>"]))
  #expect(tokenizer.bosID == 0)
  #expect(tokenizer.vocabularySize == 620)
  #expect(tokenizer.kindName == "byte-level BPE, 620 tokens")
}

@Test func `the digest's material tells tokenizers apart, not layouts`() throws {
  let plain = try Fixtures.tokenizer(Fixtures.file())
  let spaced = try Fixtures.tokenizer(Fixtures.file().replacing(",", with: " ,\n "))
  let other = try Fixtures.tokenizer(Fixtures.file(vocabulary: #"{"a":0,"b":2,"ab":1}"#))
  let truncated = try Fixtures.tokenizer(Fixtures.file(members: #","truncation":{"max_length":3}"#))
  let merged = try Fixtures.tokenizer(Fixtures.file(merges: "[]"))
  #expect(plain.digestInput() == spaced.digestInput())
  #expect(plain.digestInput() == truncated.digestInput())
  #expect(plain.digestInput() != other.digestInput())
  #expect(plain.digestInput() != merged.digestInput())
}
