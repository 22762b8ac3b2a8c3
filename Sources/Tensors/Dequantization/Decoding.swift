// Stored elements to `Float`: the table of decoders, one family of types a file beside this one.

extension ElementType {
  /// Decodes stored elements to `Float`, bit for bit as `gguf.quants.dequantize` of the Python package `gguf` does.
  ///
  /// A block of `f16` scale `d` and integers `q` gives `d * q` (or `d * q + m`, `d * q - m`), each operation rounded to `Float` by itself.
  ///
  /// - Parameters:
  ///   - bytes: whole blocks, at any alignment.
  ///   - output: takes as many elements as the bytes hold; the others stay as they are.
  ///   - start: the place of the first element in the output.
  /// - Precondition: the type ``isReal``, the bytes are whole blocks, and their elements fit the output from the start on.
  public func decode(_ bytes: Span<UInt8>, into output: inout MutableSpan<Float>, at start: Int = 0) {
    precondition(isReal, "\(self) holds integers; only real numbers are decoded")
    let blocks = bytes.count / blockBytes
    precondition(blocks * blockBytes == bytes.count, "\(bytes.count) bytes are no whole number of \(self) blocks")
    precondition(start >= 0 && blocks * blockElements <= output.count - start, "\(blocks) blocks of \(self) do not fit \(output.count) elements")
    if blocks == 0 { return }
    unsafe bytes.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        unsafe decoder(source, target + start, blocks)
      }
    }
  }

  /// From blocks at `source` to `blocks * blockElements` floats at `target`.
  private typealias Decoder = (_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ blocks: Int) -> Void

  private var decoder: Decoder {
    switch self {
    case .f64: unsafe decodeF64
    case .f32: unsafe decodeF32
    case .f16: unsafe decodeF16
    case .bf16: unsafe decodeBF16
    case .q4_0: unsafe decodeQ40
    case .q4_1: unsafe decodeQ41
    case .q5_0: unsafe decodeQ50
    case .q5_1: unsafe decodeQ51
    case .q8_0: unsafe decodeQ80
    case .q2_K: unsafe decodeQ2K
    case .q3_K: unsafe decodeQ3K
    case .q4_K: unsafe decodeQ4K
    case .q5_K: unsafe decodeQ5K
    case .q6_K: unsafe decodeQ6K
    case .i64, .i32, .i16, .i8, .u64, .u32, .u16, .u8, .bool: { _, _, _ in }
    }
  }
}

/// Copies elements of 16 bits as they are: bf16 weights for a core that computes in bf16.
///
/// - Parameter start: the place of the first element in the output.
/// - Precondition: two bytes for each element, and the elements fit the output from the start on.
public func copy16Bit(_ bytes: Span<UInt8>, into output: inout MutableSpan<UInt16>, at start: Int = 0) {
  precondition(start >= 0 && bytes.count % 2 == 0, "\(bytes.count) bytes are no elements of 16 bits")
  precondition(bytes.count / 2 <= output.count - start, "\(bytes.count) bytes do not fit \(output.count) elements")
  unsafe bytes.withUnsafeBytes { source in
    unsafe output.withUnsafeMutableBytes { target in
      unsafe UnsafeMutableRawBufferPointer(rebasing: target[(start * 2)...]).copyMemory(from: source)
    }
  }
}
