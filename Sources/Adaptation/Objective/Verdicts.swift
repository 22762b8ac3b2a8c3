// A model's word on the gold tokens of a batch: their likelihood and whether it would have chosen them. Logits are looked at and forgotten.

internal import LanguageModels
internal import Synchronization
public import Tensors

/// Reads off hidden states what a model says of the gold tokens.
///
/// - Parameters:
///   - hidden: `[≥ rows of the targets, width]`, after the output norm.
///   - threads: changes no bit of the result.
/// - Returns: a verdict for each row; that of a row with weight 0 says nothing.
/// - Throws: ``ObjectiveError/diverged(_:row:sequence:)`` where a logit is no finite number.
public func verdicts(
  of party: ObjectiveError.Party, hidden: Matrix, vocabulary: any VocabularyProjection, targets: TokenTargets, threads: Int
) throws(ObjectiveError) -> [TokenVerdict] {
  try targets.check(vocabulary: vocabulary.vocabularySize, of: party)
  try checkShape(of: party, hidden, vocabulary, rows: targets.count)
  let blocks = RowBlocks(targets.trainedRows, vocabulary: nil, threads: max(1, threads))
  let results = Mutex(Array(repeating: TokenVerdict.none, count: targets.count))
  try withWorkers(threads, count: blocks.count) { (_, index) throws(ObjectiveError) in
    let rows = blocks[index]
    let found: [TokenVerdict]
    do {
      found = try blockVerdicts(of: party, rows: Array(rows), hidden: hidden, vocabulary: vocabulary, targets: targets)
    } catch {
      throw ObjectiveError(wrapping: error)
    }
    results.withLock { results in for (row, verdict) in zip(rows, found) { results[row] = verdict } }
  }
  return results.withLock { $0 }
}

private func blockVerdicts(
  of party: ObjectiveError.Party, rows: [Int], hidden: Matrix, vocabulary: any VocabularyProjection, targets: TokenTargets
) throws -> [TokenVerdict] {
  let scratch = ScratchMemory()
  let input = try Matrix(rows: rows.count, columns: vocabulary.width)
  for (place, row) in rows.enumerated() { input.copyRow(row, of: hidden, to: place) }
  var sums = Array(repeating: LogSumExp(), count: rows.count)
  var gold = Array(repeating: Float.nan, count: rows.count)
  var logits: Matrix?
  for slice in 0..<vocabulary.count {
    let range = vocabulary.range(slice)
    let slices = try logits.flatMap { $0.columns == range.count ? $0 : nil } ?? Matrix(rows: rows.count, columns: range.count)
    logits = slices
    try vocabulary.cappedLogits(slice, of: input, rows: rows.count, into: slices, scratch: scratch)
    for place in rows.indices {
      sums[place].add(slices, row: place, count: range.count, firstToken: range.lowerBound)
      let token = Int(targets.tokens[rows[place]])
      if range.contains(token) { gold[place] = slices[place, token - range.lowerBound] }
    }
  }
  return try rows.indices.map { place in
    let value = Double(gold[place]) - sums[place].value
    if !value.isFinite { throw ObjectiveError.diverged(party, row: rows[place], sequence: Int(targets.sequences[rows[place]])) }
    return TokenVerdict(logProbability: min(value, 0), isRight: sums[place].largestToken == Int(targets.tokens[rows[place]]))
  }
}

func checkShape(of party: ObjectiveError.Party, _ hidden: Matrix, _ vocabulary: any VocabularyProjection, rows: Int) throws(ObjectiveError) {
  if hidden.columns != vocabulary.width {
    throw .mismatch("columns of the hidden states of the \(party.rawValue)", found: hidden.columns, expected: vocabulary.width)
  }
  if hidden.rows < rows { throw .mismatch("rows of the hidden states of the \(party.rawValue)", found: hidden.rows, expected: rows) }
}

extension ObjectiveError {
  /// An error of the layers below.
  init(wrapping error: any Error) {
    switch error {
    case let error as ObjectiveError: self = error
    case let error as ModelError: self = .model(error)
    case let error as TensorError: self = .model(.tensors(.init(error)))
    default: self = .model(.checkpoint(error))
    }
  }
}
