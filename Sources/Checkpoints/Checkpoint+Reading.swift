// The numbers of a tensor: decoded to `Float` row by row, or bf16 as it is stored.

internal import Documents
internal import Tensors

extension Checkpoint {
  /// All elements of a tensor as `Float`, row by row.
  ///
  /// - Throws: ``CheckpointError`` if it holds integers, or if the file was shortened meanwhile.
  public func floats(of tensor: TensorInfo) throws(CheckpointError) -> [Float] {
    var values = [Float](repeating: 0, count: tensor.elementCount)
    var span = values.mutableSpan
    try dequantize(tensor, rows: 0..<tensor.rowCount, into: &span)
    return values
  }

  /// Decodes rows of a tensor to `Float`, bit for bit as the Python package `gguf` does.
  ///
  /// - Parameters:
  ///   - rows: `0..<tensor.rowCount` or a part of it.
  ///   - output: `[rows.count, tensor.rowLength]`; all elements are written.
  /// - Precondition: rows and output fit the tensor.
  /// - Throws: ``CheckpointError`` if it holds integers, or if the file was shortened meanwhile.
  public func dequantize(_ tensor: TensorInfo, rows: Range<Int>, into output: inout MutableSpan<Float>) throws(CheckpointError) {
    guard tensor.elementType.isReal else {
      throw CheckpointError(path: tensor.path, problem: .notReal(tensor: tensor.name, type: tensor.elementType))
    }
    let range = try byteRange(of: rows, in: tensor, outputCount: output.count)
    tensor.file.withBytes(range) { bytes in tensor.elementType.decode(bytes, into: &output) }
  }

  /// Copies rows of a tensor that is stored as bf16.
  ///
  /// - Parameters:
  ///   - rows: `0..<tensor.rowCount` or a part of it.
  ///   - output: `[rows.count, tensor.rowLength]`, the bits of each number; all elements are written.
  /// - Precondition: rows and output fit the tensor.
  /// - Throws: ``CheckpointError`` if it holds another type, or if the file was shortened meanwhile.
  public func copyBFloat16(_ tensor: TensorInfo, rows: Range<Int>, into output: inout MutableSpan<UInt16>) throws(CheckpointError) {
    guard tensor.elementType == .bf16 else {
      throw CheckpointError(path: tensor.path, problem: .notBFloat16(tensor: tensor.name, type: tensor.elementType))
    }
    let range = try byteRange(of: rows, in: tensor, outputCount: output.count)
    tensor.file.withBytes(range) { bytes in copy16Bit(bytes, into: &output) }
  }

  /// Gives back the memory of a tensor's pages once its numbers have been taken; reading it again is allowed.
  public func discard(_ tensor: TensorInfo) { tensor.file.discard(tensor.byteRange) }

  /// Tells the kernel that all tensors are about to be read in their order.
  public func adviseSequential() { for file in files { file.adviseSequential() } }

  private func byteRange(of rows: Range<Int>, in tensor: TensorInfo, outputCount: Int) throws(CheckpointError) -> Range<Int> {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= tensor.rowCount, "\(tensor.name) has no rows \(rows)")
    precondition(outputCount == rows.count * tensor.rowLength, "\(outputCount) places for \(rows.count) rows of \(tensor.rowLength)")
    do {
      try tensor.file.checkUnchanged()
    } catch {
      throw CheckpointError(path: tensor.path, problem: .changed(error))
    }
    let rowBytes = tensor.rowCount == 0 ? 0 : tensor.byteRange.count / tensor.rowCount
    let start = tensor.byteRange.lowerBound
    return start + rows.lowerBound * rowBytes..<start + rows.upperBound * rowBytes
  }
}
