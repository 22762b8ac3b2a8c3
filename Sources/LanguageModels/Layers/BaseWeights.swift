// The weights of a base, mapped once and packed once for all models that are this base and an adapter.

internal import Checkpoints
internal import Synchronization
internal import Tensors

/// A checkpoint with its packed weights; models that share it share the memory.
public final class BaseWeights: Sendable {
  let checkpoint: Checkpoint
  let library: any MatrixLibrary
  let precision: Precision
  /// Keep weights of 16 bits in that size, although they are multiplied in f32.
  let isCompact: Bool

  /// What is packed together: weights of the same inputs, or rows of one.
  struct Key: Hashable {
    var weights: [TensorReference]
    var rows: Range<Int>?
    /// `[inputs, outputs]`: what gradients are multiplied with.
    var isTransposed = false
  }

  private let packed = Mutex<[Key: Pending<any PackedWeights>]>([:])

  init(checkpoint: Checkpoint, library: any MatrixLibrary, precision: Precision, isCompact: Bool = false) {
    self.checkpoint = checkpoint
    self.library = library
    self.precision = precision
    self.isCompact = isCompact
  }

  /// The bytes that packed weights hold now.
  public var bytes: Int {
    let known = packed.withLock { Array($0.values) }
    return known.reduce(0) { $0 + ($1.current?.bytes ?? 0) }
  }

  func info(_ reference: TensorReference) throws(ModelError) -> TensorInfo {
    do { return try checkpoint.tensor(reference.name, shape: reference.shape) } catch { throw .checkpoint(error) }
  }

  /// The packed form of some weights, made at the first call.
  func packed(_ key: Key, _ make: () throws(ModelError) -> any PackedWeights) throws(ModelError) -> any PackedWeights {
    let pending = packed.withLock { table in
      if let known = table[key] { return known }
      let made = Pending<any PackedWeights>()
      table[key] = made
      return made
    }
    return try pending.value(make)
  }
}
