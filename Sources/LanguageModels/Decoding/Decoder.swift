// The pass through the layers: packed tokens to hidden states, hidden states to logits.

internal import Checkpoints
internal import Synchronization
internal import Tensors

/// A decoder with its weights; immutable, used by any number of threads, each with a ``WorkArea``.
final class Decoder: Sendable {
  let blueprint: DecoderBlueprint
  let weights: DecoderWeights
  let precision: Precision
  let library: any MatrixLibrary
  let reader: WeightReader
  private let rotary: RotaryTables

  init(_ blueprint: DecoderBlueprint, reader: WeightReader, threads: Int) throws(ModelError) {
    self.blueprint = blueprint
    self.reader = reader
    library = reader.base.library
    precision = reader.base.precision
    weights = try DecoderWeights(blueprint, reader: reader, threads: threads)
    rotary = try RotaryTables(blueprint, reader: reader)
  }

  /// Sequences of one class turn by the same angles: see ``RotaryRule/lengthClass(of:)``.
  ///
  /// - Parameter length: the tokens of the whole sequence.
  func lengthClass(of length: Int) -> Int { rotary.lengthClass(of: length) }

  /// Refuses tokens that the vocabulary does not have.
  func check(_ tokens: [Int32]) throws(ModelError) {
    for token in tokens where token < 0 || Int(token) >= blueprint.vocabularySize {
      throw .tokenOutOfVocabulary(token: Int(token), vocabulary: blueprint.vocabularySize)
    }
  }

  /// Runs a pack through all layers; the first rows of `area.hidden` then hold the last layer's output at the wanted rows, before the final norm.
  ///
  /// - Parameter wanted: rows of the pack, ascending. Behind the last layer's attention only these are computed.
  func run(_ pack: TokenPack, wanted: [Int], area: WorkArea) throws(ModelError) {
    precondition(zip(wanted, wanted.dropFirst()).allSatisfy { $0 < $1 } && wanted.allSatisfy { $0 >= 0 && $0 < pack.rows }, "no such rows")
    var positions: [Int32] = []
    positions.reserveCapacity(pack.rows)
    for segment in pack.segments {
      precondition(segment.firstRow == positions.count, "segments fill the rows in order")
      for offset in segment.tokens.indices { positions.append(Int32(segment.firstPosition + offset)) }
    }
    try weights.embedding.embed(pack, positions: positions, into: area.hidden, area: area)
    for index in 0..<weights.layerCount {
      let layer = try weights.layer(index)
      do throws(TensorError) {
        let isLast = index == weights.layerCount - 1
        try layer.run(pack, index: index, positions: positions, rotary: rotary, wanted: isLast ? wanted : nil, area: area)
      } catch {
        throw .tensors(.init(error))
      }
    }
    for segment in pack.segments where segment.extendsCache { segment.cache?.advance(by: segment.tokens.count) }
  }

  /// Computes the next positions of a cache, in passes of at most the area's tokens.
  func extend(_ cache: KeyValueCache, with tokens: ArraySlice<Int32>, lengthClass: Int, area: WorkArea) throws(ModelError) {
    var rest = tokens
    while !rest.isEmpty {
      let part = rest.prefix(area.capacity)
      try extend(cache, with: part, wanted: [], lengthClass: lengthClass, area: area)
      rest = rest.dropFirst(part.count)
    }
  }

  /// Computes the next positions of a cache in one pass.
  ///
  /// - Parameters:
  ///   - tokens: at most as many as the area's pass takes.
  ///   - wanted: those whose outputs are wanted: see ``run(_:wanted:area:)``.
  func extend(
    _ cache: KeyValueCache, with tokens: ArraySlice<Int32>, wanted: [Int], lengthClass: Int, area: WorkArea
  ) throws(ModelError) {
    let segment = TokenSegment(
      tokens: Array(tokens), firstRow: 0, firstPosition: cache.length, cache: cache, extendsCache: true, lengthClass: lengthClass)
    try run(TokenPack(segments: [segment], rows: tokens.count), wanted: wanted, area: area)
  }

  /// Normalises the first rows of `area.hidden` as the vocabulary projection takes them.
  ///
  /// - Returns: `[rows, width]`.
  func normalizedOutputs(rows: Int, area: WorkArea) throws(TensorError) -> Matrix {
    var output = area.hidden
    if let norm = weights.outputNorm {
      norm.apply(area.hidden, rows: rows, into: area.normalized, area: area)
      output = area.normalized
    }
    guard let projection = weights.outputProjection else { return output }
    let projected = try area.matrix(.unembedded, columns: projection.outputs)
    try projection.apply(output, rows: rows, into: projected, area: area)
    return projected
  }

  /// Projects the first rows of `area.hidden`, those that ``run(_:wanted:area:)`` was asked for, onto the vocabulary, slice by slice.
  ///
  /// - Parameter visit: gets each slice of logits `[rows, width]`, its first token and its width; slices come in the order of the vocabulary.
  func project(rows: Int, area: WorkArea, visit: (_ logits: Matrix, _ firstToken: Int, _ width: Int) -> Void) throws(ModelError) {
    if rows == 0 { return }
    do {
      let output = try normalizedOutputs(rows: rows, area: area)
      var firstToken = 0
      for index in 0..<weights.sliceCount {
        let slice = try weights.vocabularySlice(index)
        let logits = slice.outputs == area.logits.columns ? area.logits : area.lastLogits
        try slice.apply(output, rows: rows, into: logits, area: area)
        if let cap = blueprint.unembedding.softCap {
          area.share(rows: rows, width: slice.outputs) { part in Matrix(rows: part, of: logits).softCap(rows: part.count, at: cap) }
        }
        visit(logits, firstToken, slice.outputs)
        firstToken += slice.outputs
      }
    } catch {
      throw ModelError(wrapping: error)
    }
  }
}
