// The weights of a decoder, read from the checkpoint and packed for the matrix library.

internal import Checkpoints
internal import Documents
internal import Tensors

/// One layer's weights: queries, keys and values in one product, gate and up in another.
struct LayerWeights: Sendable {
  let attentionNorm: Matrix
  /// `[queries + 2 · keys, hidden]`
  let queryKeyValue: any PackedWeights
  let attentionOutput: any PackedWeights
  let feedForwardNorm: Matrix
  /// `[2 · feedForward, hidden]`
  let gateUp: any PackedWeights
  let down: any PackedWeights
}

/// All weights of a decoder.
struct DecoderWeights: Sendable {
  /// Tokens a slice of the vocabulary projection: small enough that a slice of logits stays in the cache.
  static let vocabularySlice = 1024

  let layers: [LayerWeights]
  let finalNorm: Matrix
  /// The vocabulary projection in slices of ``vocabularySlice`` tokens, the last one shorter.
  let vocabulary: [any PackedWeights]
  let embedding: EmbeddingTable
  let inverseFrequencies: [Float]

  /// Reads and packs, a piece at a time on each thread, so that memory holds little more than the packed weights.
  init(_ blueprint: DecoderBlueprint, checkpoint: Checkpoint, library: any MatrixLibrary, precision: Precision, threads: Int)
    throws(ModelError)
  {
    let reader = WeightReader(checkpoint: checkpoint, library: library, precision: precision)
    for tensor in blueprint.tensors { _ = try reader.info(tensor) }  // all faults of names and shapes before any work
    embedding = try EmbeddingTable(blueprint.embedding, reader: reader)
    finalNorm = try reader.vector(blueprint.finalNorm)
    if case .divisors(let tensor) = blueprint.rotary.scaling {
      inverseFrequencies = blueprint.rotary.inverseFrequencies(divisors: try reader.vector(tensor).row(0))
    } else {
      inverseFrequencies = blueprint.rotary.inverseFrequencies()
    }

    let slices = (blueprint.vocabularySize + Self.vocabularySlice - 1) / Self.vocabularySlice
    let packedLayers = Slots<LayerWeights>(count: blueprint.layers.count)
    let packedSlices = Slots<any PackedWeights>(count: slices)
    try withWorkers(threads, count: blueprint.layers.count + slices) { (_, index) throws(ModelError) in
      if index < blueprint.layers.count {
        packedLayers.set(index, to: try reader.layer(blueprint.layers[index]))
      } else {
        let first = (index - blueprint.layers.count) * Self.vocabularySlice
        let rows = first..<min(first + Self.vocabularySlice, blueprint.vocabularySize)
        packedSlices.set(index - blueprint.layers.count, to: try reader.packed([blueprint.unembedding], rows: rows))
      }
    }
    layers = packedLayers.values
    vocabulary = packedSlices.values
  }

  /// The bytes of the packed weights.
  var bytes: Int {
    layers.reduce(0) { $0 + $1.queryKeyValue.bytes + $1.attentionOutput.bytes + $1.gateUp.bytes + $1.down.bytes }
      + vocabulary.reduce(0) { $0 + $1.bytes }
  }
}

/// Reads weights by reference: checks the shape, undoes the file's row order, packs.
struct WeightReader: Sendable {
  let checkpoint: Checkpoint
  let library: any MatrixLibrary
  let precision: Precision

  func info(_ reference: TensorReference) throws(ModelError) -> TensorInfo {
    do { return try checkpoint.tensor(reference.name, shape: reference.shape) } catch { throw .checkpoint(error) }
  }

  /// A vector as a matrix of one row.
  func vector(_ reference: TensorReference) throws(ModelError) -> Matrix {
    do {
      return try Matrix(row: checkpoint.floats(of: try info(reference)))
    } catch let error as ModelError {
      throw error
    } catch let error as TensorError {
      throw .tensors(.init(error))
    } catch {
      throw .checkpoint(error)
    }
  }

  func layer(_ blueprint: LayerBlueprint) throws(ModelError) -> LayerWeights {
    LayerWeights(
      attentionNorm: try vector(blueprint.attentionNorm),
      queryKeyValue: try packed([blueprint.query, blueprint.key, blueprint.value]),
      attentionOutput: try packed([blueprint.attentionOutput]),
      feedForwardNorm: try vector(blueprint.feedForwardNorm),
      gateUp: try packed([blueprint.gate, blueprint.up]),
      down: try packed([blueprint.down]))
  }

  /// Packs weights of the same width under each other; with `rows`, those rows of a single weight.
  func packed(_ references: [TensorReference], rows: Range<Int>? = nil) throws(ModelError) -> any PackedWeights {
    let columns = references[0].shape[1]
    let total = rows?.count ?? references.reduce(0) { $0 + $1.shape[0] }
    do {
      let matrix = try Matrix(rows: total, columns: columns)
      var first = 0
      for reference in references {
        let range = rows ?? 0..<reference.shape[0]
        try read(reference, rows: range, into: matrix, firstRow: first)
        first += range.count
      }
      return try library.pack(matrix, precision: precision)
    } catch let error as ModelError {
      throw error
    } catch let error as TensorError {
      throw .tensors(.init(error))
    } catch {
      throw .checkpoint(error)
    }
  }

  private func read(_ reference: TensorReference, rows: Range<Int>, into matrix: Matrix, firstRow: Int) throws {
    let tensor = try info(reference)
    switch reference.rowOrder {
    case .asWritten: try matrix.withRows(firstRow..<firstRow + rows.count) { span in try checkpoint.dequantize(tensor, rows: rows, into: &span) }
    case .interleavedHalves(let headWidth):
      let stored = try Matrix(rows: rows.count, columns: matrix.columns)
      try stored.withRows(0..<rows.count) { span in try checkpoint.dequantize(tensor, rows: rows, into: &span) }
      let half = headWidth / 2
      for row in 0..<rows.count {
        let (head, place) = (row / headWidth, row % headWidth)
        let source = head * headWidth + (place < half ? 2 * place : 2 * (place - half) + 1)
        matrix.copyRow(source, of: stored, to: firstRow + row)
      }
    }
    if rows.count == reference.shape[0] { checkpoint.discard(tensor) }
  }
}

/// Rows of the embedding, read from the mapped checkpoint when a token needs them.
struct EmbeddingTable: Sendable {
  private let tensor: TensorInfo
  private let checkpoint: Checkpoint

  init(_ reference: TensorReference, reader: WeightReader) throws(ModelError) {
    tensor = try reader.info(reference)
    checkpoint = reader.checkpoint
  }

  /// Writes the embedding of a token, `[hidden]`, into a row.
  func read(_ token: Int32, into matrix: Matrix, row: Int) throws(ModelError) {
    guard token >= 0, Int(token) < tensor.shape[0] else {
      throw .tokenOutOfVocabulary(token: Int(token), vocabulary: tensor.shape[0])
    }
    do throws(CheckpointError) {
      try matrix.withRows(row..<row + 1) { (span) throws(CheckpointError) in
        try checkpoint.dequantize(tensor, rows: Int(token)..<Int(token) + 1, into: &span)
      }
    } catch {
      throw .checkpoint(error)
    }
  }
}
