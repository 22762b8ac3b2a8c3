// Numbers of 16 bits that weights are kept in, and the way there and back.

internal import CVectorKernels

/// A 16-bit format; widening is exact, narrowing rounds to nearest even.
enum HalfFormat: Sendable, Hashable {
  case bf16
  case f16

  /// What memory holds for a precision; nil where it is f32.
  init?(_ precision: Precision, _ storage: WeightStorage) {
    switch (precision, storage) {
    case (.bf16, _), (.f32, .bf16): self = .bf16
    case (.f32, .f16): self = .f16
    case (.f32, .f32): return nil
    }
  }

  var code: Int32 { Int32((self == .bf16 ? flipgate_bf16 : flipgate_f16).rawValue) }

  func narrow(_ values: UnsafePointer<Float>, _ output: UnsafeMutablePointer<UInt16>, _ count: Int) {
    switch self {
    case .bf16: unsafe flipgate_narrow_bf16(values, output, count)
    case .f16: unsafe flipgate_narrow_f16(values, output, count)
    }
  }

  func widen(_ values: UnsafePointer<UInt16>, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
    switch self {
    case .bf16: unsafe flipgate_widen_bf16(values, output, count)
    case .f16: unsafe flipgate_widen_f16(values, output, count)
    }
  }
}
