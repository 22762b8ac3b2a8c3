// The tokens of a model: bytes to ID and back, in one buffer and one flat hash table.

internal import Documents

/// Tokens by ID and by bytes. Lookups compare bytes, never Unicode equivalence: é in one scalar and in two are different tokens.
struct Vocabulary: Sendable {
  /// The highest ID that a file may use: far above real vocabularies, far below what would exhaust memory.
  static let highestID = (1 << 22) - 1

  /// How many collisions a table of so many entries may have while it is filled.
  static func collisionLimit(_ count: Int) -> Int { 100_000 + 16 * count }

  private(set) var count = 0
  private var strings: ByteStrings
  /// The index in `strings` of each ID, or -1.
  private var indexOfID: [Int32]
  /// The ID of each index in `strings`.
  private let ids: [Int32]
  /// Open addressing: an index in `strings`, or -1.
  private var table: [Int32]
  private let mask: Int

  /// One past the highest ID.
  var upperBound: Int { indexOfID.count }

  /// - Parameter lastCounts: a token may appear twice, as in lists where the place is the ID; it is then looked up by its last ID.
  /// - Throws: ``TokenizerError`` for an ID out of range, two tokens with one ID, or one token twice.
  init(_ strings: ByteStrings, ids: [Int], lastCounts: Bool = false, file: String, place: String) throws(TokenizerError) {
    func error(_ problem: TokenizerError.Problem) -> TokenizerError { TokenizerError(file: file, place: place, problem: problem) }
    let limit = Self.highestID
    if strings.count > limit { throw error(.tooMany(what: "tokens", count: strings.count, limit: limit)) }
    var highest = -1
    for id in ids {
      guard id >= 0, id <= limit else { throw error(.idOutOfRange(id: id, limit: limit)) }
      highest = max(highest, id)
    }
    var capacity = 16
    while capacity < strings.count * 2 { capacity *= 2 }
    mask = capacity - 1
    table = [Int32](repeating: -1, count: capacity)
    indexOfID = [Int32](repeating: -1, count: highest + 1)
    self.strings = strings
    self.ids = ids.map { Int32($0) }
    var collisions = 0
    for index in 0..<strings.count {
      let id = ids[index]
      // Real vocabularies have fewer than one collision a token; a file made to collide would take hours.
      if collisions > Self.collisionLimit(strings.count) {
        throw error(.tooMany(what: "hash collisions", count: collisions, limit: collisions - 1))
      }
      if indexOfID[id] >= 0 {
        throw error(.duplicateID(id: id, first: strings.text(Int(indexOfID[id])), second: strings.text(index)))
      }
      indexOfID[id] = Int32(index)
      var slot = hash(strings.bytes, strings.range(index)) & mask
      while table[slot] >= 0 {
        collisions += 1
        if equal(Int(table[slot]), strings.bytes, strings.range(index)) {
          if lastCounts { break }
          throw error(.duplicateToken(token: strings.text(index)))
        }
        slot = (slot + 1) & mask
      }
      table[slot] = Int32(index)
    }
    count = strings.count
  }

  /// The ID of the token `bytes[range]`.
  func id(_ bytes: [UInt8], _ range: Range<Int>) -> Int32? {
    var slot = hash(bytes, range) & mask
    while table[slot] >= 0 {
      if equal(Int(table[slot]), bytes, range) { return ids[Int(table[slot])] }
      slot = (slot + 1) & mask
    }
    return nil
  }

  func id(_ bytes: [UInt8]) -> Int32? { id(bytes, 0..<bytes.count) }

  /// The bytes of a token.
  func token(_ id: Int32) -> ArraySlice<UInt8>? {
    guard id >= 0, id < indexOfID.count, indexOfID[Int(id)] >= 0 else { return nil }
    return strings[Int(indexOfID[Int(id)])]
  }

  private func equal(_ index: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    let own = strings.range(index)
    guard own.count == range.count else { return false }
    for offset in 0..<own.count where strings.bytes[own.lowerBound + offset] != bytes[range.lowerBound + offset] { return false }
    return true
  }
}

/// FNV-1a over `bytes[range]` with a last mixing step.
@inline(__always)
func hash(_ bytes: [UInt8], _ range: Range<Int>) -> Int {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
  hash ^= hash >> 29
  return Int(truncatingIfNeeded: hash & 0x7FFF_FFFF_FFFF_FFFF)
}
