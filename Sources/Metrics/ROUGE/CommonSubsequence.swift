// The longest common subsequence of two lists of tokens: its length, and which one, in linear memory.

/// The columns of a table of lengths of common subsequences: a list of tokens, and where each token stands in it.
///
/// Bit-parallel (Hyyrö 2004, "Bit-parallel LCS-length computation revisited"): bit j of a row's state is 0 where the length rises between columns j
/// and j + 1. A row touches only the words in which its token occurs, or that a carry reaches.
struct SubsequenceColumns {
  /// 64 columns in which a token occurs.
  private struct Occurrences {
    var word: Int
    var mask: UInt64
    /// The next entry of the same token, or -1.
    var next: Int32
  }

  private(set) var tokens: [UInt32] = []
  /// A token's first entry, or -1: only the columns' tokens have one.
  private var first: [Int32]
  private var occurrences: [Occurrences] = []
  /// How many words a row's state has.
  private(set) var words = 0

  /// - Parameter alphabet: tokens are smaller than this.
  init(alphabet: Int) { first = [Int32](repeating: -1, count: alphabet) }

  /// Takes other columns.
  mutating func load(_ columns: ArraySlice<UInt32>) {
    for token in tokens { first[Int(token)] = -1 }
    occurrences.removeAll(keepingCapacity: true)
    tokens.removeAll(keepingCapacity: true)
    tokens.append(contentsOf: columns)
    words = (tokens.count + 63) / 64
    for column in tokens.indices.reversed() {
      let token = Int(tokens[column])
      let bit: UInt64 = 1 << UInt64(column % 64)
      let entry = first[token]
      if entry >= 0, occurrences[Int(entry)].word == column / 64 {
        occurrences[Int(entry)].mask |= bit
      } else {
        first[token] = Int32(truncatingIfNeeded: occurrences.count)
        occurrences.append(Occurrences(word: column / 64, mask: bit, next: entry))
      }
    }
  }

  /// The length of the longest common subsequence of rows and columns.
  func length(_ rows: ArraySlice<UInt32>) -> Int {
    var state = [UInt64](repeating: .max, count: words)
    for token in rows { advance(&state, at: 0, by: token) }
    return state.reduce(0) { $0 + (~$1).nonzeroBitCount }
  }

  /// The state after one more row, in place at an offset.
  func advance(_ states: inout [UInt64], at offset: Int, by token: UInt32) {
    var entry = first[Int(token)]
    var carry: UInt64 = 0
    var word = 0
    while entry >= 0 || carry > 0 && word < words {
      var mask: UInt64 = 0
      if entry >= 0 {
        let occurrence = occurrences[Int(entry)]
        if carry == 0 || occurrence.word == word {
          word = occurrence.word
          mask = occurrence.mask
          entry = occurrence.next
        }
      }
      let state = states[offset + word]
      let (sum, overflow) = state.addingReportingOverflow(state & mask)
      let (carried, carriedOverflow) = sum.addingReportingOverflow(carry)
      states[offset + word] = carried | (state & ~mask)
      carry = overflow || carriedOverflow ? 1 : 0
      word += 1
    }
  }
}

/// Reads longest common subsequences out of the table of lengths: those that rouge-score's way back finds, of the many that there may be.
struct SubsequenceWay {
  private(set) var columns: SubsequenceColumns
  /// The states before and after each row of a stretch, one after the other.
  private var states: [UInt64] = []
  /// Of at most so many rows the states are held at a time.
  private static let stretch = 64

  /// - Parameter alphabet: tokens are smaller than this.
  init(alphabet: Int) { columns = SubsequenceColumns(alphabet: alphabet) }

  mutating func load(_ columns: ArraySlice<UInt32>) { self.columns.load(columns) }

  /// Marks the rows of one longest common subsequence, at their places.
  ///
  /// From the last cell of the table: a cell of equal tokens is part of it; else the way goes left where the length there is greater than above,
  /// else up.
  mutating func mark(_ rows: ArraySlice<UInt32>, in marks: inout [Bool]) {
    var column = columns.tokens.count
    if rows.count <= Self.stretch {
      states.removeAll(keepingCapacity: true)
      for _ in 0..<columns.words { states.append(.max) }
      walkStretch(rows, column: &column, &marks)
    } else {
      walk(rows, from: [UInt64](repeating: .max, count: columns.words), column: &column, &marks)
    }
  }

  /// Walks up through many rows: the state in the middle is computed, then the lower half is walked, then the upper one. No more than a stretch
  /// of rows is held at a time, and one row for each halving.
  private mutating func walk(_ rows: ArraySlice<UInt32>, from start: [UInt64], column: inout Int, _ marks: inout [Bool]) {
    if rows.isEmpty || column == 0 { return }
    if rows.count > Self.stretch {
      let middle = rows.startIndex + rows.count / 2
      var state = start
      for token in rows[..<middle] { columns.advance(&state, at: 0, by: token) }
      walk(rows[middle...], from: state, column: &column, &marks)
      walk(rows[..<middle], from: start, column: &column, &marks)
      return
    }
    states.removeAll(keepingCapacity: true)
    states.append(contentsOf: start)
    walkStretch(rows, column: &column, &marks)
  }

  /// Walks up through a few rows; the state before the first of them is there.
  private mutating func walkStretch(_ rows: ArraySlice<UInt32>, column: inout Int, _ marks: inout [Bool]) {
    let words = columns.words
    for (index, token) in rows.enumerated() {
      for word in 0..<words { states.append(states[index * words + word]) }
      columns.advance(&states, at: (index + 1) * words, by: token)
    }
    var row = rows.count
    // How much longer the subsequence is than without the row, 0 or 1; nil where the way came from another row.
    var known: Int?
    while row > 0, column > 0 {
      let place = rows.startIndex + row - 1
      if rows[place] == columns.tokens[column - 1] {
        marks[place] = true
        row -= 1
        column -= 1
        known = nil
        continue
      }
      let gain = known ?? rank(row, column) - rank(row - 1, column)
      if gain > 0 {
        column -= 1
        known = gain - rise(row, column) + rise(row - 1, column)
      } else {
        row -= 1
        known = nil
      }
    }
  }

  /// The length within the first columns.
  private func rank(_ row: Int, _ column: Int) -> Int {
    let offset = row * columns.words
    var sum = 0
    for word in 0..<(column / 64) { sum += (~states[offset + word]).nonzeroBitCount }
    let rest = UInt64(column % 64)
    if rest > 0 { sum += (~states[offset + column / 64] & ((1 << rest) - 1)).nonzeroBitCount }
    return sum
  }

  /// How much the length rises at a column, 0 or 1.
  private func rise(_ row: Int, _ column: Int) -> Int {
    Int(truncatingIfNeeded: ~states[row * columns.words + column / 64] >> UInt64(column % 64) & 1)
  }
}
