// Byte-pair encoding (Sennrich et al. 2016): characters merge pair by pair, the lowest rank first, until none is left.

/// Byte-pair encoding with ranked merges, as PyPI `tokenizers` 0.23.3 does it. For a byte-level vocabulary the words come in its alphabet.
struct BytePairEncoding: TokenModel {
  /// The settings of the model beside its vocabulary and merges.
  struct Options: Sendable {
    /// The token for what has none, as written in the file; nil leaves such characters out.
    var unknownToken: [UInt8]?
    /// Neighbouring unknown characters become one unknown token.
    var fusesUnknown = false
    /// Unknown characters become the tokens `<0x00>` to `<0xFF>` of their bytes, if all are there.
    var fallsBackToBytes = false
    /// A word that is a token is that token, whatever the merges say.
    var ignoresMerges = false
    /// Stands before each character of a word but the first.
    var continuingPrefix: [UInt8] = []
    /// Stands behind the last character of a word.
    var endSuffix: [UInt8] = []
  }

  let name: String
  let vocabulary: Vocabulary
  let merges: MergeTable
  let options: Options
  private let unknownID: Int32?
  /// The ID of each byte's token, or -1.
  private let byteIDs: [Int32]
  private let cache = WordCache()

  init(name: String, vocabulary: Vocabulary, merges: MergeTable, options: Options) {
    self.name = name
    self.vocabulary = vocabulary
    self.merges = merges
    self.options = options
    unknownID = options.unknownToken.flatMap { vocabulary.id($0) }
    byteIDs = options.fallsBackToBytes ? Self.byteTokens(vocabulary) : []
  }

  /// The IDs of `<0x00>` to `<0xFF>`, -1 where there is none.
  static func byteTokens(_ vocabulary: Vocabulary) -> [Int32] {
    let digits = Array("0123456789ABCDEF".utf8)
    return (0..<256).map { vocabulary.id(Array("<0x".utf8) + [digits[$0 >> 4], digits[$0 & 15], UInt8(ascii: ">")]) ?? -1 }
  }

  func encode(_ bytes: [UInt8], _ range: Range<Int>, into ids: inout [Int32]) throws(UnknownText) {
    if options.ignoresMerges, let id = vocabulary.id(bytes, range) {
      ids.append(id)
      return
    }
    let hash = hash(bytes, range)
    if cache.find(bytes, range, hash, into: &ids) { return }
    let start = ids.count
    var symbols = try symbols(bytes, range)
    merge(&symbols)
    for symbol in symbols where symbol.count > 0 { ids.append(symbol.id) }
    cache.keep(bytes, range, hash, ids[start...])
  }

  func digestInput() -> [UInt8] {
    var result: [UInt8] = []
    for (left, right, merge) in merges.sorted() {
      for number in [left, right, merge.result] { appendNumber(number, to: &result) }
    }
    return result
  }

  /// The characters of a word as symbols.
  private func symbols(_ bytes: [UInt8], _ range: Range<Int>) throws(UnknownText) -> [Symbol] {
    var symbols: [Symbol] = []
    symbols.reserveCapacity(range.count)
    func add(_ id: Int32, _ count: Int) {
      let index = Int32(symbols.count)
      if index > 0 { symbols[Int(index) - 1].next = index }
      symbols.append(Symbol(id: id, previous: index - 1, next: -1, start: 0, count: Int32(truncatingIfNeeded: count)))
    }
    var unknownBytes = 0
    let decorates = !options.continuingPrefix.isEmpty || !options.endSuffix.isEmpty
    var position = range.lowerBound
    while position < range.upperBound {
      let end = position + scalarWidth(bytes[position])
      var character = position..<end
      var text = bytes
      if decorates {
        text = position == range.lowerBound ? [] : options.continuingPrefix
        text += bytes[character]
        if end == range.upperBound { text += options.endSuffix }
        character = 0..<text.count
      }
      let width = end - position
      position = end
      if let id = vocabulary.id(text, character) {
        if unknownBytes > 0, let unknownID { add(unknownID, unknownBytes) }
        unknownBytes = 0
        add(id, width)
        continue
      }
      if options.fallsBackToBytes, text[character].allSatisfy({ byteIDs[Int($0)] >= 0 }) {
        // An unknown character that waits is added behind the bytes, as the reference does.
        for byte in text[character] { add(byteIDs[Int(byte)], 1) }
        continue
      }
      guard options.unknownToken != nil else { continue }
      guard let unknownID else { throw UnknownText(text: String(decoding: text[character], as: UTF8.self)) }
      if unknownBytes > 0 && !options.fusesUnknown {
        add(unknownID, unknownBytes)
        unknownBytes = 0
      }
      unknownBytes += width
    }
    if unknownBytes > 0, let unknownID { add(unknownID, unknownBytes) }
    return symbols
  }

  private func merge(_ symbols: inout [Symbol]) {
    if symbols.count < 2 { return }
    var queue = CandidateQueue()
    queue.reserveCapacity(symbols.count)
    for index in 0..<symbols.count - 1 {
      if let merge = merges.merge(symbols[index].id, symbols[index + 1].id) {
        queue.push(Candidate(priority: merge.rank, position: Int32(index), check: merge.result))
      }
    }
    while let top = queue.pop() {
      let position = Int(top.position)
      let left = symbols[position]
      guard left.count > 0, left.next >= 0 else { continue }
      let right = symbols[Int(left.next)]
      guard let merge = merges.merge(left.id, right.id), merge.result == top.check else { continue }
      symbols[position].id = merge.result
      symbols[position].count += right.count
      symbols[position].next = right.next
      symbols[Int(left.next)].count = 0
      if right.next >= 0 { symbols[Int(right.next)].previous = top.position }
      if left.previous >= 0, let merge = merges.merge(symbols[Int(left.previous)].id, symbols[position].id) {
        queue.push(Candidate(priority: merge.rank, position: left.previous, check: merge.result))
      }
      if right.next >= 0, let merge = merges.merge(symbols[position].id, symbols[Int(right.next)].id) {
        queue.push(Candidate(priority: merge.rank, position: top.position, check: merge.result))
      }
    }
  }
}
