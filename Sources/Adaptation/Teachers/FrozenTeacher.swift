// A frozen model that teaches: its hidden states for a batch, computed once for each sequence and kept.

internal import LanguageModels
internal import Tensors

/// One of the two teachers. One caller at a time.
final class FrozenTeacher {
  let model: LanguageModel
  let party: ObjectiveError.Party
  let cache: TeacherCache
  private let threads: Int

  init(_ model: LanguageModel, party: ObjectiveError.Party, cache: TeacherCache, threads: Int) {
    self.model = model
    self.party = party
    self.cache = cache
    self.threads = threads
  }

  /// The final hidden states of packed sequences: from the cache, the others computed together and kept.
  func states(of sequences: [[Int32]]) throws -> Matrix {
    let batch = TokenBatch(sequences)
    let states = try Matrix(rows: batch.rows, columns: cache.width)
    var missing: [Int] = []
    for (index, range) in batch.ranges.enumerated() {
      if try !cache.copyStates(of: sequences[index], into: states, firstRow: range.lowerBound) { missing.append(index) }
    }
    if missing.isEmpty { return states }
    let computed = TokenBatch(missing.map { sequences[$0] })
    let fresh = try model.hiddenStates(computed, threads: threads)
    for (place, range) in zip(missing, computed.ranges) {
      try cache.keep(sequences[place], statesIn: fresh, firstRow: range.lowerBound)
      states.copy(
        range.count, rowsOf: fresh, from: (range.lowerBound, 0), to: (batch.ranges[place].lowerBound, 0), width: cache.width)
    }
    return states
  }

  /// What the teacher says of a batch, with its word on the gold tokens where that is needed.
  func teacher(of sequences: [[Int32]], withVerdicts: Bool) throws -> Teacher {
    var teacher = Teacher(hidden: try states(of: sequences), vocabulary: model.vocabularySlices)
    if withVerdicts { teacher.verdicts = try verdicts(of: sequences, hidden: teacher.hidden) }
    return teacher
  }

  /// The word of the teacher on every token of the sequences, a row each.
  func verdicts(of sequences: [[Int32]], hidden: Matrix? = nil) throws -> [TokenVerdict] {
    let known = sequences.map { cache.verdicts(of: $0) }
    if !known.contains(where: { $0 == nil }) { return known.flatMap { $0 ?? [] } }
    let hidden = try hidden ?? states(of: sequences)
    let found = try Adaptation.verdicts(
      of: party, hidden: hidden, vocabulary: model.vocabularySlices, targets: .everyToken(of: sequences), threads: threads)
    for (sequence, range) in zip(sequences, TokenBatch(sequences).ranges) { cache.keep(Array(found[range]), of: sequence) }
    return found
  }
}
