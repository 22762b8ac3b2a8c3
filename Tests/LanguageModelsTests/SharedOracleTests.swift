// A real trained Llama, where its files are at hand: logits at every position and 200 greedy steps, from both containers.

import Documents
import Foundation
import Testing
import Tokenization

@testable import Checkpoints
@testable import LanguageModels

/// The folder of oracles, named by `FLIPGATE_SHARED`; it is no part of the repository, and these tests are additional.
private let oracles = ProcessInfo.processInfo.environment["FLIPGATE_SHARED"].map { $0 + "/oracles/stories260K" }

@Suite(.enabled(if: oracles != nil)) struct SharedOracleTests {
  @Test(arguments: ["hf", "stories260K-f32.gguf"], MatrixLibrariesInBuild.names)
  func stories260K(container: String, library: String) throws {
    let folder = try #require(oracles)
    let model = try LanguageModel(path: "\(folder)/\(container)", options: .init(threads: 2, matrixLibrary: library))
    let path = "\(folder)/reference_logits_greedy200.safetensors"
    let reference = try Checkpoint(path: path)
    let tensor = try #require(reference["input_ids"])
    let bytes = try Files.read(path)[tensor.byteRange]
    let width = tensor.byteRange.count / tensor.elementCount
    let ids = stride(from: bytes.startIndex, to: bytes.endIndex, by: width).map { start in
      Int32(truncatingIfNeeded: (0..<4).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) })
    }
    #expect(ids.count == 201)

    let expected = try reference.floats(of: try #require(reference["logits"]))
    let logits = try SequenceReader(model, limit: 201).append(ids, logitsAt: 0..<201).flatMap { $0 }
    let worst = zip(logits, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(logits.count == expected.count && worst < 1e-4, "the largest difference is \(worst)")

    let generated = try Fixtures.greedy(model, after: [ids[0]], maximum: 200)
    #expect(generated.map(\.token) == Array(ids.dropFirst()))
    let text = try model.tokenizer.decode(generated.map(\.token), skipSpecialTokens: true)
    let published = try Files.readText("\(folder)/greedy_200.txt")
    #expect(text.trimmingCharacters(in: .whitespaces).hasPrefix(published.trimmingCharacters(in: .whitespacesAndNewlines)))
  }
}
