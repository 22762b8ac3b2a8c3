// Tokens of many sequences packed without padding: what one pass through the decoder computes.

/// A run of consecutive tokens of one or more sequences that share everything before it.
struct TokenSegment {
  var tokens: [Int32]
  /// The first of the segment's rows in the pack.
  var firstRow: Int
  /// The position of the first token in its sequence.
  var firstPosition: Int
  /// The segments between the cache and this one, root first, as ranges of rows.
  var path: [Range<Int>]
}

/// Segments that go through the decoder together.
struct TokenPack {
  var segments: [TokenSegment]
  var rows: Int
  /// The positions in front of every segment, computed before.
  var cache: KeyValueCache?
  /// Of the sequences: see ``RotaryRule/lengthClass(of:)``.
  var lengthClass = 0
  /// Keep the keys and values of the pack's only segment in the cache.
  var extendsCache = false
}
