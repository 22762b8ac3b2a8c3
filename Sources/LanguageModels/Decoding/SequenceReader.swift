// One sequence, and what the model says at every place of it.

internal import Foundation
internal import Tensors

/// What the model says at one place.
public struct TokenDistribution: Sendable {
  /// The most probable tokens with their natural log-probabilities, best first; ties by the smaller token.
  public var top: [(token: Int32, logprob: Double)]
  /// The log-probability of the token that follows, where one does.
  public var chosenLogprob: Double?

  /// - Parameters:
  ///   - logits: `[vocabulary]`.
  ///   - count: how many of the best tokens.
  public init(_ logits: [Float], top count: Int, chosen: Int32? = nil) {
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
    top = best.map { ($0.token, Double($0.logit) - normalizer) }
    chosenLogprob = chosen.map { Double(logits[Int($0)]) - normalizer }
  }
}

/// Reads a sequence piece by piece and hands out logits.
public final class SequenceReader {
  private let decoder: Decoder
  private let area: WorkArea
  private let cache: KeyValueCache
  private var sequence: [Int32] = []
  private var lengthClass = 0

  /// - Parameter limit: the most tokens of the whole sequence; memory for their keys and values is taken at once.
  public init(_ model: LanguageModel, limit: Int, threads: Int = 1) throws(ModelError) {
    decoder = model.decoder
    guard limit <= decoder.blueprint.contextLength else {
      throw .contextOverflow(tokens: limit, limit: decoder.blueprint.contextLength)
    }
    do throws(TensorError) {
      area = try WorkArea(decoder.blueprint, capacity: min(WorkArea.defaultCapacity, max(16, limit)), threads: threads)
      cache = try KeyValueCache(decoder, capacity: max(1, limit))
    } catch {
      throw .tensors(.init(error))
    }
  }

  /// Adds tokens to the sequence and returns the logits `[tokens, vocabulary]` at the wanted ones.
  ///
  /// - Parameter wanted: positions within `tokens`.
  public func append(_ tokens: [Int32], logitsAt wanted: Range<Int>) throws(ModelError) -> [[Float]] {
    try decoder.check(tokens)
    guard sequence.count + tokens.count <= cache.capacity else {
      throw .contextOverflow(tokens: sequence.count + tokens.count, limit: cache.capacity)
    }
    let kept = sequence.count
    sequence += tokens
    let lengthClass = decoder.lengthClass(of: sequence.count)
    if lengthClass != self.lengthClass {  // the sequence has grown into other angles: its keys are computed again
      self.lengthClass = lengthClass
      cache.truncate(to: 0)
      return try compute(sequence, logitsAt: wanted.lowerBound + kept..<wanted.upperBound + kept)
    }
    return try compute(tokens, logitsAt: wanted)
  }

  private func compute(_ tokens: [Int32], logitsAt wanted: Range<Int>) throws(ModelError) -> [[Float]] {
    var results: [[Float]] = []
    var start = 0
    while start < tokens.count {
      let end = min(start + area.capacity, tokens.count)
      let rows = wanted.clamped(to: start..<end).map { $0 - start }
      try decoder.extend(cache, with: tokens[start..<end], wanted: rows, lengthClass: lengthClass, area: area)
      var logits = Array(repeating: [Float](), count: rows.count)
      for index in logits.indices { logits[index].reserveCapacity(decoder.blueprint.vocabularySize) }
      try decoder.project(rows: rows.count, area: area) { matrix, _, width in
        for row in logits.indices { logits[row] += matrix.row(row).prefix(width) }
      }
      results += logits
      start = end
    }
    return results
  }
}
