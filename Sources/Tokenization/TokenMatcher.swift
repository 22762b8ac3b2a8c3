// Finds the leftmost, then longest, of many fixed texts: a trie walked from each position.

/// A set of byte strings with an ID each.
struct TokenMatcher: Sendable {
  /// Transitions: node and byte to node.
  private var next: [UInt64: Int32] = [:]
  /// The ID that ends at each node, or -1; node 0 is the root.
  private var ends: [Int32] = [-1]
  /// Whether a text begins with the byte.
  private var begins = [Bool](repeating: false, count: 256)

  var isEmpty: Bool { ends.count == 1 }

  /// Adds a text; false if it was there.
  mutating func add(_ text: [UInt8], _ id: Int32) -> Bool {
    var node: Int32 = 0
    for (index, byte) in text.enumerated() {
      if index == 0 { begins[Int(byte)] = true }
      let key = UInt64(node) << 8 | UInt64(byte)
      if let known = next[key] {
        node = known
      } else {
        node = Int32(ends.count)
        next[key] = node
        ends.append(-1)
      }
    }
    if ends[Int(node)] >= 0 { return false }
    ends[Int(node)] = id
    return true
  }

  /// The next match in `bytes[position..<end]`; `position` moves behind it.
  func next(_ bytes: [UInt8], _ position: inout Int, _ end: Int) -> (start: Int, end: Int, id: Int32)? {
    while position < end {
      if begins[Int(bytes[position])] {
        var node: Int32 = 0
        var cursor = position
        var found: (end: Int, id: Int32)?
        while cursor < end, let following = next[UInt64(node) << 8 | UInt64(bytes[cursor])] {
          node = following
          cursor += 1
          if ends[Int(node)] >= 0 { found = (cursor, ends[Int(node)]) }
        }
        if let found {
          defer { position = found.end }
          return (position, found.end, found.id)
        }
      }
      position += 1
    }
    return nil
  }
}
