// ggml's block types of 256 elements in 8 groups of 32, each with a scale and a minimum of 6 bits: Q4_K, Q5_K.
//
// Layouts: ggml `ggml-common.h`. Nibbles: byte 32 p + l holds element l of group 2 p (lower half) and of group 2 p + 1 (upper half).

/// `d: f16, dmin: f16, scales: 6 + 6 bits[8], nibbles[128]`; element = (d s) q - (dmin m).
func decodeQ4K(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ blocks: Int) {
  for block in 0..<blocks {
    let address = unsafe source + block &* 144
    let (scale, minimum) = unsafe (half(at: address), half(at: address + 2))
    let scales = unsafe (address + 4).assumingMemoryBound(to: UInt8.self)
    let nibbles = unsafe (address + 16).assumingMemoryBound(to: UInt8.self)
    for group in 0..<8 {
      let (groupScale, groupMinimum) = unsafe scaleAndMinimum(scales, group, scale, minimum)
      let shift = UInt8(truncatingIfNeeded: group % 2 &* 4)
      let bytes = unsafe nibbles + group / 2 &* 32
      let output = unsafe target + (block &* 256 &+ group &* 32)
      for i in 0..<32 { unsafe output[i] = groupScale * Float(bytes[i] &>> shift & 15) - groupMinimum }
    }
  }
}

/// `d: f16, dmin: f16, scales: 6 + 6 bits[8], fifth[32], nibbles[128]`; element = (d s) q - (dmin m).
///
/// Bit g of byte l of `fifth` is the fifth bit of element l of group g.
func decodeQ5K(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ blocks: Int) {
  for block in 0..<blocks {
    let address = unsafe source + block &* 176
    let (scale, minimum) = unsafe (half(at: address), half(at: address + 2))
    let scales = unsafe (address + 4).assumingMemoryBound(to: UInt8.self)
    let fifth = unsafe (address + 16).assumingMemoryBound(to: UInt8.self)
    let nibbles = unsafe (address + 48).assumingMemoryBound(to: UInt8.self)
    for group in 0..<8 {
      let (groupScale, groupMinimum) = unsafe scaleAndMinimum(scales, group, scale, minimum)
      let shift = UInt8(truncatingIfNeeded: group % 2 &* 4)
      let bit = UInt8(truncatingIfNeeded: group)
      let bytes = unsafe nibbles + group / 2 &* 32
      let output = unsafe target + (block &* 256 &+ group &* 32)
      for i in 0..<32 {
        let integer = unsafe bytes[i] &>> shift & 15 | (fifth[i] &>> bit & 1) << 4
        unsafe output[i] = groupScale * Float(integer) - groupMinimum
      }
    }
  }
}

/// A group's scale and minimum, each multiplied with the block's.
///
/// Bytes 0..<4 hold the scales and 4..<8 the minima of groups 0..<4 in their lower 6 bits; bytes 8..<12 the lower four bits of the scales (lower half)
/// and minima (upper half) of groups 4..<8, whose upper two bits are the upper two bits of bytes 0..<8.
@inline(__always)
private func scaleAndMinimum(
  _ packed: UnsafePointer<UInt8>, _ group: Int, _ scale: Float, _ minimum: Float
) -> (scale: Float, minimum: Float) {
  if group < 4 {
    return unsafe (scale * Float(packed[group] & 63), minimum * Float(packed[group &+ 4] & 63))
  }
  let groupScale = unsafe packed[group &+ 4] & 15 | (packed[group &- 4] >> 6) << 4
  let groupMinimum = unsafe packed[group &+ 4] >> 4 | (packed[group] >> 6) << 4
  return (scale * Float(groupScale), minimum * Float(groupMinimum))
}
