// Finds the leftmost, then longest, of many fixed texts: a trie walked from each position.

/// A set of byte strings with an ID each.
struct TokenMatcher: Sendable {
  private var trie = ByteTrie()
  /// Whether a text begins with the byte.
  private var begins = [Bool](repeating: false, count: 256)

  var isEmpty: Bool { trie.isEmpty }

  /// Adds a text; false if it was there.
  mutating func add(_ text: [UInt8], _ id: Int32) -> Bool {
    if let first = text.first { begins[Int(first)] = true }
    return trie.add(text, id)
  }

  /// The next match in `bytes[position..<end]`; `position` moves behind it.
  func next(_ bytes: [UInt8], _ position: inout Int, _ end: Int) -> (start: Int, end: Int, id: Int32)? {
    while position < end {
      if begins[Int(bytes[position])] {
        var node = ByteTrie.root
        var cursor = position
        var found: (end: Int, id: Int32)?
        while cursor < end, case let following = trie.next(node, bytes[cursor]), following >= 0 {
          node = following
          cursor += 1
          if trie.value(node) >= 0 { found = (cursor, trie.value(node)) }
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
