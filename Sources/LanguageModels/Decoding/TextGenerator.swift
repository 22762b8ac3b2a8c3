// One sequence, token by token: the most probable continuation, and the distribution at every place.

internal import Foundation
internal import Tensors

/// What the model says at one place.
public struct TokenDistribution: Sendable {
  /// The most probable tokens with their natural log-probabilities, best first; ties by the smaller token.
  public var top: [(token: Int32, logprob: Double)]
  /// The log-probability of the token that follows, where one does.
  public var chosenLogprob: Double?
}

/// Runs a single sequence on the calling thread.
public final class TextGenerator {
  private let decoder: Decoder
  private let area: WorkArea
  private let cache: KeyValueCache
  private var sequence: [Int32] = []
  private var lengthClass = 0

  /// - Parameter limit: the most tokens of the whole sequence; memory for their keys and values is taken at once.
  public init(_ model: LanguageModel, limit: Int) throws(ModelError) {
    decoder = model.decoder
    guard limit <= decoder.blueprint.contextLength else {
      throw .contextOverflow(tokens: limit, limit: decoder.blueprint.contextLength)
    }
    do throws(TensorError) {
      area = try WorkArea(decoder.blueprint, capacity: min(WorkArea.defaultCapacity, max(16, limit)))
      cache = try KeyValueCache(blueprint: decoder.blueprint, capacity: max(1, limit))
    } catch {
      throw .tensors(.init(error))
    }
  }

  /// Adds tokens to the sequence and returns the logits `[tokens, vocabulary]` at the wanted ones.
  ///
  /// - Parameter wanted: positions within `tokens`.
  public func append(_ tokens: [Int32], logitsAt wanted: Range<Int>) throws(ModelError) -> [[Float]] {
    for token in tokens where token < 0 || Int(token) >= decoder.blueprint.vocabularySize {
      throw .tokenOutOfVocabulary(token: Int(token), vocabulary: decoder.blueprint.vocabularySize)
    }
    guard cache.length + tokens.count <= cache.capacity else {
      throw .contextOverflow(tokens: cache.length + tokens.count, limit: cache.capacity)
    }
    let kept = sequence.count
    sequence += tokens
    let lengthClass = decoder.lengthClass(of: sequence.count)
    if lengthClass != self.lengthClass {  // the sequence has grown into other angles: its keys are computed again
      self.lengthClass = lengthClass
      cache.truncate(to: 0)
      return try compute(sequence[...], logitsAt: wanted.lowerBound + kept..<wanted.upperBound + kept)
    }
    return try compute(tokens[...], logitsAt: wanted)
  }

  private func compute(_ tokens: ArraySlice<Int32>, logitsAt wanted: Range<Int>) throws(ModelError) -> [[Float]] {
    var results: [[Float]] = []
    var start = 0
    while start < tokens.count {
      let end = min(start + area.capacity, tokens.count)
      let segment = TokenSegment(tokens: Array(tokens[start..<end]), firstRow: 0, firstPosition: cache.length, path: [])
      let pack = TokenPack(segments: [segment], rows: end - start, cache: cache, lengthClass: lengthClass, extendsCache: true)
      try decoder.run(pack, area: area)
      let rows = wanted.clamped(to: start..<end).map { $0 - start }
      var logits = Array(repeating: [Float](), count: rows.count)
      for index in logits.indices { logits[index].reserveCapacity(decoder.blueprint.vocabularySize) }
      try decoder.project(rows: rows, area: area) { matrix, _, width in
        for row in logits.indices { logits[row] += matrix.row(row).prefix(width) }
      }
      results += logits
      start = end
    }
    return results
  }

  /// The most probable continuation of the prompt.
  ///
  /// - Parameters:
  ///   - stopTokens: end the text when one comes; it is not part of the result.
  /// - Returns: tokens with their log-probabilities.
  public func greedy(
    after prompt: [Int32], maximum: Int, stopTokens: Set<Int32>
  ) throws(ModelError) -> [(token: Int32, logprob: Double)] {
    var generated: [(token: Int32, logprob: Double)] = []
    var logits = try append(prompt, logitsAt: max(0, prompt.count - 1)..<prompt.count)
    while generated.count < maximum, let last = logits.last {
      guard let best = Self.distribution(last, top: 1).top.first, !stopTokens.contains(best.token) else { break }
      generated.append(best)
      if generated.count == maximum || cache.length >= cache.capacity { break }
      logits = try append([best.token], logitsAt: 0..<1)
    }
    return generated
  }

  /// Log-probabilities of the best tokens, and of `chosen`.
  public static func distribution(_ logits: [Float], top count: Int, chosen: Int32? = nil) -> TokenDistribution {
    let maximum = logits.max() ?? 0
    var sum = 0.0
    for logit in logits { sum += exp(Double(logit) - Double(maximum)) }
    let normalizer = Double(maximum) + log(sum)
    var best: [(token: Int32, logit: Float)] = []
    for (token, logit) in logits.enumerated() where best.count < count || logit > (best.last?.logit ?? -.infinity) {
      let place = best.firstIndex { logit > $0.logit } ?? best.count
      best.insert((Int32(token), logit), at: place)
      if best.count > count { best.removeLast() }
    }
    return TokenDistribution(
      top: best.map { ($0.token, Double($0.logit) - normalizer) },
      chosenLogprob: chosen.map { Double(logits[Int($0)]) - normalizer })
  }
}
