// Tokens to small numbers, so that texts are compared as lists of numbers.

/// Numbers tokens in the order in which they first come, from 0.
struct TokenTable {
  /// Tokens of up to 15 bytes: the bytes behind a leading 1, which tells "a" from "\0a".
  private var short: [UInt128: UInt32] = [:]
  private var long: [ArraySlice<UInt8>: UInt32] = [:]

  /// - Parameter capacity: about how many different tokens there will be.
  init(capacity: Int = 0) { short.reserveCapacity(capacity) }

  /// How many different tokens there are.
  var count: Int { short.count + long.count }

  /// The number of a token in UTF-8.
  mutating func id(of token: ArraySlice<UInt8>) -> UInt32 {
    // More than 2^32 different tokens don't fit into memory.
    let next = UInt32(truncatingIfNeeded: count)
    if token.count > 15 {
      if let known = long[token] { return known }
      long[ArraySlice(Array(token))] = next
      return next
    }
    var key: UInt128 = 1
    for byte in token { key = key << 8 | UInt128(byte) }
    if let known = short[key] { return known }
    short[key] = next
    return next
  }

  mutating func id(of token: some Sequence<Unicode.Scalar>) -> UInt32 {
    var bytes: [UInt8] = []
    for scalar in token { bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter) }
    return id(of: bytes[...])
  }
}
