// A trie over bytes in one flat hash table: which of many fixed texts begin here?

/// Byte strings with a number each, walked byte by byte.
struct ByteTrie: Sendable {
  /// More bytes of texts than this are refused by those who fill a trie from a file: far above real vocabularies, far below what exhausts memory.
  static let bytesLimit = 1 << 24
  static let root: Int32 = 0

  /// A node and a byte, or ``none``.
  private var keys: [UInt64]
  /// The node that the key's byte leads to.
  private var children: [Int32]
  /// The number of the text that ends at each node, or -1.
  private var values: [Int32] = [-1]
  private var mask: Int
  /// How many occupied slots were passed while texts were added: tells files made to collide.
  private(set) var collisions = 0

  private static let none = UInt64.max

  init() {
    keys = [UInt64](repeating: Self.none, count: 256)
    children = [Int32](repeating: -1, count: 256)
    mask = 255
  }

  var isEmpty: Bool { values.count == 1 }

  /// Adds a text; false if it was there. A text that was there keeps its number, unless `replaces`.
  mutating func add(_ text: some Sequence<UInt8>, _ value: Int32, replaces: Bool = false) -> Bool {
    var node = Self.root
    for byte in text { node = child(node, byte) }
    let isNew = values[Int(node)] < 0
    if isNew || replaces { values[Int(node)] = value }
    return isNew
  }

  /// The node that `byte` leads to, or -1.
  @inline(__always)
  func next(_ node: Int32, _ byte: UInt8) -> Int32 {
    let key = Self.key(node, byte)
    var slot = Self.home(key) & mask
    while keys[slot] != Self.none {
      if keys[slot] == key { return children[slot] }
      slot = (slot + 1) & mask
    }
    return -1
  }

  /// The node at the end of `text` from `node` on, or -1.
  func walk(_ text: some Sequence<UInt8>, from start: Int32 = ByteTrie.root) -> Int32 {
    var node = start
    for byte in text {
      node = next(node, byte)
      if node < 0 { return -1 }
    }
    return node
  }

  /// The number of the text that ends at a node, or -1.
  @inline(__always)
  func value(_ node: Int32) -> Int32 { values[Int(node)] }

  private mutating func child(_ node: Int32, _ byte: UInt8) -> Int32 {
    let known = next(node, byte)
    if known >= 0 { return known }
    if values.count * 2 > keys.count { grow() }
    let new = Int32(values.count)
    values.append(-1)
    insert(Self.key(node, byte), new)
    return new
  }

  private mutating func insert(_ key: UInt64, _ child: Int32) {
    var slot = Self.home(key) & mask
    while keys[slot] != Self.none {
      slot = (slot + 1) & mask
      collisions += 1
    }
    keys[slot] = key
    children[slot] = child
  }

  private mutating func grow() {
    let (oldKeys, oldChildren) = (keys, children)
    keys = [UInt64](repeating: Self.none, count: oldKeys.count * 2)
    children = [Int32](repeating: -1, count: oldKeys.count * 2)
    mask = keys.count - 1
    for (slot, key) in oldKeys.enumerated() where key != Self.none { insert(key, oldChildren[slot]) }
  }

  @inline(__always)
  private static func key(_ node: Int32, _ byte: UInt8) -> UInt64 { UInt64(UInt32(bitPattern: node)) << 8 | UInt64(byte) }

  @inline(__always)
  private static func home(_ key: UInt64) -> Int {
    var mixed = key &* 0x9E37_79B9_7F4A_7C15
    mixed ^= mixed >> 32
    return Int(truncatingIfNeeded: mixed & 0x7FFF_FFFF_FFFF_FFFF)
  }
}

extension ByteTrie {
  /// A trie of all tokens of a vocabulary, each with its ID; of one token under two IDs the higher counts.
  ///
  /// - Throws: ``TokenizerError`` for a token longer than `longest` bytes, more than ``bytesLimit`` bytes, or tokens made to collide.
  init(_ vocabulary: Vocabulary, longest: Int, file: String, place: String) throws(TokenizerError) {
    self.init()
    func error(_ what: String, _ count: Int, _ limit: Int) -> TokenizerError {
      TokenizerError(file: file, place: place, problem: .tooMany(what: what, count: count, limit: limit))
    }
    var total = 0
    for id in 0..<Int32(vocabulary.upperBound) {
      guard let token = vocabulary.token(id) else { continue }
      if token.count > longest { throw error("bytes in the token \(id)", token.count, longest) }
      total += token.count
      if total > Self.bytesLimit { throw error("bytes of tokens", total, Self.bytesLimit) }
      if token.isEmpty { continue }
      _ = add(token, id, replaces: true)
      if collisions > Vocabulary.collisionLimit(2 * total) { throw error("hash collisions", collisions, collisions - 1) }
    }
  }
}
