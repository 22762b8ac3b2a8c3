// Two texts word by word: what both have, what only one has, and where they part; bounded in time for any texts.

/// The pieces of two texts, by Myers' greedy algorithm (An O(ND) Difference Algorithm, 1986) over words.
struct WordDifference {
  struct Piece: Equatable {
    var text: String
    /// Whether the other side has these words, too.
    var isShared: Bool
  }

  var baseline: [Piece]
  var candidate: [Piece]
  /// Whether the texts have too little in common for marks on single words to help a reader.
  var isMostlyNew: Bool

  /// The most insertions and deletions that are looked for; beyond them all words between the first and the last difference count as changed.
  static let editLimit = 250

  init(_ baseline: String, _ candidate: String) {
    let (old, new) = (Self.words(baseline), Self.words(candidate))
    var start = 0
    while start < old.count, start < new.count, old[start].key == new[start].key { start += 1 }
    var (oldEnd, newEnd) = (old.count, new.count)
    while oldEnd > start, newEnd > start, old[oldEnd - 1].key == new[newEnd - 1].key {
      oldEnd -= 1
      newEnd -= 1
    }
    let matches = Self.matches(old[start..<oldEnd].map(\.key), new[start..<newEnd].map(\.key))
    var oldShared = Array(repeating: true, count: old.count)
    var newShared = Array(repeating: true, count: new.count)
    for place in start..<oldEnd { oldShared[place] = false }
    for place in start..<newEnd { newShared[place] = false }
    for (a, b) in matches {
      oldShared[start + a] = true
      newShared[start + b] = true
    }
    let shared = oldShared.count { $0 }
    isMostlyNew = shared * 4 < max(old.count, new.count)
    self.baseline = Self.pieces(old, oldShared)
    self.candidate = Self.pieces(new, newShared)
  }

  private struct Word {
    /// The word with the space behind it.
    var text: String
    var key: String
  }

  /// Runs of other than white space; a character of a script that is written without spaces is a word.
  private static func words(_ text: String) -> [Word] {
    var words: [Word] = []
    var word = ""
    var space = ""
    func flush() {
      if !word.isEmpty || !space.isEmpty { words.append(Word(text: word + space, key: word)) }
      (word, space) = ("", "")
    }
    for character in text {
      if character.isWhitespace {
        space.append(character)
        continue
      }
      let standsAlone = character.unicodeScalars.first.map { (0x2E80...0xD7A3).contains($0.value) || $0.value > 0x1_F000 } ?? false
      if !space.isEmpty || standsAlone { flush() }
      word.append(character)
      if standsAlone { flush() }
    }
    flush()
    return words
  }

  private static func pieces(_ words: [Word], _ shared: [Bool]) -> [Piece] {
    var pieces: [Piece] = []
    for (word, isShared) in zip(words, shared) {
      if let last = pieces.last, last.isShared == isShared {
        pieces[pieces.count - 1].text += word.text
      } else {
        pieces.append(Piece(text: word.text, isShared: isShared))
      }
    }
    return pieces
  }

  /// Places of a longest common subsequence; empty where more than ``editLimit`` edits are needed.
  private static func matches(_ old: [String], _ new: [String]) -> [(Int, Int)] {
    if old.isEmpty || new.isEmpty { return [] }
    // Texts are compared as numbers.
    var numbers: [String: Int] = [:]
    func number(_ word: String) -> Int {
      if let known = numbers[word] { return known }
      numbers[word] = numbers.count
      return numbers.count - 1
    }
    let (a, b) = (old.map(number), new.map(number))
    let limit = min(editLimit, a.count + b.count)
    // furthest[k + limit + 1]: how far the path on diagonal k has come in `a`.
    var furthest = Array(repeating: 0, count: 2 * limit + 3)
    var rounds: [[Int]] = []
    for edits in 0...limit {
      rounds.append(furthest)
      for diagonal in stride(from: -edits, through: edits, by: 2) {
        let place = diagonal + limit + 1
        let isDown = diagonal == -edits || (diagonal != edits && furthest[place - 1] < furthest[place + 1])
        var x = isDown ? furthest[place + 1] : furthest[place - 1] + 1
        var y = x - diagonal
        while x < a.count, y < b.count, x >= 0, y >= 0, a[x] == b[y] {
          x += 1
          y += 1
        }
        furthest[place] = x
        if x >= a.count, y >= b.count { return path(rounds, edits, limit, a.count, b.count) }
      }
    }
    return []
  }

  /// Walks back from the end through the rounds.
  private static func path(_ rounds: [[Int]], _ edits: Int, _ limit: Int, _ oldCount: Int, _ newCount: Int) -> [(Int, Int)] {
    var matches: [(Int, Int)] = []
    var (x, y) = (oldCount, newCount)
    for round in stride(from: edits, through: 0, by: -1) {
      let furthest = rounds[round]
      let diagonal = x - y
      let place = diagonal + limit + 1
      let isDown = diagonal == -round || (diagonal != round && furthest[place - 1] < furthest[place + 1])
      let (startX, startY): (Int, Int)
      if round == 0 {
        (startX, startY) = (0, 0)
      } else if isDown {
        startX = furthest[place + 1]
        startY = startX - (diagonal + 1)
      } else {
        startX = furthest[place - 1]
        startY = startX - (diagonal - 1)
      }
      let (afterX, afterY) = round == 0 ? (0, 0) : isDown ? (startX, startY + 1) : (startX + 1, startY)
      while x > afterX, y > afterY {
        x -= 1
        y -= 1
        matches.append((x, y))
      }
      (x, y) = (startX, startY)
    }
    return matches.reversed()
  }
}
