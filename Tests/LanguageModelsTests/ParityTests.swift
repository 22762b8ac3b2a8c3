// The core against transformers on the fixture checkpoints: logits at every position, greedy text, from both containers.

import Documents
import Foundation
import Testing
import Tokenization

@testable import Checkpoints
@testable import LanguageModels

@Suite struct ParityTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var model: String
    var reference: String
    var library: String
    var testDescription: String { "\(model), \(library)" }
  }

  static let cases = MatrixLibrariesInBuild.names.flatMap { library in
    [
      Case(model: "models/baseline", reference: "tiny_baseline", library: library),
      Case(model: "models/baseline-f32.gguf", reference: "tiny_baseline", library: library),
      Case(model: "models/candidate", reference: "tiny_candidate", library: library),
    ]
  }

  /// transformers' logits, rounded to seven digits in the fixture; the design asks for 1e-4.
  @Test(arguments: cases)
  func logitsAgree(_ test: Case) throws {
    let model = try Fixtures.model(test.model, options: .init(threads: 2, matrixLibrary: test.library))
    let reference = try Checkpoint(path: Fixtures.path("golden/\(test.reference)_logits.safetensors"))
    let prompts = try Self.prompts(test.reference)
    for (index, prompt) in prompts.enumerated() {
      let ids = (prompt["ids"]?.array ?? []).compactMap { $0.integer.map(Int32.init) }
      #expect(try model.tokenizer.encode(prompt["text"]?.string ?? "", addSpecialTokens: true) == ids)
      let tensor = try #require(reference[String(index)])
      let expected = try reference.floats(of: tensor)
      let logits = try SequenceReader(model, limit: ids.count).append(ids, logitsAt: 0..<ids.count).flatMap { $0 }
      #expect(logits.count == expected.count && !logits.isEmpty)
      let worst = zip(logits, expected).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst < 1e-4, "prompt \(index): the largest difference is \(worst)")
    }
  }

  @Test(arguments: cases)
  func greedyTextAgrees(_ test: Case) throws {
    let model = try Fixtures.model(test.model, options: .init(threads: 2, matrixLibrary: test.library))
    for prompt in try Self.prompts(test.reference) {
      let ids = (prompt["ids"]?.array ?? []).compactMap { $0.integer.map(Int32.init) }
      let expected = (prompt["greedy"]?["ids"]?.array ?? []).compactMap { $0.integer.map(Int32.init) }
      let generated = try Fixtures.greedy(model, after: ids, maximum: expected.count)
      #expect(generated.map(\.token) == expected)
      let logprobs = (prompt["greedy"]?["logprobs"]?.array ?? []).compactMap(\.double)
      for (mine, theirs) in zip(generated, logprobs) { #expect(abs(mine.logprob - theirs) < 1e-4) }
    }
  }

  /// A quantised GGUF answers with its own weights, not the baseline's.
  @Test func quantisedWeightsAreTheirOwn() throws {
    let model = try Fixtures.model("models/baseline-q4_0.gguf")
    let prompt = try #require(try Self.prompts("tiny_baseline-q4_0").first)
    let ids = (prompt["ids"]?.array ?? []).compactMap { $0.integer.map(Int32.init) }
    let expected = (prompt["greedy"]?["ids"]?.array ?? []).compactMap { $0.integer.map(Int32.init) }
    let generated = try Fixtures.greedy(model, after: ids, maximum: expected.count)
    #expect(generated.map(\.token) == expected)
  }

  private static func prompts(_ name: String) throws -> [JSONValue] {
    let path = Fixtures.path("golden/\(name).json")
    return try JSONValue.parse(try Files.read(path), file: path)["prompts"]?.array ?? []
  }
}
