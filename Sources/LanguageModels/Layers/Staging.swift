// Memory in which weights lie between the checkpoint and their packed form, used again for the next ones.

internal import Synchronization
internal import Tensors

/// The largest matrix that one packing thread has needed; fresh memory costs more than what is done in it.
final class Staging: Sendable {
  private let memory = Mutex<Matrix?>(nil)

  /// A matrix `[rows, columns]`, good until the next call; what was in it is of no meaning.
  func matrix(rows: Int, columns: Int) throws(TensorError) -> Matrix {
    try memory.withLock { (memory) throws(TensorError) in
      if let known = memory, known.paddedRows * known.columns >= rows * columns { return Matrix(rows: rows, columns: columns, in: known, from: 0) }
      memory = nil
      let made = try Matrix(rows: rows, columns: columns)
      memory = made
      return made
    }
  }
}
