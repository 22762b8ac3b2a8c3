// Matrix products on OpenBLAS alone: the library that is always there.

internal import COpenBLAS
internal import CVectorKernels

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// OpenBLAS, called on one thread with tiles of one fixed height.
///
/// OpenBLAS chooses kernels by the shape of a call and by the place of a row within it, and some of them sum in another order. A product is
/// therefore cut into tiles of ``tileRows`` rows, the last one padded, and the rows are laid along the kernels' vector lanes: every call has the
/// same shape, and within it every row is summed in the same order.
public struct OpenBLASLibrary: MatrixLibrary {
  /// The height of every call: the largest at which this machine's kernels treat all rows alike.
  static let tileRows = [128, 64, 32].first(where: sumsRowsAlike) ?? 16

  /// Whether a product of equal rows has equal rows, to the last bit.
  private static func sumsRowsAlike(_ tile: Int) -> Bool {
    let (outputs, inputs) = (33, 100)
    let activations = (0..<tile * inputs).map { Float(($0 % inputs * 37 + 11) % 101 - 50) / 17 }
    let weights = (0..<outputs * inputs).map { Float(($0 * 53 + 7) % 103 - 51) / 19 }
    var product = [Float](repeating: 0, count: outputs * tile)
    unsafe multiplyTile(activations, weights, &product, tile: tile, outputs: outputs, inputs: inputs)
    return (0..<outputs).allSatisfy { output in (1..<tile).allSatisfy { product[output * tile] == product[output * tile + $0] } }
  }

  /// product[output, row] = activations[row, :] · weights[output, :], the product with rows innermost.
  static func multiplyTile(
    _ activations: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, _ product: UnsafeMutablePointer<Float>, tile: Int, outputs: Int,
    inputs: Int
  ) {
    unsafe cblas_sgemm(
      CblasColMajor, CblasTrans, CblasNoTrans, blasint(tile), blasint(outputs), blasint(inputs), 1, activations, blasint(inputs), weights,
      blasint(inputs), 0, product, blasint(tile))
  }

  public init() { openblas_set_num_threads(1) }

  public var name: String {
    let configuration = unsafe openblas_get_config().map { unsafe String(cString: $0) } ?? "OpenBLAS"
    return configuration.split(separator: " ").prefix(2).joined(separator: " ")
  }

  public var kernels: String { unsafe openblas_get_corename().map { unsafe String(cString: $0) } ?? "unknown" }

  public func pack(_ weights: Matrix, precision: Precision, storage: WeightStorage) throws(TensorError) -> any PackedWeights {
    try OpenBLASWeights(weights, precision: precision, storage: storage)
  }
}

/// Weights as rows: f32, or numbers of 16 bits that are widened for each product.
@safe final class OpenBLASWeights: PackedWeights, @unchecked Sendable {
  let outputs: Int
  let inputs: Int
  let precision: Precision
  /// None where memory holds f32.
  private let format: HalfFormat?
  private let memory: UnsafeMutableRawPointer

  init(_ weights: Matrix, precision: Precision, storage: WeightStorage) throws(TensorError) {
    outputs = weights.rows
    inputs = weights.columns
    self.precision = precision
    format = HalfFormat(precision, storage)
    let count = outputs * inputs
    if let format {
      let copy = unsafe try AlignedMemory.allocate(count: count, of: UInt16.self)
      unsafe format.narrow(weights.base, copy, count)
      unsafe memory = UnsafeMutableRawPointer(copy)
    } else {
      let copy = unsafe try AlignedMemory.allocate(count: count, of: Float.self)
      unsafe copy.initialize(from: weights.base, count: count)
      unsafe memory = UnsafeMutableRawPointer(copy)
    }
  }

  deinit { unsafe free(memory) }

  var bytes: Int { outputs * inputs * (format == nil ? 4 : 2) }

  func multiply(_ activations: Matrix, rows: Int, into product: Matrix, accumulating: Bool, scratch: ScratchMemory) throws(TensorError) {
    precondition(activations.columns == inputs && product.columns == outputs)
    precondition(rows <= activations.paddedRows && rows <= product.paddedRows)
    let tile = OpenBLASLibrary.tileRows
    let weights: UnsafePointer<Float>
    if let format {
      let wide = unsafe try scratch.weights(bytes: outputs * inputs * 4).assumingMemoryBound(to: Float.self)
      unsafe format.widen(memory.assumingMemoryBound(to: UInt16.self), wide, outputs * inputs)
      unsafe weights = UnsafePointer(wide)
    } else {
      unsafe weights = UnsafePointer(memory.assumingMemoryBound(to: Float.self))
    }
    // Every tile is copied in and out, so that each call sees the same shapes, strides and alignment.
    let input = unsafe try scratch.activations(bytes: tile * (inputs + outputs) * 4).assumingMemoryBound(to: Float.self)
    let output = unsafe input + tile * inputs
    var first = 0
    while first < rows {
      let count = min(tile, rows - first)
      let source = unsafe activations.base + first * inputs
      switch precision {
      case .f32: unsafe input.update(from: source, count: count * inputs)
      case .bf16: unsafe flipgate_round_bf16(source, input, count * inputs)
      }
      unsafe (input + count * inputs).update(repeating: 0, count: (tile - count) * inputs)
      unsafe OpenBLASLibrary.multiplyTile(input, weights, output, tile: tile, outputs: outputs, inputs: inputs)
      for row in 0..<count {
        let target = unsafe product.base + (first + row) * outputs
        let source = unsafe output + row
        if accumulating {
          for column in 0..<outputs { unsafe target[column] += source[column * tile] }
        } else {
          for column in 0..<outputs { unsafe target[column] = source[column * tile] }
        }
      }
      first += count
    }
  }
}
