// How the rows of a batch are cut among the workers: no choice here changes a result.

/// Blocks of trained rows; each is taken through the whole vocabulary by one worker.
struct RowBlocks {
  /// The logits of a block are kept until its gradient is done: at most about so many bytes for one model.
  static let logitBytes = 48 << 20
  static let largest = 256

  let rows: [Int]
  let blockRows: Int

  /// - Parameters:
  ///   - vocabulary: the tokens whose logits are kept; nil where slices are looked at and forgotten.
  init(_ rows: [Int], vocabulary: Int?, threads: Int) {
    self.rows = rows
    var limit = Self.largest
    if let vocabulary { limit = min(limit, Self.logitBytes / 4 / max(1, vocabulary)) }
    // As many blocks as make the workers finish together, in whole tiles of 16 rows.
    let rounds = max(1, (rows.count + limit * threads - 1) / max(1, limit * threads))
    let share = (rows.count + rounds * threads - 1) / (rounds * threads)
    blockRows = max(16, (min(share, limit) + 15) / 16 * 16)
  }

  var count: Int { (rows.count + blockRows - 1) / blockRows }

  subscript(block: Int) -> ArraySlice<Int> { rows[block * blockRows..<min(rows.count, (block + 1) * blockRows)] }
}
