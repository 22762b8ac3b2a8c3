// A tensor of a checkpoint: what it is called, how it is stored, and where its bytes are.

internal import Documents
public import Tensors

/// A named tensor in a checkpoint file; its bytes stay in the file until they are read.
public struct TensorInfo: Sendable {
  /// The name as it is in the file: `model.layers.0.self_attn.q_proj.weight`, or `blk.0.attn_q.weight` in GGUF.
  public let name: String
  public let elementType: ElementType
  /// Outermost dimension first, as PyTorch writes it: `[output, input]` for a linear layer. A scalar has no dimension.
  public let shape: [Int]
  /// Where the bytes are in the file; of a view whose elements do not lie row by row, from the first of them to the last.
  public let byteRange: Range<Int>
  /// The elements; zero if any dimension is.
  public let elementCount: Int

  let file: RandomAccessFile
  /// Nil where the elements lie row by row.
  let view: StridedView?

  /// - Parameters:
  ///   - dataStart: where in the file the entry's bytes are counted from.
  ///   - strides: in elements, one a dimension; nil where the elements lie row by row.
  init(_ entry: TensorEntry, in file: RandomAccessFile, dataStart: Int = 0, strides: [Int]? = nil) {
    name = entry.name
    elementType = entry.elementType
    shape = entry.shape
    byteRange = entry.byteRange.lowerBound + dataStart..<entry.byteRange.upperBound + dataStart
    elementCount = entry.elementCount
    self.file = file
    view = strides.map { StridedView(shape: entry.shape, strides: $0, elementBytes: entry.elementType.blockBytes) }
  }

  /// The path of the file that holds the tensor.
  public var path: String { file.path }
  /// The elements of a row: the innermost dimension; 1 for a scalar.
  public var rowLength: Int { shape.last ?? 1 }
  /// The rows: all dimensions but the innermost, multiplied; none in a tensor without elements.
  public var rowCount: Int { elementCount == 0 ? 0 : elementCount / rowLength }
}

/// A tensor as a header describes it, checked against the size of the file; bytes are counted from the start of the data.
struct TensorEntry: Sendable {
  var name: String
  var elementType: ElementType
  var shape: [Int]
  var elementCount: Int
  var byteRange: Range<Int>

  /// The product of dimensions, nil if it does not fit 64 bits.
  static func elementCount(of shape: [Int]) -> Int? {
    var product = 1
    for dimension in shape {
      let (next, overflows) = product.multipliedReportingOverflow(by: dimension)
      if overflows { return nil }
      product = next
    }
    return product
  }
}
