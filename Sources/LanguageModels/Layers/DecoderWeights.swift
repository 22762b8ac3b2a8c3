// The weights of a decoder, packed in the background in the order in which the first pass needs them.

internal import Checkpoints
internal import Dispatch
internal import Synchronization
internal import Tensors

/// All weights of a decoder; layers and vocabulary are packed by background threads, or by whoever asks for them first.
final class DecoderWeights: Sendable {
  /// Tokens a slice of the vocabulary projection: small enough that a slice of logits stays in the cache.
  static let vocabularySlice = 1024

  let embedding: EmbeddingLayer
  let outputNorm: Norm?
  let outputProjection: Projection?
  private let blueprint: DecoderBlueprint
  private let reader: WeightReader
  private let layers: [Pending<DecoderLayer>]
  /// The vocabulary projection in slices of ``vocabularySlice`` tokens, the last one shorter.
  private let slices: [Pending<Projection>]

  /// Checks every name and shape, then starts to pack.
  init(_ blueprint: DecoderBlueprint, reader: WeightReader, threads: Int) throws(ModelError) {
    for tensor in blueprint.tensors { _ = try reader.base.info(tensor) }  // all faults of names and shapes before any work
    self.blueprint = blueprint
    self.reader = reader
    embedding = try EmbeddingLayer(blueprint.embedding, reader: reader)
    outputNorm = try blueprint.unembedding.norm.map { (norm) throws(ModelError) in try Norm(norm, reader: reader) }
    outputProjection = try blueprint.unembedding.projection.map { (linear) throws(ModelError) in try reader.projection([linear]) }
    layers = blueprint.layers.map { _ in Pending() }
    slices = (0..<(blueprint.vocabularySize + Self.vocabularySlice - 1) / Self.vocabularySlice).map { _ in Pending() }
    let next = BackgroundPosition()
    for _ in 0..<max(1, threads) {
      DispatchQueue.global().async { [weak self] in
        var own = reader
        own.staging = Staging()
        while let weights = self, weights.packNext(next.advance(), own) {}  // and no longer than someone holds the weights
      }
    }
  }

  var layerCount: Int { layers.count }
  var sliceCount: Int { slices.count }

  func layer(_ index: Int) throws(ModelError) -> DecoderLayer { try layer(index, reader) }

  func vocabularySlice(_ index: Int) throws(ModelError) -> Projection { try vocabularySlice(index, reader) }

  private func layer(_ index: Int, _ reader: WeightReader) throws(ModelError) -> DecoderLayer {
    try layers[index].value { () throws(ModelError) in try DecoderLayer(blueprint.layers[index], reader: reader) }
  }

  private func vocabularySlice(_ index: Int, _ reader: WeightReader) throws(ModelError) -> Projection {
    try slices[index].value { () throws(ModelError) in
      let first = index * Self.vocabularySlice
      let rows = first..<min(first + Self.vocabularySlice, blueprint.vocabularySize)
      return try reader.projection([blueprint.unembedding.vocabulary], rows: rows, site: .unembedding)
    }
  }

  /// Packs a part ahead of its use; an error comes again for whoever needs the part.
  ///
  /// - Returns: false when there is nothing more to do.
  private func packNext(_ index: Int, _ reader: WeightReader) -> Bool {
    guard index < layers.count + slices.count else { return false }
    do {
      if index < layers.count { _ = try layer(index, reader) } else { _ = try vocabularySlice(index - layers.count, reader) }
      return true
    } catch {
      return false
    }
  }
}

/// Where the background threads are.
private final class BackgroundPosition: Sendable {
  private let next = Atomic(0)

  func advance() -> Int { next.add(1, ordering: .relaxed).oldValue }
}
