// The losses on a real decoder: the same likelihoods as the gate's scorer gives.

import Foundation
import LanguageModels
import Synchronization
import Tensors
import Testing
import Tokenization

@testable import Adaptation

@Suite struct ObjectiveModelTests {
  @Test func crossEntropyIsTheScorers() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../fixtures/models/baseline").standardized.path
    let model = try LanguageModel(path: folder, options: .init(threads: 2))
    let sequences: [[Int32]] = try ["Lily and Tom went to the park.", "They saw a red ball and a blue kite."].map {
      try model.tokenizer.encode($0, addSpecialTokens: true)
    }
    let hidden = try model.hiddenStates(TokenBatch(sequences), threads: 2)
    let targets = TokenTargets.everyToken(of: sequences)
    let said = try verdicts(of: .old, hidden: hidden, vocabulary: model.vocabularySlices, targets: targets, threads: 2)

    let scored = Mutex<[Int: [ScoredContinuation]]>([:])
    let requests = sequences.map { [ScoringRequest(tokens: $0, continuationStart: 1)] }
    try LikelihoodScorer(model, threads: 1).score(requests) { index, scores in scored.withLock { $0[index] = scores } }
    var first = 0
    for (index, tokens) in sequences.enumerated() {
      let logprobs = try #require(scored.withLock { $0 }[index]?.first?.logprobs)
      #expect(logprobs.count == tokens.count - 1)
      for (place, expected) in logprobs.enumerated() { #expect(abs(said[first + place].logProbability - expected) < 1e-5) }
      first += tokens.count
    }

    let loss = try CompatibilityLoss(.crossEntropy, vocabulary: model.vocabularySlices, threads: 2)
    let found = try loss(student: hidden, targets: targets)
    let mean = -said.reduce(0) { $0 + $1.logProbability } / targets.totalWeight
    #expect(abs(found.crossEntropy - mean) < 1e-6 && abs(found.loss - mean) < 1e-6)
  }
}
