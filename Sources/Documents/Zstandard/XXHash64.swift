// XXH64 with the seed 0: the checksum of Zstandard's frames.

enum XXHash64 {
  private static let primes: (UInt64, UInt64, UInt64, UInt64, UInt64) = (
    0x9E37_79B1_85EB_CA87, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63, 0x27D4_EB2F_1656_67C5
  )

  static func hash(_ bytes: Span<UInt8>) -> UInt64 {
    var index = 0
    var hash: UInt64
    if bytes.count >= 32 {
      var lanes: [4 of UInt64] = [primes.0 &+ primes.1, primes.1, 0, 0 &- primes.0]
      while index + 32 <= bytes.count {
        for lane in 0..<4 { lanes[lane] = round(lanes[lane], word(bytes, index + 8 * lane, 8)) }
        index += 32
      }
      hash = rotate(lanes[0], 1) &+ rotate(lanes[1], 7) &+ rotate(lanes[2], 12) &+ rotate(lanes[3], 18)
      for lane in 0..<4 { hash = (hash ^ round(0, lanes[lane])) &* primes.0 &+ primes.3 }
    } else {
      hash = primes.4
    }
    hash &+= UInt64(bytes.count)
    while index + 8 <= bytes.count {
      hash = rotate(hash ^ round(0, word(bytes, index, 8)), 27) &* primes.0 &+ primes.3
      index += 8
    }
    if index + 4 <= bytes.count {
      hash = rotate(hash ^ word(bytes, index, 4) &* primes.0, 23) &* primes.1 &+ primes.2
      index += 4
    }
    while index < bytes.count {
      hash = rotate(hash ^ UInt64(bytes[index]) &* primes.4, 11) &* primes.0
      index += 1
    }
    hash = (hash ^ hash >> 33) &* primes.1
    hash = (hash ^ hash >> 29) &* primes.2
    return hash ^ hash >> 32
  }

  private static func word(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> UInt64 {
    var value: UInt64 = 0
    for place in 0..<count { value |= UInt64(bytes[start + place]) << UInt64(8 * place) }
    return value
  }

  private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 { rotate(lane &+ input &* primes.1, 31) &* primes.0 }
  private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 { value << count | value >> (64 - count) }
}
