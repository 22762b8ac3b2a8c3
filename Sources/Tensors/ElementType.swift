// How the numbers of a tensor are stored: plain numbers, or blocks of small integers that share a scale.

/// The storage of a tensor's elements.
///
/// Block types are those of ggml (`ggml-common.h`): a block holds ``blockElements`` consecutive elements of a row in ``blockBytes`` bytes.
/// Bytes are little-endian.
public enum ElementType: String, Sendable, Hashable, CaseIterable {
  case f64, f32, f16, bf16
  case i64, i32, i16, i8
  case u64, u32, u16, u8
  case bool
  // swift-format-ignore: AlwaysUseLowerCamelCase
  case q8_0, q4_0, q4_1, q5_0, q5_1
  // swift-format-ignore: AlwaysUseLowerCamelCase
  case q2_K, q3_K, q4_K, q5_K, q6_K

  /// The elements that are stored together: 1 for plain numbers, 32 or 256 for blocks.
  public var blockElements: Int {
    switch self {
    case .f64, .f32, .f16, .bf16, .i64, .i32, .i16, .i8, .u64, .u32, .u16, .u8, .bool: 1
    case .q8_0, .q4_0, .q4_1, .q5_0, .q5_1: 32
    case .q2_K, .q3_K, .q4_K, .q5_K, .q6_K: 256
    }
  }

  /// The bytes of one block; of one element for plain numbers.
  public var blockBytes: Int {
    switch self {
    case .i8, .u8, .bool: 1
    case .f16, .bf16, .i16, .u16: 2
    case .f32, .i32, .u32: 4
    case .f64, .i64, .u64: 8
    case .q4_0: 18  // f16 scale, 16 x 2 nibbles
    case .q4_1: 20  // f16 scale, f16 minimum, 16 x 2 nibbles
    case .q5_0: 22  // f16 scale, 32 fifth bits, 16 x 2 nibbles
    case .q5_1: 24  // f16 scale, f16 minimum, 32 fifth bits, 16 x 2 nibbles
    case .q8_0: 34  // f16 scale, 32 bytes
    case .q2_K: 84  // 16 nibble pairs of scale and minimum, 64 x 4 pairs of bits, f16 scale, f16 minimum
    case .q3_K: 110  // 256 third bits, 64 x 4 pairs of bits, 16 scales of 6 bits, f16 scale
    case .q4_K: 144  // f16 scale, f16 minimum, 8 scales and minima of 6 bits, 128 x 2 nibbles
    case .q5_K: 176  // f16 scale, f16 minimum, 8 scales and minima of 6 bits, 256 fifth bits, 128 x 2 nibbles
    case .q6_K: 210  // 128 x 2 nibbles, 64 x 4 pairs of bits, 16 scales of 8 bits, f16 scale
    }
  }

  /// Whether the elements are real numbers that ``decode(_:into:)`` turns into `Float`: not integers, not booleans.
  public var isReal: Bool {
    switch self {
    case .i64, .i32, .i16, .i8, .u64, .u32, .u16, .u8, .bool: false
    case .f64, .f32, .f16, .bf16, .q8_0, .q4_0, .q4_1, .q5_0, .q5_1, .q2_K, .q3_K, .q4_K, .q5_K, .q6_K: true
    }
  }

  /// Whether elements share scales: a quantised type.
  public var isBlock: Bool { blockElements > 1 }

  /// The bytes of a number of elements; nil if that is no whole number of blocks or does not fit 64 bits.
  public func byteCount(elements: Int) -> Int? {
    guard elements >= 0, elements % blockElements == 0 else { return nil }
    let (bytes, overflows) = (elements / blockElements).multipliedReportingOverflow(by: blockBytes)
    return overflows ? nil : bytes
  }
}
