// A text on its way through the stages: one buffer of UTF-8 bytes, cut into pieces; a piece that is a known token carries its ID.

/// A text cut into pieces. Stages either cut finer, or write a new buffer.
struct Pieces: Sendable {
  /// A stretch of the buffer.
  struct Piece: Sendable, Equatable {
    var start: Int
    var end: Int
    /// The token that the piece is, or -1 for text yet to be encoded.
    var id: Int32 = -1
    /// Whether the piece begins with the first character of the original text.
    var isAtOrigin = false

    var range: Range<Int> { start..<end }
  }

  var bytes: [UInt8]
  var pieces: [Piece]

  /// The whole text as one piece; none for an empty text.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    pieces = bytes.isEmpty ? [] : [Piece(start: 0, end: bytes.count, isAtOrigin: true)]
  }

  /// Cuts each piece of text: `cut` is handed a piece and gives its parts in order. Empty parts vanish.
  mutating func split(_ cut: (Piece, [UInt8], (Int, Int) -> Void) throws(RunawayPattern) -> Void) throws(RunawayPattern) {
    var result: [Piece] = []
    result.reserveCapacity(pieces.count * 2)
    for piece in pieces {
      if piece.id >= 0 {
        result.append(piece)
        continue
      }
      try cut(piece, bytes) { start, end in
        if start < end { result.append(Piece(start: start, end: end, isAtOrigin: piece.isAtOrigin && start == piece.start)) }
      }
    }
    pieces = result
  }

  /// Writes each piece of text anew: `rewrite` is handed a piece and appends its new bytes. Pieces left empty vanish; tokens stay.
  mutating func rewrite(_ write: (Piece, [UInt8], inout [UInt8]) throws(RunawayPattern) -> Void) throws(RunawayPattern) {
    var buffer: [UInt8] = []
    buffer.reserveCapacity(bytes.count + bytes.count / 2 + 16)
    var result: [Piece] = []
    result.reserveCapacity(pieces.count)
    for var piece in pieces {
      let start = buffer.count
      if piece.id < 0 {
        try write(piece, bytes, &buffer)
        if buffer.count == start { continue }
      }
      piece.start = start
      piece.end = buffer.count
      result.append(piece)
    }
    bytes = buffer
    pieces = result
  }
}

/// What becomes of the matches when a text is cut by a pattern, as the reference names it.
enum SplitBehavior: String, Sendable, CaseIterable {
  case removed = "Removed"
  case isolated = "Isolated"
  case mergedWithPrevious = "MergedWithPrevious"
  case mergedWithNext = "MergedWithNext"
  case contiguous = "Contiguous"
}

/// Cuts one piece by matches that come in order, without overlap.
struct Splitter {
  let behavior: SplitBehavior
  let inverted: Bool
  private var spans: [(start: Int, end: Int, isMatch: Bool)] = []
  private var last: Int

  init(_ behavior: SplitBehavior, inverted: Bool = false, from start: Int) {
    self.behavior = behavior
    self.inverted = inverted
    last = start
  }

  mutating func match(_ range: Range<Int>) {
    if last != range.lowerBound { spans.append((last, range.lowerBound, inverted)) }
    spans.append((range.lowerBound, range.upperBound, !inverted))
    last = range.upperBound
  }

  /// Ends the piece and gives its parts.
  mutating func finish(at end: Int, _ part: (Int, Int) -> Void) {
    if last != end { spans.append((last, end, inverted)) }
    switch behavior {
    case .isolated: for span in spans { part(span.start, span.end) }
    case .removed: for span in spans where !span.isMatch { part(span.start, span.end) }
    case .contiguous: merge(part) { isMatch, previous in isMatch == previous }
    case .mergedWithPrevious: merge(part) { isMatch, previous in isMatch && !previous }
    case .mergedWithNext:
      // From the right: a match joins the part behind it, unless that part begins with a match of its own.
      var parts: [(start: Int, end: Int)] = []
      var previous = false
      for span in spans.reversed() {
        if span.isMatch && !previous, !parts.isEmpty {
          parts[parts.count - 1].start = span.start
        } else {
          parts.append((span.start, span.end))
        }
        previous = span.isMatch
      }
      for item in parts.reversed() { part(item.start, item.end) }
    }
  }

  private func merge(_ part: (Int, Int) -> Void, _ joins: (Bool, Bool) -> Bool) {
    var open: (start: Int, end: Int)?
    var previous = false
    for span in spans {
      if joins(span.isMatch, previous), let current = open {
        open = (current.start, span.end)
      } else {
        if let current = open { part(current.start, current.end) }
        open = (span.start, span.end)
      }
      previous = span.isMatch
    }
    if let current = open { part(current.start, current.end) }
  }
}
