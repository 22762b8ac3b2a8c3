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
/// A normal number's exponent grows by 112, the difference of the exponents' biases; infinity's and NaN's by 224, to all ones. A subnormal number is
/// its fraction times 2^-24. Branch-free, so that loops over it run on vectors with or without hardware conversion, and without the detour that
/// processors take for subnormal operands.
@inline(__always)
func half(_ bits: UInt16) -> Float {
  let sign = UInt32(bits & 0x8000) << 16
  let magnitude = UInt32(bits & 0x7FFF)
  let bias: UInt32 = magnitude >= 0x7C00 ? 224 << 23 : 112 << 23
  let normal = magnitude << 13 &+ bias
  let subnormal = (Float(Int32(bitPattern: magnitude)) * 0x1p-24).bitPattern
  return Float(bitPattern: (magnitude < 0x400 ? subnormal : normal) | sign)
}

/// The half-precision number at an address.
@inline(__always)
func half(at address: UnsafeRawPointer) -> Float { unsafe half(address.loadUnaligned(as: UInt16.self)) }
