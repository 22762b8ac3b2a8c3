// Keys and values of the first positions of a sequence, kept between passes.

internal import Tensors

/// The keys and values of one sequence's prefix, layer by layer.
///
/// Written by one thread; read by many once its owner stops writing.
public final class KeyValueCache: @unchecked Sendable {
  let layers: [KeyValueStore]
  let capacity: Int
  /// How many positions are filled.
  private(set) var length = 0

  init(_ decoder: Decoder, capacity: Int) throws(TensorError) {
    var layers: [KeyValueStore] = []
    for layer in decoder.blueprint.layers {
      let shape = layer.attention.shape
      layers.append(
        try KeyValueStore(heads: shape.keyValueHeads, headWidth: shape.headWidth, capacity: capacity, precision: decoder.precision))
    }
    self.layers = layers
    self.capacity = capacity
  }

  /// Bytes that a position takes in all layers.
  static func bytesPerToken(_ decoder: Decoder) -> Int {
    decoder.blueprint.layers.reduce(0) { $0 + 2 * $1.attention.shape.keyWidth * KeyValueStore.bytes(decoder.precision) }
  }

  /// The place of a layer's next keys and values, behind those that are filled.
  func next(layer index: Int) -> KeyValuePlace { KeyValuePlace(store: layers[index], position: length) }

  /// Takes over the first positions of another cache.
  func copy(_ count: Int, of other: KeyValueCache) {
    precondition(length == 0 && count <= other.length && count <= capacity)
    for (mine, theirs) in zip(layers, other.layers) { mine.copy(count, of: theirs) }
    length = count
  }

  /// Counts positions that a pass has written.
  func advance(by count: Int) {
    precondition(length + count <= capacity, "the cache is full")
    length += count
  }

  /// Forgets the positions from `length` on.
  func truncate(to length: Int) {
    precondition(length <= self.length)
    self.length = length
  }
}
