// Damaged tokenizer files of every kind: each loads and encodes, or is refused with a sentence; none stops the process or takes its memory.

import Documents
import Foundation
import TestSupport
import Testing
import Tokenization

@Suite struct TokenizerFuzzTests {
  /// Files of the fixtures that are small enough to be tried often.
  static func samples(_ names: String...) throws -> [[UInt8]] {
    try names.map { try Fixtures.bytes($0) }.filter { $0.count < 60_000 }
  }

  /// Loads a tokenizer from the folder of a file and uses it both ways.
  static func use(_ path: String) throws {
    let tokenizer = try Tokenizer(huggingFace: String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex)))
    let ids = try tokenizer.encode("Hello  wörld 123\n<s>日本", addSpecialTokens: true)
    _ = try tokenizer.decode(ids, skipSpecialTokens: false)
  }

  static func check(_ outcome: FuzzOutcome) {
    #expect(outcome.accepted > 0 && outcome.accepted < outcome.cases, "\(outcome.accepted) of \(outcome.cases) cases were accepted")
  }

  @Test func tokenizerJSON() async {
    await #expect(processExitsWith: .success) {
      let tokens = ["\"type\":", "\"BPE\"", "\"Unigram\"", "\"WordPiece\"", "\"merges\"", "\"vocab\"", "null", "-1", "1e999", "\"\\ud800\""]
      let samples = try Self.samples(
        "bytes.json", "pieces.json", "families/unigram.json", "families/wordpiece.json", "families/wordlevel.json")
      Self.check(try fuzz("tokenizer", file: "tokenizer.json", samples: samples, tokens: tokens) { path, _ in try Self.use(path) })
    }
  }

  @Test func sentencePieceAndTiktoken() async {
    await #expect(processExitsWith: .success) {
      let samples = try Self.samples(
        "families/llama.model", "families/gemma.model", "families/unigram.model", "families/unigram-bytes.model", "families/ranks.tiktoken")
      Self.check(try fuzz("tokenizer-model", file: "tokenizer.model", samples: samples) { path, _ in try Self.use(path) })
    }
  }
}
