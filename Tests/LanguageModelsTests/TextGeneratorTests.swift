// Generation: the same text however it is batched, rules and sampling by their definitions, every way to end.

import Foundation
import Synchronization
import Testing
import Tokenization

@testable import LanguageModels

@Suite struct TextGeneratorTests {
  private func generate(
    _ model: LanguageModel, _ requests: [GenerationRequest], threads: Int = 1, batch: Int? = nil, cacheMemory: Int? = nil
  ) throws -> [GeneratedText] {
    let texts = Slots<GeneratedText>(count: requests.count)
    let generator = TextGenerator(model, threads: threads, batch: batch, cacheMemory: cacheMemory ?? TextGenerator.defaultCacheMemory)
    try generator.generate(requests) { texts.set($0, to: $1) }
    return texts.values
  }

  private func requests(_ model: LanguageModel, count: Int, prefix: Int = 0, sampling: Bool = false) -> [GenerationRequest] {
    var seeded = SeededTokens(seed: 31)
    let vocabulary = model.blueprint.vocabularySize
    let shared = seeded.tokens(prefix, below: vocabulary)
    return (0..<count).map { index in
      GenerationRequest(
        prompt: shared + seeded.tokens(seeded.int(in: 1..<50), below: vocabulary), maximumTokens: seeded.int(in: 1..<24),
        sampling: sampling ? .random(.init(temperature: 0.8, topK: 40, topP: 0.9, seed: UInt64(index))) : .greedy,
        rules: index % 3 == 0 ? TokenRules(repetitionPenalty: 1.2, noRepeatLength: 2) : TokenRules())
    }
  }

  @Test(arguments: [false, true])
  func batchesAndThreadsChangeNothing(sampling: Bool) throws {
    let model = try Fixtures.model()
    for prefix in [0, 40] {
      let requests = requests(model, count: 13, prefix: prefix, sampling: sampling)
      let reference = try requests.map { try generate(model, [$0])[0] }
      for (threads, batch, memory) in [(1, 13, 1 << 30), (2, 4, 1 << 30), (3, 1, 1 << 30), (2, 13, 200_000), (1, 5, 1)] {
        let texts = try generate(model, requests, threads: threads, batch: batch, cacheMemory: memory)
        #expect(texts == reference, "prefix \(prefix), threads \(threads), batch \(batch), memory \(memory)")
      }
    }
  }

  /// A shared prefix goes through the layers once; without one every token of prompt and continuation but the last does.
  @Test func usageIsCounted() throws {
    let model = try Fixtures.model()
    for prefix in [0, 40] {
      let requests = requests(model, count: 6, prefix: prefix)
      let tokens = Mutex(0)
      let usage = try TextGenerator(model, threads: 2).generate(requests) { index, text in
        tokens.withLock { $0 += requests[index].prompt.count + text.tokens.count - 1 }
      }
      #expect(usage.requested == tokens.withLock { $0 })
      #expect(usage.computed == usage.requested - (prefix == 0 ? 0 : 5 * prefix))
    }
  }

