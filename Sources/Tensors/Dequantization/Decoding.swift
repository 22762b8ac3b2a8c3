// Stored elements to `Float`: the table of decoders, one family of types a file beside this one.

extension ElementType {
  /// Decodes stored elements to `Float`, bit for bit as `gguf.quants.dequantize` of the Python package `gguf` does.
  ///
  /// A block of `f16` scale `d` and integers `q` gives `d * q` (or `d * q + m`, `d * q - m`), each operation rounded to `Float` by itself.
  ///
  /// - Parameters:
  ///   - bytes: whole blocks, at any alignment.
  ///   - output: as many elements as the bytes hold; all are written.
  /// - Precondition: the type ``isReal`` and the two counts agree.
  public func decode(_ bytes: Span<UInt8>, into output: inout MutableSpan<Float>) {
    precondition(isReal, "\(self) holds integers; only real numbers are decoded")
    precondition(byteCount(elements: output.count) == bytes.count, "\(bytes.count) bytes of \(self) are not \(output.count) elements")
    let blocks = output.count / blockElements
    if blocks == 0 { return }
    unsafe bytes.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        unsafe decoder(source, target, blocks)
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
/// - Precondition: two bytes for each element.
public func copy16Bit(_ bytes: Span<UInt8>, into output: inout MutableSpan<UInt16>) {
  precondition(bytes.count == output.count * 2, "\(bytes.count) bytes are not \(output.count) elements of 16 bits")
  unsafe bytes.withUnsafeBytes { source in
    unsafe output.withUnsafeMutableBytes { unsafe $0.copyMemory(from: source) }
  }
}
