// Final hidden states of whole sequences: what a frozen teacher says, before the vocabulary.

public import Tensors

extension LanguageModel {
  /// Final hidden states `[rows, width]` of packed sequences, after the output norm and the projection to the vocabulary's width.
  ///
  /// A row's bits depend on its sequence alone.
  ///
  /// - Parameter threads: each computes some of the sequences.
  /// - Throws: ``ModelError`` for tokens beyond the vocabulary and sequences beyond the context.
  public func hiddenStates(_ batch: TokenBatch, threads: Int) throws(ModelError) -> Matrix {
    try decoder.check(batch)
    let packs = batch.packs(parts: max(1, threads), limit: WorkArea.defaultCapacity)
    let states: Matrix
    let areas = Slots<WorkArea>(count: max(1, threads))
    let width = blueprint.unembedding.vocabulary.weight.inputs
    do throws(TensorError) {
      states = try Matrix(rows: batch.rows, columns: width)
      let capacity = packs.map(\.rows).max() ?? 0
      for worker in 0..<min(max(1, threads), packs.count) { areas.set(worker, to: try WorkArea(blueprint, capacity: max(16, capacity))) }
    } catch {
      throw .tensors(.init(error))
    }
    let workers = areas.values
    try withWorkers(threads, count: packs.count) { (worker, index) throws(ModelError) in
      let (pack, area) = (packs[index], workers[worker])
      let segments = pack.sequences.map { number in
        TokenSegment(
          tokens: batch.sequences[number.sequence], firstRow: number.row, firstPosition: 0,
          lengthClass: decoder.lengthClass(of: batch.sequences[number.sequence].count))
      }
      try decoder.run(TokenPack(segments: segments, rows: pack.rows), wanted: Array(0..<pack.rows), area: area)
      do throws(TensorError) {
        let output = try decoder.normalizedOutputs(rows: pack.rows, area: area)
        states.copy(pack.rows, rowsOf: output, from: (0, 0), to: (pack.firstRow, 0), width: width)
      } catch {
        throw .tensors(.init(error))
      }
    }
    return states
  }
}

extension Decoder {
  /// Refuses tokens that the vocabulary does not have, and sequences that are too long.
  func check(_ batch: TokenBatch) throws(ModelError) {
    for sequence in batch.sequences {
      try check(sequence)
      guard sequence.count <= blueprint.contextLength else {
        throw .contextOverflow(tokens: sequence.count, limit: blueprint.contextLength)
      }
    }
  }
}

extension TokenBatch {
  /// Neighbouring sequences that are computed together.
  struct Pack: Sendable {
    var firstRow: Int
    var rows = 0
    var sequences: [(sequence: Int, row: Int)] = []
  }

  /// Packs of about equal size, at least one for each of some parts where there are as many sequences.
  ///
  /// - Parameter limit: rows of a pack, unless one sequence has more.
  func packs(parts: Int, limit: Int) -> [Pack] {
    let wanted = min(limit, max(1, (rows + parts - 1) / parts))
    var packs: [Pack] = []
    var row = 0
    for (number, sequence) in sequences.enumerated() where !sequence.isEmpty {
      if packs.isEmpty || packs[packs.count - 1].rows + sequence.count > wanted { packs.append(Pack(firstRow: row)) }
      packs[packs.count - 1].sequences.append((number, packs[packs.count - 1].rows))
      packs[packs.count - 1].rows += sequence.count
      row += sequence.count
    }
    return packs
  }
}
