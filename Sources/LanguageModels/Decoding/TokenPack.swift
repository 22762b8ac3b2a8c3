// Tokens of many sequences packed without padding: what one pass through the decoder computes.

/// A run of consecutive tokens of one or more sequences that share everything before it.
struct TokenSegment {
  var tokens: [Int32]
  /// The first of the segment's rows in the pack.
  var firstRow: Int
  /// The position of the first token in its sequence.
  var firstPosition: Int
  /// The segments between the cache and this one, root first, as ranges of rows.
  var path: [Range<Int>] = []
  /// The positions in front of the path, computed before.
  var cache: KeyValueCache?
  /// Keep the segment's keys and values in its cache, which no other segment of the pack uses.
  var extendsCache = false
  /// Of the sequence: see ``RotaryRule/lengthClass(of:)``.
  var lengthClass = 0

  var rows: Range<Int> { firstRow..<firstRow + tokens.count }
}

/// Segments that go through the decoder together; their rows follow each other.
struct TokenPack {
  var segments: [TokenSegment]
  var rows: Int
}
