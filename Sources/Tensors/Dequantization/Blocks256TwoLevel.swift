// ggml's block types of 256 elements in 16 groups of 16, each with a scale of its own under the block's: Q2_K, Q3_K, Q6_K.
//
// Layouts: ggml `ggml-common.h`; the group's scale times the block's scale is rounded first, as in the package `gguf`.

/// `scales: (4 bits scale, 4 bits minimum)[16], pairs[64], d: f16, dmin: f16`; element = (d s) q - (dmin m).
///
/// Pairs: byte 32 h + l holds elements 128 h + 32 k + l at bits 2 k, for k in 0..<4.
func decodeQ2K(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ blocks: Int) {
  for block in 0..<blocks {
    let address = unsafe source + block &* 84
    let scales = unsafe address.assumingMemoryBound(to: UInt8.self)
    let pairs = unsafe (address + 16).assumingMemoryBound(to: UInt8.self)
    let (scale, minimum) = unsafe (half(at: address + 80), half(at: address + 82))
    for group in 0..<16 {
      let groupScale = unsafe scale * Float(scales[group] & 15)
      let groupMinimum = unsafe minimum * Float(scales[group] >> 4)
      let shift = UInt8(truncatingIfNeeded: group / 2 % 4 &* 2)
      let bytes = unsafe pairs + (group / 8 &* 32 &+ group % 2 &* 16)
      let output = unsafe target + (block &* 256 &+ group &* 16)
      for i in 0..<16 { unsafe output[i] = groupScale * Float(bytes[i] &>> shift & 3) - groupMinimum }
    }
  }
}

/// `mask[32], pairs[64], scales: 6 bits[16], d: f16`; element = (d (s - 32)) (q - 4 where the mask's bit is clear).
///
/// Pairs as in Q2_K; bit b of mask byte l belongs to element 32 b + l. Scales: bytes 0..<8 hold the lower four bits of 0..<8 (lower half) and
/// 8..<16 (upper half), bytes 8..<12 the upper two bits of scale 4 k + i at bits 2 k of byte 8 + i.
func decodeQ3K(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ blocks: Int) {
  for block in 0..<blocks {
    let address = unsafe source + block &* 110
    let mask = unsafe address.assumingMemoryBound(to: UInt8.self)
    let pairs = unsafe (address + 32).assumingMemoryBound(to: UInt8.self)
    let scales = unsafe (address + 96).assumingMemoryBound(to: UInt8.self)
    let scale = unsafe half(at: address + 108)
    for group in 0..<16 {
      let lower = unsafe scales[group % 8] &>> UInt8(truncatingIfNeeded: group / 8 &* 4) & 15
      let upper = unsafe scales[8 &+ group % 4] &>> UInt8(truncatingIfNeeded: group / 4 &* 2) & 3
      let groupScale = scale * Float(Int32(lower | upper << 4) &- 32)
      let shift = UInt8(truncatingIfNeeded: group / 2 % 4 &* 2)
      let bit = UInt8(truncatingIfNeeded: group / 2)
      let bytes = unsafe pairs + (group / 8 &* 32 &+ group % 2 &* 16)
      let thirds = unsafe mask + group % 2 &* 16
      let output = unsafe target + (block &* 256 &+ group &* 16)
      for i in 0..<16 {
        let third = unsafe (thirds[i] &>> bit & 1) << 2
        unsafe output[i] = groupScale * Float(Int32(bytes[i] &>> shift & 3 | third) &- 4)
      }
    }
  }
}

/// `nibbles[128], pairs[64], scales: i8[16], d: f16`; element = (d s) (q - 32).
///
/// Nibbles: byte 64 h + l holds elements 128 h + l (lower half) and 128 h + 64 + l (upper half); pairs as in Q2_K are bits 4 and 5.
func decodeQ6K(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ blocks: Int) {
  for block in 0..<blocks {
    let address = unsafe source + block &* 210
    let nibbles = unsafe address.assumingMemoryBound(to: UInt8.self)
    let pairs = unsafe (address + 128).assumingMemoryBound(to: UInt8.self)
    let scales = unsafe (address + 192).assumingMemoryBound(to: Int8.self)
    let scale = unsafe half(at: address + 208)
    for group in 0..<16 {
      let groupScale = unsafe scale * Float(scales[group])
      let nibbleShift = UInt8(truncatingIfNeeded: group / 4 % 2 &* 4)
      let pairShift = UInt8(truncatingIfNeeded: group / 2 % 4 &* 2)
      let lower = unsafe nibbles + (group / 8 &* 64 &+ group % 4 &* 16)
      let upper = unsafe pairs + (group / 8 &* 32 &+ group % 2 &* 16)
      let output = unsafe target + (block &* 256 &+ group &* 16)
      for i in 0..<16 {
        let integer = unsafe lower[i] &>> nibbleShift & 15 | (upper[i] &>> pairShift & 3) << 4
        unsafe output[i] = groupScale * Float(Int32(integer) &- 32)
      }
    }
  }
}
