// Unigram (Kudo 2018): of all ways to cut a word into tokens the one whose scores sum up highest, by Viterbi's algorithm.

/// A Unigram model as PyPI `tokenizers` 0.23.3 has it, ties and unknown text included.
struct Unigram: TokenModel {
  /// The score of an unknown character, below the lowest score of a token (SentencePiece, `unigram_model.cc`).
  private static let unknownPenalty = 10.0
  /// Longer tokens, in bytes, are refused: each character of a text looks so far ahead.
  static let longestToken = 4096

  let name = "Unigram"
  let vocabulary: Vocabulary
  /// By ID.
  private let scores: [Double]
  private let unknownID: Int32?
  /// The ID of each byte's token, or -1; empty where unknown text does not become bytes.
  private let byteIDs: [Int32]
  private let trie: ByteTrie
  private let unknownScore: Double
  private let cache = WordCache()

  /// - Parameter scores: one for each ID.
  init(vocabulary: Vocabulary, scores: [Double], unknownID: Int32?, fallsBackToBytes: Bool, file: String, place: String)
    throws(TokenizerError)
  {
    self.vocabulary = vocabulary
    self.scores = scores
    self.unknownID = unknownID
    byteIDs = fallsBackToBytes ? BytePairEncoding.byteTokens(vocabulary) : []
    trie = try ByteTrie(vocabulary, longest: Self.longestToken, file: file, place: place)
    unknownScore = scores.reduce(Double.infinity) { $1 < $0 ? $1 : $0 } - Self.unknownPenalty
  }

  /// The best way to reach a place in the word.
  private struct Node {
    var score = 0.0
    /// Where its last token begins, or -1 for none yet.
    var start: Int32 = -1
    var id: Int32 = 0
  }

  func encode(_ bytes: [UInt8], _ range: Range<Int>, into ids: inout [Int32]) throws(UnknownText) {
    let hash = hash(bytes, range)
    if cache.find(bytes, range, hash, into: &ids) { return }
    let start = ids.count
    try emit(try bestPath(bytes, range), bytes, range, into: &ids)
    cache.keep(bytes, range, hash, ids[start...])
  }

  private func bestPath(_ bytes: [UInt8], _ range: Range<Int>) throws(UnknownText) -> [Node] {
    var nodes = [Node](repeating: Node(), count: range.count + 1)
    var begin = range.lowerBound
    while begin < range.upperBound {
      let place = begin - range.lowerBound
      let width = scalarWidth(bytes[begin])
      let score = nodes[place].score
      var coversCharacter = false
      func offer(_ end: Int, _ total: Double, _ id: Int32) {
        if nodes[end].start < 0 || total > nodes[end].score { nodes[end] = Node(score: total, start: Int32(place), id: id) }
      }
      var node = ByteTrie.root
      var cursor = begin
      while cursor < range.upperBound {
        node = trie.next(node, bytes[cursor])
        if node < 0 { break }
        cursor += 1
        let id = trie.value(node)
        if id < 0 { continue }
        offer(cursor - range.lowerBound, score + scores[Int(id)], id)
        if cursor - begin == width { coversCharacter = true }
      }
      if !coversCharacter {
        let end = place + width
        if nodes[end].start < 0 || score + unknownScore > nodes[end].score {
          guard let unknownID else { throw UnknownText(text: String(decoding: bytes[begin..<begin + width], as: UTF8.self)) }
          offer(end, score + unknownScore, unknownID)
        }
      }
      begin += width
    }
    return nodes
  }

  /// Follows the best path. Neighbouring unknown parts are one text: a token by chance, bytes, or the unknown token.
  private func emit(_ nodes: [Node], _ bytes: [UInt8], _ range: Range<Int>, into ids: inout [Int32]) throws(UnknownText) {
    var parts: [(start: Int, end: Int, id: Int32)] = []
    var end = range.count
    while end > 0 {
      let node = nodes[end]
      let start = Int(node.start)
      if node.id == unknownID, let last = parts.last, last.id == unknownID {
        parts[parts.count - 1].start = start
      } else {
        parts.append((start, end, node.id))
      }
      end = start
    }
    for part in parts.reversed() {
      guard part.id == unknownID else {
        ids.append(part.id)
        continue
      }
      let stretch = range.lowerBound + part.start..<range.lowerBound + part.end
      if let id = vocabulary.id(bytes, stretch) {
        ids.append(id)
      } else if !byteIDs.isEmpty, bytes[stretch].allSatisfy({ byteIDs[Int($0)] >= 0 }) {
        for byte in bytes[stretch] { ids.append(byteIDs[Int(byte)]) }
      } else {
        ids.append(part.id)
      }
    }
  }

  func digestInput() -> [UInt8] {
    var result: [UInt8] = []
    for score in scores {
      let bits = score.bitPattern
      appendNumber(Int32(truncatingIfNeeded: bits), to: &result)
      appendNumber(Int32(truncatingIfNeeded: bits >> 32), to: &result)
    }
    return result
  }
}