  /// A prompt longer than a pass is computed in pieces beside the others.
  @Test func longPromptsAreCutIntoPasses() throws {
    let model = try Fixtures.model()
    var seeded = SeededTokens(seed: 32)
    let vocabulary = model.blueprint.vocabularySize
    let long = GenerationRequest(prompt: seeded.tokens(min(900, model.blueprint.contextLength - 10), below: vocabulary), maximumTokens: 5)
    let short = GenerationRequest(prompt: seeded.tokens(5, below: vocabulary), maximumTokens: 20)
    let together = try generate(model, [short, long, short])
    for threads in [2, 3] { #expect(try generate(model, [short, long, short], threads: threads) == together, "\(threads) threads") }
    let reader = try SequenceReader(model, limit: long.prompt.count + 5)
    var logits = try reader.append(long.prompt, logitsAt: long.prompt.count - 1..<long.prompt.count)
    for token in together[1].tokens {
      #expect(TokenDistribution(logits[0], top: 1).top[0].token == token)
      logits = try reader.append([token], logitsAt: 0..<1)
    }
    #expect(together[0] == together[2])
    #expect(together[0].tokens.count == 20 && together[0].ending == .length)
  }

  @Test func endings() throws {
    let model = try Fixtures.model()
    let prompt = try model.tokenizer.encode("the", addSpecialTokens: false)
    let whole = try generate(model, [GenerationRequest(prompt: prompt, maximumTokens: 12)])[0]
    #expect(whole.ending == .length && whole.tokens.count == 12 && whole.logprobs.allSatisfy { $0 <= 0 })
    let third = whole.tokens[2]
    let first = whole.tokens.firstIndex(of: third) ?? 2
    let stopped = try generate(model, [GenerationRequest(prompt: prompt, maximumTokens: 12, stopTokens: [third])])[0]
    #expect(stopped.ending == .stopToken && stopped.tokens == Array(whole.tokens.prefix(first)))
    let piece = String(whole.text.dropFirst(3).prefix(3))
    let cut = try generate(model, [GenerationRequest(prompt: prompt, maximumTokens: 12, stopStrings: ["never there", piece])])[0]
    #expect(cut.ending == .stopString && !cut.text.contains(piece) && whole.text.hasPrefix(cut.text))
    let limit = model.blueprint.contextLength
    var seeded = SeededTokens(seed: 33)
    let full = GenerationRequest(prompt: seeded.tokens(limit - 3, below: model.blueprint.vocabularySize), maximumTokens: 50)
    let ended = try generate(model, [full])[0]
    #expect(ended.ending == .context && ended.tokens.count == 3)
  }

  @Test func badRequestsAreErrors() throws {
    let model = try Fixtures.model()
    #expect(throws: ModelError.self) { try generate(model, [GenerationRequest(prompt: [], maximumTokens: 1)]) }
    #expect(throws: ModelError.self) { try generate(model, [GenerationRequest(prompt: [-1], maximumTokens: 1)]) }
    let tooLong = Array(repeating: Int32(1), count: model.blueprint.contextLength)
    #expect(throws: ModelError.self) { try generate(model, [GenerationRequest(prompt: tooLong, maximumTokens: 1)]) }
  }

  /// No run of two tokens twice, prompt included.
  @Test func noRepeatedRuns() throws {
    let model = try Fixtures.model()
    let prompt: [Int32] = [5, 6, 7, 5, 6]
    let rules = TokenRules(noRepeatLength: 2)
    let text = try generate(model, [GenerationRequest(prompt: prompt, maximumTokens: 60, rules: rules)])[0]
    let sequence = prompt + text.tokens
    let pairs = zip(sequence, sequence.dropFirst()).dropFirst(prompt.count - 1).map { [$0, $1] }
    #expect(Set(pairs).count == pairs.count)
    #expect(!pairs.contains([6, 7]) && !pairs.contains([5, 6]))
  }

  @Test func rulesByDefinition() {
    var logits: [Float] = [2, -2, 1, 0.5]
    TokenRules(repetitionPenalty: 2).apply(to: &logits, after: [0, 1, 0])
    #expect(logits == [1, -4, 1, 0.5])
    // After 3 1 2 3 1 a run of three that begins 3 1 exists with 2 behind it.
    logits = [0, 0, 0, 0]
    TokenRules(noRepeatLength: 3).apply(to: &logits, after: [3, 1, 2, 3, 1])
    #expect(logits == [0, 0, -.infinity, 0])
    logits = [0, 0]
    TokenRules(noRepeatLength: 1).apply(to: &logits, after: [1])
    #expect(logits == [0, -.infinity])
  }

  /// Over many seeds each token comes as often as its share says: within five standard deviations of the binomial.
  @Test func samplingFollowsTheShares() {
    let logits: [Float] = [0, 1, 2, 3]
    let shares = logits.map { exp(Double($0) / 2) }
    let total = shares.reduce(0, +)
    var counts = [0.0, 0, 0, 0]
    let draws = 20_000
    for seed in 0..<draws {
      var chooser = TokenChooser(.random(.init(temperature: 2, seed: UInt64(seed))))
      if let token = chooser.choose(logits) { counts[Int(token)] += 1 }
    }
    for (count, share) in zip(counts, shares) {
      let p = share / total
      #expect(abs(count - Double(draws) * p) < 5 * (Double(draws) * p * (1 - p)).squareRoot())
    }
    // The two best of these four hold 0.88 of the whole: with a share of 0.6 the best alone crosses it, as it does with one token.
    for rule in [Sampling.Temperature(temperature: 1, topP: 0.6, seed: 0), .init(temperature: 1, topK: 1, seed: 0)] {
      for seed in 0..<50 {
        var rule = rule
        rule.seed = UInt64(seed)
        var chooser = TokenChooser(.random(rule))
        #expect(chooser.choose(logits) == 3)
      }
    }
  }
}
