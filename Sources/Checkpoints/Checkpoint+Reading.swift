// The numbers of a tensor: decoded to `Float` row by row, or bf16 as it is stored.

internal import Documents
internal import Tensors

extension Checkpoint {
  /// All elements of a tensor as `Float`, row by row.
  ///
  /// - Throws: ``CheckpointError`` if it holds integers, or if the file was changed meanwhile.
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
  /// - Throws: ``CheckpointError`` if it holds integers, or if the file was changed meanwhile.
  public func dequantize(_ tensor: TensorInfo, rows: Range<Int>, into output: inout MutableSpan<Float>) throws(CheckpointError) {
    guard tensor.elementType.isReal else {
      throw CheckpointError(path: tensor.path, problem: .notReal(tensor: tensor.name, type: tensor.elementType))
    }
    try read(tensor, rows: rows, outputCount: output.count) { bytes, start in tensor.elementType.decode(bytes, into: &output, at: start) }
  }

  /// Copies rows of a tensor that is stored as bf16.
  ///
  /// - Parameters:
  ///   - rows: `0..<tensor.rowCount` or a part of it.
  ///   - output: `[rows.count, tensor.rowLength]`, the bits of each number; all elements are written.
  /// - Precondition: rows and output fit the tensor.
  /// - Throws: ``CheckpointError`` if it holds another type, or if the file was changed meanwhile.
  public func copyBFloat16(_ tensor: TensorInfo, rows: Range<Int>, into output: inout MutableSpan<UInt16>) throws(CheckpointError) {
    guard tensor.elementType == .bf16 else {
      throw CheckpointError(path: tensor.path, problem: .notBFloat16(tensor: tensor.name, type: tensor.elementType))
    }
    try read(tensor, rows: rows, outputCount: output.count) { bytes, start in copy16Bit(bytes, into: &output, at: start) }
  }

  /// Gives back the memory that reading a tensor may have kept: that of a view whose elements do not lie row by row.
  ///
  /// Reading it again is allowed.
  public func discard(_ tensor: TensorInfo) { tensor.view?.discard() }

  /// Tells the kernel that all tensors are about to be read in their order.
  public func adviseSequential() { for file in files { file.adviseSequential() } }

  /// The elements that are read in one step: whole blocks of every type, and few enough to stay in a processor's cache.
  private static let step = 1 << 16

  /// Lends the stored bytes of rows, part by part, with the place of each part's first element among those of the rows.
  private func read(
    _ tensor: TensorInfo, rows: Range<Int>, outputCount: Int, _ body: (Span<UInt8>, Int) -> Void
  ) throws(CheckpointError) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= tensor.rowCount, "\(tensor.name) has no rows \(rows)")
    precondition(outputCount == rows.count * tensor.rowLength, "\(outputCount) places for \(rows.count) rows of \(tensor.rowLength)")
    let type = tensor.elementType
    func bytes(_ elements: Int) -> Int { elements / type.blockElements * type.blockBytes }
    let first = rows.lowerBound * tensor.rowLength
    do {
      if let view = tensor.view {
        let all = try view.bytes(tensor.byteRange, of: tensor.file)
        body(all.span.extracting(bytes(first)..<bytes(first + outputCount)), 0)
      } else {
        let start = tensor.byteRange.lowerBound + bytes(first)
        var buffer = [UInt8](repeating: 0, count: bytes(min(outputCount, Self.step)))
        for done in stride(from: 0, to: outputCount, by: Self.step) {
          let size = bytes(min(Self.step, outputCount - done))
          try tensor.file.read(start + bytes(done)..<start + bytes(done) + size, into: &buffer)
          body(buffer.span.extracting(0..<size), done)
        }
      }
      // Read as they were when the checkpoint was opened, or not at all.
      try tensor.file.checkUnchanged()
    } catch {
      throw CheckpointError(path: tensor.path, problem: .unreadable(error))
    }
  }
}
