// What every family must do, by one call: the reference's numbers, and the same bits however they are asked for.

import Documents
import Foundation
import Tensors
import Testing

@testable import Checkpoints
@testable import LanguageModels

/// The contract of an architecture, held against a checkpoint of `fixtures/families`.
struct FamilyContract {
  let model: LanguageModel
  let sequences: [Sequence]

  /// A sequence with what transformers makes of it.
  struct Sequence {
    var ids: [Int32]
    /// `[tokens, width]`: after the final norm.
    var hiddenStates: [[Float]]
    /// `[tokens, vocabulary]`
    var logits: [[Float]]
  }

  /// - Parameter path: a folder, or a `.gguf` file beside the folder that it was made from.
  init(path: String, library: String) throws {
    model = try LanguageModel(path: path, options: .init(threads: 2, matrixLibrary: library))
    let folder = path.hasSuffix(".gguf") ? String(path.dropLast(5)) : path
    let reference = try Checkpoint(path: folder + "/reference.safetensors")
    sequences = try (0..<2).map { index in
      let numbers = try Self.tokens(reference, "input_ids.\(index)")
      func rows(_ name: String) throws -> [[Float]] {
        let tensor = try #require(reference["\(name).\(index)"])
        let values = try reference.floats(of: tensor)
        return (0..<tensor.rowCount).map { Array(values[$0 * tensor.rowLength..<($0 + 1) * tensor.rowLength]) }
      }
      return Sequence(ids: numbers, hiddenStates: try rows("hidden_states"), logits: try rows("logits"))
    }
  }

  /// Whole numbers of 64 bits as tokens.
  static func tokens(_ reference: Checkpoint, _ name: String) throws -> [Int32] {
    let ids = try #require(reference[name])
    let bytes = try ids.file.read(ids.byteRange)
    // The IDs fit two bytes of their eight.
    return (0..<ids.elementCount).map { place in Int32(bytes[place * 8]) | Int32(bytes[place * 8 + 1]) << 8 }
  }

  func check() throws {
    try checkParity()
    try checkWanted()
    try checkSteps()
    try checkScores()
  }

  /// Hidden states and logits within 1e-4 of the reference's.
  private func checkParity() throws {
    for (index, sequence) in sequences.enumerated() {
      let generator = try SequenceReader(model, limit: sequence.ids.count)
      let logits = try generator.append(sequence.ids, logitsAt: 0..<sequence.ids.count)
      let states = try hiddenStates(sequence.ids)
      #expect(difference(states, sequence.hiddenStates) < 1e-4, "hidden states of sequence \(index)")
      #expect(difference(logits, sequence.logits) < 1e-4, "logits of sequence \(index)")
    }
  }

  /// Some rows have the bits that they have among all.
  private func checkWanted() throws {
    let ids = sequences[0].ids
    let all = try hiddenStates(ids)
    for wanted in [[ids.count - 1], Array(stride(from: 1, to: ids.count, by: 3)), [0, 1]] {
      #expect(try hiddenStates(ids, wanted: wanted) == wanted.map { all[$0] }, "rows \(wanted)")
    }
  }

  /// The same bits token by token from the cache as all at once; where the length changes the angles, from there on.
  private func checkSteps() throws {
    let ids = sequences[0].ids
    let whole = try SequenceReader(model, limit: ids.count).append(ids, logitsAt: 0..<ids.count)
    let stepwise = try SequenceReader(model, limit: ids.count)
    let lengthClass = model.decoder.lengthClass(of: ids.count)
    for (position, id) in ids.enumerated() {
      let step = try stepwise.append([id], logitsAt: 0..<1)
      if model.decoder.lengthClass(of: position + 1) == lengthClass { #expect(step == [whole[position]], "position \(position)") }
    }
  }

  /// Log-probabilities of both sequences, scored together in small and large passes, are the reference's, and equal bit for bit.
  private func checkScores() throws {
    let groups = sequences.map { sequence in
      [3, 7].map { ScoringRequest(tokens: sequence.ids, continuationStart: $0) } + [
        ScoringRequest(tokens: Array(sequence.ids.prefix(9)), continuationStart: 5)
      ]
    }
    let reference = try scores(groups, threads: 1, capacity: 768, sharesPrefixes: false)
    for (sequence, scored) in zip(sequences, reference) {
      guard model.decoder.lengthClass(of: sequence.ids.count - 1) == model.decoder.lengthClass(of: sequence.ids.count) else { continue }
      for (offset, logprob) in scored[0].logprobs.enumerated() {
        let (position, token) = (3 + offset, Int(sequence.ids[3 + offset]))
        let logits = sequence.logits[position - 1].map(Double.init)
        let maximum = logits.max() ?? 0
        let expected = logits[token] - maximum - log(logits.reduce(0) { $0 + exp($1 - maximum) })
        #expect(abs(logprob - expected) < 2e-4, "the token at \(position)")
      }
    }
    for (threads, capacity, shares) in [(2, 768, true), (1, 16, true), (2, 16, false)] {
      let other = try scores(groups, threads: threads, capacity: capacity, sharesPrefixes: shares)
      #expect(other.map { $0.map(\.logprobs) } == reference.map { $0.map(\.logprobs) }, "threads \(threads), capacity \(capacity), sharing \(shares)")
    }
  }

  private func scores(_ groups: [[ScoringRequest]], threads: Int, capacity: Int, sharesPrefixes: Bool) throws -> [[ScoredContinuation]] {
    let slots = Slots<[ScoredContinuation]>(count: groups.count)
    try LikelihoodScorer(model, threads: threads, capacity: capacity, sharesPrefixes: sharesPrefixes).score(groups) { slots.set($0, to: $1) }
    return slots.values
  }

  /// - Parameter wanted: all rows if nil.
  private func hiddenStates(_ ids: [Int32], wanted: [Int]? = nil) throws -> [[Float]] {
    let wanted = wanted ?? Array(ids.indices)
    let area = try WorkArea(model.blueprint, capacity: ids.count)
    let segment = TokenSegment(tokens: ids, firstRow: 0, firstPosition: 0, lengthClass: model.decoder.lengthClass(of: ids.count))
    try model.decoder.run(TokenPack(segments: [segment], rows: ids.count), wanted: wanted, area: area)
    let states = try model.decoder.normalizedOutputs(rows: wanted.count, area: area)
    return wanted.indices.map { states.row($0) }
  }

  private func difference(_ mine: [[Float]], _ theirs: [[Float]]) -> Float {
    guard mine.map(\.count) == theirs.map(\.count) else { return .infinity }
    return zip(mine.joined(), theirs.joined()).map { $0.isFinite ? abs($0 - $1) : .infinity }.max() ?? .infinity
  }
}
