// The checkpoints that the repository carries, and seeded token sequences.

import Foundation
import Tensors

@testable import LanguageModels

enum Fixtures {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "fixtures").path

  static func path(_ name: String) -> String { root + "/" + name }

  static func model(_ name: String = "models/baseline", options: LanguageModel.Options = .init(threads: 2)) throws -> LanguageModel {
    try LanguageModel(path: path(name), options: options)
  }

  /// The greedy continuation of one prompt, to its full length.
  static func greedy(_ model: LanguageModel, after prompt: [Int32], maximum: Int) throws -> [(token: Int32, logprob: Double)] {
    let texts = Slots<GeneratedText>(count: 1)
    try TextGenerator(model, threads: 2).generate([GenerationRequest(prompt: prompt, maximumTokens: maximum)]) { texts.set($0, to: $1) }
    return texts.values.flatMap { Array(zip($0.tokens, $0.logprobs)) }.map { (token: $0.0, logprob: $0.1) }
  }
}

/// SplitMix64 (Steele et al. 2014): test data only.
struct SeededTokens {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func int(in range: Range<Int>) -> Int { range.lowerBound + Int(next() % UInt64(range.count)) }

  mutating func tokens(_ count: Int, below vocabulary: Int) -> [Int32] { (0..<count).map { _ in Int32(int(in: 0..<vocabulary)) } }

  /// Groups as multiple choice makes them: a context of its own, choices that begin alike now and then.
  mutating func groups(_ count: Int, vocabulary: Int, context: Range<Int>, choice: Range<Int>, prefix: [Int32] = []) -> [[ScoringRequest]] {
    (0..<count).map { _ in
      let context = prefix + tokens(int(in: context), below: vocabulary)
      let stem = tokens(int(in: 0..<3), below: vocabulary)
      return (0..<int(in: 1..<5)).map { _ in
        ScoringRequest(tokens: context + stem + tokens(int(in: choice), below: vocabulary), continuationStart: context.count)
      }
    }
  }
}

/// The matrix libraries of the build under test.
enum MatrixLibrariesInBuild {
  static let names = MatrixLibraries.names
}
