// Keys and values of the first positions of a sequence, kept between passes.

internal import Tensors

/// The keys and values of one sequence's prefix, layer by layer; keys in the blocks in which attention reads them.
///
/// Written by one thread; read by many once its owner stops writing.
public final class KeyValueCache: @unchecked Sendable {
  struct Layer: Sendable {
    let keys: KeyBlocks
    /// `[capacity, kvHeads · headWidth]`, and a row to read beyond.
    let values: Matrix
  }

  let layers: [Layer]
  let capacity: Int
  /// How many positions are filled.
  private(set) var length = 0

  init(blueprint: DecoderBlueprint, capacity: Int) throws(TensorError) {
    var layers: [Layer] = []
    for layer in blueprint.layers {
      let shape = layer.attention.shape
      layers.append(
        Layer(
          keys: try KeyBlocks(heads: shape.keyValueHeads, headWidth: shape.headWidth, capacity: capacity),
          values: try Matrix(rows: capacity + 1, columns: shape.keyWidth)))
    }
    self.layers = layers
    self.capacity = capacity
  }

  /// Floats that a position takes in all layers.
  static func width(_ blueprint: DecoderBlueprint) -> Int { blueprint.layers.reduce(0) { $0 + 2 * $1.attention.shape.keyWidth } }

  /// The place of a layer's next keys and values, behind those that are filled.
  func next(layer index: Int) -> KeyValuePlace { KeyValuePlace(keys: layers[index].keys, values: layers[index].values, position: length) }

  /// Takes over the first positions of another cache.
  func copy(_ count: Int, of other: KeyValueCache) {
    precondition(length == 0 && count <= other.length && count <= capacity)
    for (mine, theirs) in zip(layers, other.layers) {
      mine.keys.copy(count, of: theirs.keys)
      mine.values.copy(count, rowsOf: theirs.values, from: (0, 0), to: (0, 0), width: mine.values.columns)
    }
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
