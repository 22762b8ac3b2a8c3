// A weight of a blueprint: which tensor of the checkpoint it is, in what shape it lies there, and which of its rows are meant.

/// A weight by the name it has in its checkpoint, with the shape it must have, outermost dimension first.
///
/// All dimensions but the innermost count as rows; a vector's elements are rows of one column.
public struct TensorReference: Sendable, Hashable {
  /// Which rows of the tensor make the weight, in the order in which the product has them.
  public enum Rows: Sendable, Hashable {
    case all
    case range(Range<Int>)
    /// `count` blocks of `length` rows; the first begins at `first`, each next one `stride` rows later: a part of each head of a fused tensor.
    case blocks(first: Int, length: Int, stride: Int, count: Int)
    /// Each head's rows as pairs (0, half), (1, half + 1), ...: how llama.cpp stores queries and keys of Llama.
    case interleavedHalves(headWidth: Int)
  }

  public var name: String
  public var shape: [Int]
  public var rows: Rows
  /// The tensor is stored as `[inputs, outputs]`, as GPT-2's are.
  public var isTransposed: Bool

  public init(_ name: String, _ shape: [Int], rows: Rows = .all, isTransposed: Bool = false) {
    self.name = name
    self.shape = shape
    self.rows = rows
    self.isTransposed = isTransposed
  }

  /// The rows and columns of the tensor as a whole, after transposing.
  var extent: (rows: Int, columns: Int) {
    if shape.count < 2 { return (shape.first ?? 1, 1) }
    let columns = shape[shape.count - 1]
    let rows = shape.dropLast().reduce(1, *)
    return isTransposed ? (columns, rows) : (rows, columns)
  }

  /// The outputs of the weight: how many rows are meant.
  public var outputs: Int {
    switch rows {
    case .all, .interleavedHalves: extent.rows
    case .range(let range): range.count
    case .blocks(_, let length, _, let count): length * count
    }
  }

  /// The inputs of the weight.
  public var inputs: Int { extent.columns }

  /// The tensor's row that is the weight's row `row`.
  func source(ofRow row: Int) -> Int {
    switch rows {
    case .all: return row
    case .range(let range): return range.lowerBound + row
    case .blocks(let first, let length, let stride, _): return first + row / length * stride + row % length
    case .interleavedHalves(let headWidth):
      let (head, place, half) = (row / headWidth, row % headWidth, headWidth / 2)
      return head * headWidth + (place < half ? 2 * place : 2 * (place - half) + 1)
    }
  }

  /// The same tensor with other rows.
  func with(_ rows: Rows) -> TensorReference { TensorReference(name, shape, rows: rows, isTransposed: isTransposed) }
}
