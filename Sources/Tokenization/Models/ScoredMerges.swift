// SentencePiece's BPE as a GGUF file carries it: no list of merges, but a score a token; neighbours that make the best token merge first.

/// Merges by token score with byte fallback, as llama.cpp's `llm_tokenizer_spm` does it.
struct ScoredMerges: TokenModel {
  let name = "SentencePiece BPE"
  let vocabulary: Vocabulary
  /// Tokens by falling score: the place of each ID in that order. Equal scores share a place.
  private let places: [Int32]
  /// The ID of each byte's token; the unknown token's where there is none, or -1.
  private let byteIDs: [Int32]

  /// - Parameter scores: one for each ID; NaN counts as the lowest.
  init(vocabulary: Vocabulary, scores: [Float], unknownID: Int32?) {
    self.vocabulary = vocabulary
    let keyed = scores.map { $0.isNaN ? -Float.infinity : $0 }
    let order = keyed.indices.sorted { keyed[$0] != keyed[$1] ? keyed[$0] > keyed[$1] : $0 < $1 }
    var places = [Int32](repeating: 0, count: scores.count)
    var place: Int32 = 0
    for (index, id) in order.enumerated() {
      if index > 0, keyed[order[index - 1]] != keyed[id] { place += 1 }
      places[id] = place
    }
    self.places = places
    byteIDs = BytePairEncoding.byteTokens(vocabulary).enumerated().map { byte, id in
      // A character by itself may stand for its byte in vocabularies that spell byte tokens so.
      id >= 0 ? id : byte < 0x80 ? vocabulary.id([UInt8(byte)]) ?? unknownID ?? -1 : unknownID ?? -1
    }
  }

  func encode(_ bytes: [UInt8], _ range: Range<Int>, into ids: inout [Int32]) throws(UnknownText) {
    var symbols: [Symbol] = []
    symbols.reserveCapacity(range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      let width = min(scalarWidth(bytes[position]), range.upperBound - position)
      let index = Int32(symbols.count)
      if index > 0 { symbols[Int(index) - 1].next = index }
      symbols.append(Symbol(id: -1, previous: index - 1, next: -1, start: Int32(position), count: Int32(width)))
      position += width
    }
    var queue = CandidateQueue()
    queue.reserveCapacity(symbols.count)
    for index in symbols.indices.dropLast() { push(&queue, symbols, index, bytes) }
    while let top = queue.pop() {
      let left = symbols[Int(top.position)]
      guard left.count > 0, left.next >= 0 else { continue }
      let right = symbols[Int(left.next)]
      guard left.count + right.count == top.check else { continue }
      symbols[Int(top.position)].count += right.count
      symbols[Int(top.position)].next = right.next
      symbols[Int(left.next)].count = 0
      if right.next >= 0 { symbols[Int(right.next)].previous = top.position }
      if left.previous >= 0 { push(&queue, symbols, Int(left.previous), bytes) }
      push(&queue, symbols, Int(top.position), bytes)
    }
    for symbol in symbols where symbol.count > 0 {
      let stretch = Int(symbol.start)..<Int(symbol.start + symbol.count)
      if let id = vocabulary.id(bytes, stretch) {
        ids.append(id)
        continue
      }
      for byte in bytes[stretch] {
        let id = byteIDs[Int(byte)]
        guard id >= 0 else { throw UnknownText(text: String(decoding: bytes[stretch], as: UTF8.self)) }
        ids.append(id)
      }
    }
  }

  func digestInput() -> [UInt8] {
    var result: [UInt8] = []
    for place in places { appendNumber(place, to: &result) }
    return result
  }

  /// Queues the merge of a symbol with its right neighbour if the two make a token.
  private func push(_ queue: inout CandidateQueue, _ symbols: [Symbol], _ index: Int, _ bytes: [UInt8]) {
    let left = symbols[index]
    guard left.next >= 0 else { return }
    let count = left.count + symbols[Int(left.next)].count
    guard let id = vocabulary.id(bytes, Int(left.start)..<Int(left.start + count)) else { return }
    queue.push(Candidate(priority: places[Int(id)], position: Int32(index), check: count))
  }
}
