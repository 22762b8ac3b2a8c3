// The promise of the core: an item's bits depend on the item and the model, and on nothing beside it.

import Synchronization
import Tensors
import Testing

@testable import LanguageModels

struct CoreCase: Sendable, CustomTestStringConvertible {
  var library: String
  var precision: Precision
  var testDescription: String { "\(library), \(precision.rawValue)" }

  static let all = MatrixLibraries.names.flatMap { name in Precision.allCases.map { CoreCase(library: name, precision: $0) } }
}

@Suite struct SameBitsTests {
  private func scores(
    _ model: LanguageModel, _ groups: [[ScoringRequest]], threads: Int = 1, capacity: Int? = nil, sharesPrefixes: Bool = true
  ) throws -> [[ScoredContinuation]] {
    let results = Mutex(Array(repeating: [ScoredContinuation](), count: groups.count))
    let scorer = LikelihoodScorer(model, threads: threads, capacity: capacity, sharesPrefixes: sharesPrefixes)
    try scorer.score(groups) { index, scores in results.withLock { $0[index] = scores } }
    return results.withLock { $0 }
  }

  /// Batch size, thread count, order, subset and prefix sharing, each against one plain run.
  @Test(arguments: CoreCase.all)
  func anItemAlwaysHasTheSameBits(_ test: CoreCase) throws {
    let model = try Fixtures.model(options: .init(precision: test.precision, threads: 2, matrixLibrary: test.library))
    var random = SeededTokens(seed: 20)
    let groups = random.groups(24, vocabulary: model.blueprint.vocabularySize, context: 1..<60, choice: 1..<12)
    let reference = try scores(model, groups)
    #expect(reference.allSatisfy { $0.allSatisfy { $0.logprobs.allSatisfy { $0.isFinite && $0 <= 0 } } })

    for capacity in [16, 33, 64, 100, 700] {
      for threads in [1, 3] {
        #expect(try scores(model, groups, threads: threads, capacity: capacity) == reference, "capacity \(capacity), \(threads) threads")
      }
    }
    #expect(try scores(model, groups, threads: 2, sharesPrefixes: false) == reference, "without shared prefixes")
    #expect(try scores(model, groups.reversed(), capacity: 90) == reference.reversed(), "in another order")
    for index in [0, 7, 23] { #expect(try scores(model, [groups[index]]) == [reference[index]], "group \(index) alone") }
    for (group, expected) in zip(groups, reference) where group.count > 1 {
      #expect(try scores(model, [[group[1]]]) == [[expected[1]]], "one request alone")
    }
  }

  /// A prefix that all items share is computed once, and changes no bit of any of them.
  @Test(arguments: CoreCase.all)
  func aSharedPrefixChangesNothing(_ test: CoreCase) throws {
    let model = try Fixtures.model(options: .init(precision: test.precision, threads: 2, matrixLibrary: test.library))
    var random = SeededTokens(seed: 21)
    let vocabulary = model.blueprint.vocabularySize
    let prefix = random.tokens(70, below: vocabulary)
    let groups = random.groups(10, vocabulary: vocabulary, context: 1..<20, choice: 1..<8, prefix: prefix)
    let shared = LikelihoodScorer(model, threads: 2)
    let usage = try shared.score(groups) { _, _ in }
    #expect(usage.computed < usage.requested / 2, "the prefix is computed once")
    let reference = try scores(model, groups, sharesPrefixes: false)
    #expect(try scores(model, groups) == reference)
    #expect(try scores(model, groups, threads: 3, capacity: 32) == reference, "prefix and groups longer than a pass")
  }

  /// The whole sequence at once, and token by token through the cache.
  @Test(arguments: CoreCase.all)
  func prefillEqualsStepByStep(_ test: CoreCase) throws {
    let model = try Fixtures.model(options: .init(precision: test.precision, threads: 2, matrixLibrary: test.library))
    var random = SeededTokens(seed: 22)
    let tokens = random.tokens(40, below: model.blueprint.vocabularySize)
    let whole = try SequenceReader(model, limit: 40).append(tokens, logitsAt: 0..<40)
    let stepwise = try SequenceReader(model, limit: 40)
    for (position, token) in tokens.enumerated() {
      let logits = try stepwise.append([token], logitsAt: 0..<1)
      #expect(logits[0].map(\.bitPattern) == whole[position].map(\.bitPattern), "position \(position)")
    }
  }

  @Test func cancellationLeavesWholeGroups() throws {
    let model = try Fixtures.model()
    var random = SeededTokens(seed: 23)
    let groups = random.groups(40, vocabulary: model.blueprint.vocabularySize, context: 5..<30, choice: 1..<8)
    let reference = try scores(model, groups)
    let done = Mutex<[Int: [ScoredContinuation]]>([:])
    let scorer = LikelihoodScorer(model, threads: 2, capacity: 64)
    try scorer.score(
      groups, isCancelled: { done.withLock { $0.count >= 5 } },
      onGroup: { index, scores in done.withLock { $0[index] = scores } })
    let results = done.withLock { $0 }
    #expect(results.count >= 5 && results.count < 40)
    for (index, scores) in results { #expect(scores == reference[index]) }
  }

  @Test func whatDoesNotFitIsSaid() throws {
    let model = try Fixtures.model()
    let limit = model.blueprint.contextLength
    let long = ScoringRequest(tokens: Array(repeating: 1, count: limit + 2), continuationStart: 3)
    #expect(throws: ModelError.self) { try scores(model, [[long]]) }
    let fits = ScoringRequest(tokens: Array(repeating: 1, count: limit + 1), continuationStart: 3)
    #expect(try scores(model, [[fits]])[0][0].logprobs.count == limit - 2)
    let foreign = ScoringRequest(tokens: [0, Int32(model.blueprint.vocabularySize)], continuationStart: 1)
    #expect(throws: ModelError.self) { try scores(model, [[foreign]]) }
  }
}
