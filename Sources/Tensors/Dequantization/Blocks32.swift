// ggml's simple block types: 32 integers of 4, 5 or 8 bits under one scale, with or without a minimum.
//
// Where integers are nibbles, byte i holds element i in its lower and element i + 16 in its upper half. Layouts: ggml `ggml-common.h`.

/// `d: f16, nibbles[16]`; element = d (q - 8).
func decodeQ40(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ blocks: Int) {
  for block in 0..<blocks {
    let address = unsafe source + block &* 18
    let scale = unsafe half(at: address)
    let nibbles = unsafe (address + 2).assumingMemoryBound(to: UInt8.self)
    let output = unsafe target + block &* 32
    for i in 0..<16 {
      unsafe output[i] = scale * Float(Int32(nibbles[i] & 15) &- 8)
      unsafe output[i &+ 16] = scale * Float(Int32(nibbles[i] >> 4) &- 8)
    }
  }
}

/// `d: f16, m: f16, nibbles[16]`; element = d q + m.
func decodeQ41(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ blocks: Int) {
  for block in 0..<blocks {
    let address = unsafe source + block &* 20
    let (scale, minimum) = unsafe (half(at: address), half(at: address + 2))
    let nibbles = unsafe (address + 4).assumingMemoryBound(to: UInt8.self)
    let output = unsafe target + block &* 32
    for i in 0..<16 {
      unsafe output[i] = scale * Float(nibbles[i] & 15) + minimum
      unsafe output[i &+ 16] = scale * Float(nibbles[i] >> 4) + minimum
    }
  }
}

/// `d: f16, fifth: u32, nibbles[16]`; element = d (q - 16).
func decodeQ50(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ blocks: Int) {
  for block in 0..<blocks {
    let address = unsafe source + block &* 22
    let scale = unsafe half(at: address)
    let fifth = unsafe address.loadUnaligned(fromByteOffset: 2, as: UInt32.self)
    let nibbles = unsafe (address + 6).assumingMemoryBound(to: UInt8.self)
    let output = unsafe target + block &* 32
    for i in 0..<16 {
      let (low, high) = fifthBits(fifth, i)
      unsafe output[i] = scale * Float(Int32(bitPattern: UInt32(nibbles[i] & 15) | low) &- 16)
      unsafe output[i &+ 16] = scale * Float(Int32(bitPattern: UInt32(nibbles[i] >> 4) | high) &- 16)
    }
  }
}

/// `d: f16, m: f16, fifth: u32, nibbles[16]`; element = d q + m.
func decodeQ51(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ blocks: Int) {
  for block in 0..<blocks {
    let address = unsafe source + block &* 24
    let (scale, minimum) = unsafe (half(at: address), half(at: address + 2))
    let fifth = unsafe address.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
    let nibbles = unsafe (address + 8).assumingMemoryBound(to: UInt8.self)
    let output = unsafe target + block &* 32
    for i in 0..<16 {
      let (low, high) = fifthBits(fifth, i)
      unsafe output[i] = scale * Float(Int32(bitPattern: UInt32(nibbles[i] & 15) | low)) + minimum
      unsafe output[i &+ 16] = scale * Float(Int32(bitPattern: UInt32(nibbles[i] >> 4) | high)) + minimum
    }
  }
}

/// `d: f16, q: i8[32]`; element = d q.
func decodeQ80(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ blocks: Int) {
  for block in 0..<blocks {
    let address = unsafe source + block &* 34
    let scale = unsafe half(at: address)
    let integers = unsafe (address + 2).assumingMemoryBound(to: Int8.self)
    let output = unsafe target + block &* 32
    for i in 0..<32 { unsafe output[i] = scale * Float(integers[i]) }
  }
}

/// The fifth bits of elements i and i + 16, at their place in the integer.
@inline(__always)
private func fifthBits(_ bits: UInt32, _ i: Int) -> (low: UInt32, high: UInt32) {
  let moved = bits &>> UInt32(truncatingIfNeeded: i)
  return ((moved & 1) << 4, (moved >> 16 & 1) << 4)
}
