// Plain numbers of 16, 32 and 64 bits to `Float`.

/// Little-endian `Float` as it is.
func decodeF32(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ count: Int) {
  unsafe UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: count * 4)
}

/// `Double`, rounded to the nearest `Float`.
func decodeF64(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ count: Int) {
  for i in 0..<count { unsafe target[i] = Float(source.loadUnaligned(fromByteOffset: i &* 8, as: Double.self)) }
}

/// IEEE half precision.
func decodeF16(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ count: Int) {
  for i in 0..<count { unsafe target[i] = half(source.loadUnaligned(fromByteOffset: i &* 2, as: UInt16.self)) }
}

/// The upper half of a `Float`.
func decodeBF16(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ count: Int) {
  for i in 0..<count {
    unsafe target[i] = Float(bitPattern: UInt32(source.loadUnaligned(fromByteOffset: i &* 2, as: UInt16.self)) << 16)
  }
}

/// The value of a half-precision number, exactly; a NaN keeps its payload.
///
/// The exponent and fraction are moved to their places in a `Float` and scaled by 2^112, the difference of the exponents' biases, which also makes
/// subnormal numbers normal. Branch-free, so that loops over it run on vectors, with or without hardware conversion.
@inline(__always)
func half(_ bits: UInt16) -> Float {
  let sign = UInt32(bits & 0x8000) << 16
  let magnitude = UInt32(bits & 0x7FFF) << 13
  let scaled = Float(bitPattern: magnitude) * Float(sign: .plus, exponent: 112, significand: 1)
  let infinityOrNaN: UInt32 = magnitude >= 0x0F80_0000 ? 0x7F80_0000 : 0
  return Float(bitPattern: scaled.bitPattern | infinityOrNaN | sign)
}

/// The half-precision number at an address.
@inline(__always)
func half(at address: UnsafeRawPointer) -> Float { unsafe half(address.loadUnaligned(as: UInt16.self)) }
