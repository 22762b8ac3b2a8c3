// Keys and values of the first positions of a sequence, kept between passes.

internal import Tensors

/// The keys and values of one sequence's prefix: a matrix `[capacity, 2 · kvHeads · headWidth]` a layer, keys first.
///
/// Written by one thread; read by many once its owner stops writing.
public final class KeyValueCache: @unchecked Sendable {
  let layers: [Matrix]
  let capacity: Int
  /// How many positions are filled.
  private(set) var length = 0

  init(blueprint: DecoderBlueprint, capacity: Int) throws(TensorError) {
    var layers: [Matrix] = []
    for layer in blueprint.layers { layers.append(try Matrix(rows: capacity, columns: 2 * layer.attention.shape.keyWidth)) }
    self.layers = layers
    self.capacity = capacity
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
