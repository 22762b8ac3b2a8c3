// Words seen before and their IDs: natural text repeats itself, so most words are encoded once.

internal import Synchronization

/// A bounded cache from a word's bytes to its IDs, safe to share between threads. When it is full it starts anew.
final class WordCache: Sendable {
  /// Longer words are not kept.
  static let longestWord = 255
  static let slots = 1 << 16
  static let bytesLimit = 1 << 23

  private struct State: Sendable {
    /// Index of an entry, or -1.
    var table: [Int32] = []
    var words = ByteStrings()
    var ids: [Int32] = []
    var idEnds: [Int] = []
  }

  private let state = Mutex(State())

  /// Appends the IDs of the word if it is known.
  func find(_ bytes: [UInt8], _ range: Range<Int>, _ hash: Int, into ids: inout [Int32]) -> Bool {
    guard range.count <= Self.longestWord else { return false }
    let found: ArraySlice<Int32>? = state.withLock { state in
      if state.table.isEmpty { return nil }
      var slot = hash & (Self.slots - 1)
      while case let index = Int(state.table[slot]), index >= 0 {
        if Self.equal(state.words, index, bytes, range) {
          return state.ids[(index == 0 ? 0 : state.idEnds[index - 1])..<state.idEnds[index]]
        }
        slot = (slot + 1) & (Self.slots - 1)
      }
      return nil
    }
    guard let found else { return false }
    ids += found
    return true
  }

  /// Keeps a word.
  func keep(_ bytes: [UInt8], _ range: Range<Int>, _ hash: Int, _ ids: ArraySlice<Int32>) {
    guard range.count <= Self.longestWord else { return }
    state.withLock { state in
      if state.table.isEmpty || state.words.count >= Self.slots / 2 || state.words.bytes.count > Self.bytesLimit {
        state = State()
        state.table = [Int32](repeating: -1, count: Self.slots)
      }
      var slot = hash & (Self.slots - 1)
      while case let index = Int(state.table[slot]), index >= 0 {
        if Self.equal(state.words, index, bytes, range) { return }
        slot = (slot + 1) & (Self.slots - 1)
      }
      state.table[slot] = Int32(state.words.count)
      state.words.append(bytes[range])
      state.ids += ids
      state.idEnds.append(state.ids.count)
    }
  }

  private static func equal(_ words: ByteStrings, _ index: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    let own = words.range(index)
    guard own.count == range.count else { return false }
    for offset in 0..<own.count where words.bytes[own.lowerBound + offset] != bytes[range.lowerBound + offset] { return false }
    return true
  }
}
