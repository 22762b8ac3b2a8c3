// Runs the program of a regular expression: backtracking on an explicit stack, every step counted.

/// The state of one search.
struct RegexMatcher {
  /// The most ways not yet tried that are kept, some 100 MB.
  static let wayLimit = 4_000_000

  let steps: [RegexStep]
  let sets: [RegexSet]
  let text: [Unicode.Scalar]
  let mode: RegularExpression.Mode
  var budget: Int
  /// Where groups begin and end, and what loops count; -1 where nothing is known.
  private(set) var registers: [Int]
  /// A match that ends here does not count: the one before ended here too.
  var forbiddenEnd = -1

  /// A way not yet tried: go on at `step` from `position`, or from any place down to `lowest` (up to, for lazy runs).
  /// A negative step is no way: it puts `position` back into register `-step - 1`.
  private struct Way {
    var step: Int
    var position: Int
    var limit: Int
  }
  private var ways: [Way] = []

  init(_ expression: RegularExpression, _ text: [Unicode.Scalar], _ mode: RegularExpression.Mode, budget: Int) {
    steps = expression.steps
    sets = expression.sets
    registers = Array(repeating: -1, count: expression.registerCount)
    self.text = text
    self.mode = mode
    self.budget = budget
  }

  private mutating func set(_ register: Int, _ value: Int) {
    ways.append(Way(step: -register - 1, position: registers[register], limit: 0))
    registers[register] = value
  }

  /// Takes back what was done since `base`.
  private mutating func undo(to base: Int) {
    while ways.count > base {
      let way = ways.removeLast()
      if way.step < 0 { registers[-way.step - 1] = way.position }
    }
  }

  /// Drops the ways not tried since `base`; what registers held before is kept for those who backtrack further.
  private mutating func commit(to base: Int) {
    var kept = base
    for index in base..<ways.count where ways[index].step < 0 {
      ways[kept] = ways[index]
      kept += 1
    }
    ways.removeLast(ways.count - kept)
  }

  /// Where the first way ends in which the whole pattern matches from `place`, or -1.
  mutating func matchWhole(from place: Int) -> Int {
    let end = run(0, place, isWhole: true)
    ways.removeAll(keepingCapacity: true)
    return end
  }

  /// Clears what the last attempt left.
  mutating func reset() {
    for index in registers.indices { registers[index] = -1 }
  }

  /// Calls itself only for looks and atomic groups, which the parser nests a bounded number deep.
  private mutating func run(_ first: Int, _ place: Int, isWhole: Bool) -> Int {
    let base = ways.count
    var step = first
    var position = place
    while true {
      budget -= 1
      if budget <= 0 || ways.count > Self.wayLimit {
        budget = 0
        undo(to: base)
        return -1
      }
      var fails = false
      switch steps[step] {
      case .set(let set):
        if position < text.count, sets[set].contains(text[position]) {
          position += 1
          step += 1
        } else {
          fails = true
        }
      case .run(let set, let minimum, let maximum, let greed):
        fails = !take(set, minimum, maximum, greed, &position, next: step + 1)
        step += 1
      case .choice(let one, let other):
        ways.append(Way(step: other, position: position, limit: position))
        step = one
      case .jump(let target): step = target
      case .save(let register):
        set(register, position)
        step += 1
      case .reference(let group, let fold):
        fails = !takeReference(group, fold, &position)
        step += 1
      case .look(let behind, let negated, let end):
        let start = ways.count
        let matches = position >= behind && run(step + 1, position - behind, isWhole: false) >= 0
        if matches { if negated { undo(to: start) } else { commit(to: start) } }
        if matches == negated { fails = true } else { step = end }
      case .atomic(let end):
        let start = ways.count
        let stop = run(step + 1, position, isWhole: false)
        if stop < 0 {
          fails = true
        } else {
          commit(to: start)
          position = stop
          step = end
        }
      case .anchor(let anchor):
        if holds(anchor, position) { step += 1 } else { fails = true }
      case .ifGroup(let group, let otherwise): step = registers[2 * group + 1] >= 0 ? step + 1 : otherwise
      case .loopStart(let counter):
        set(counter, 0)
        set(counter + 1, -1)
        step += 1
      case .loop(let counter, let minimum, let maximum, let isLazy, let exit):
        let count = registers[counter]
        if count < minimum {
          set(counter, count + 1)
          step += 1
        } else if count < maximum, registers[counter + 1] != position {
          if isLazy {
            // The way back leads into one more round.
            ways.append(Way(step: step, position: position, limit: -2))
            step = exit
          } else {
            ways.append(Way(step: exit, position: position, limit: position))
            set(counter, count + 1)
            set(counter + 1, position)
            step += 1
          }
        } else {
          step = exit
        }
      case .accept:
        if isWhole && ((mode == .fullMatch && position != text.count) || position == forbiddenEnd) {
          fails = true
        } else {
          return position
        }
      }
      if fails {
        guard let next = backtrack(to: base, &position) else { return -1 }
        step = next
      }
    }
  }

  /// The next way that was not tried, or nil where there is none since `base`.
  private mutating func backtrack(to base: Int, _ position: inout Int) -> Int? {
    while ways.count > base {
      let way = ways[ways.count - 1]
      if way.step < 0 {
        registers[-way.step - 1] = way.position
        ways.removeLast()
        continue
      }
      position = way.position
      if way.limit == -2, case .loop(let counter, _, _, _, _) = steps[way.step] {
        // One more round of a lazy loop.
        ways.removeLast()
        set(counter, registers[counter] + 1)
        set(counter + 1, position)
        return way.step + 1
      }
      if case .run(let set, _, _, .lazy) = steps[max(way.step - 1, 0)], way.limit > position {
        // One more code point of a lazy run.
        if position < text.count, sets[set].contains(text[position]) {
          position += 1
          ways[ways.count - 1].position = position
          if position == way.limit { ways.removeLast() }
          return way.step
        }
        ways.removeLast()
        continue
      }
      if way.position > way.limit { ways[ways.count - 1].position -= 1 } else { ways.removeLast() }
      return way.step
    }
    return nil
  }

  /// A run of one set; false where there is less than its minimum.
  private mutating func take(
    _ set: Int, _ minimum: Int, _ maximum: Int, _ greed: RegexNode.Greed, _ position: inout Int, next: Int
  ) -> Bool {
    let wanted = greed == .lazy ? minimum : maximum
    let start = position
    let end = wanted >= text.count - position ? text.count : position + wanted
    while position < end && sets[set].contains(text[position]) { position += 1 }
    let count = position - start
    budget -= count >> 3
    if count < minimum { return false }
    switch greed {
    case .greedy: if count > minimum { ways.append(Way(step: next, position: position - 1, limit: start + minimum)) }
    case .lazy:
      let limit = maximum >= text.count - start ? text.count : start + maximum
      if position < limit { ways.append(Way(step: next, position: position, limit: limit)) }
    case .possessive: break
    }
    return true
  }

  private mutating func takeReference(_ group: Int, _ fold: Fold, _ position: inout Int) -> Bool {
    let start = registers[2 * group]
    let end = registers[2 * group + 1]
    guard start >= 0, end >= start, text.count - position >= end - start else { return false }
    budget -= end - start
    for offset in 0..<(end - start) {
      let a = text[start + offset].value
      let b = text[position + offset].value
      let isSame =
        switch fold {
        case .exact: a == b
        case .ascii: a == b || CharacterKind.asciiRelative(a) == b
        case .unicode: CharacterKind.lower(a) == CharacterKind.lower(b)
        }
      if !isSame { return false }
    }
    position += end - start
    return true
  }

  private func holds(_ anchor: RegexNode.Anchor, _ position: Int) -> Bool {
    func isBoundary(_ kind: CharacterKind) -> Bool {
      let before = position > 0 && kind.contains(text[position - 1])
      let after = position < text.count && kind.contains(text[position])
      return before != after
    }
    switch anchor {
    case .textStart: return position == 0
    case .textEnd: return position == text.count
    case .lastLineEnd: return position == text.count || (position == text.count - 1 && text[position] == "\n")
    case .lineStart: return position == 0 || text[position - 1] == "\n"
    case .lineEnd: return position == text.count || text[position] == "\n"
    case .boundary: return isBoundary(.word)
    // Python's \B does not match an empty text.
    case .noBoundary: return !text.isEmpty && !isBoundary(.word)
    case .asciiBoundary: return isBoundary(.asciiWord)
    case .noASCIIBoundary: return !text.isEmpty && !isBoundary(.asciiWord)
    }
  }
}

extension RegularExpression {
  /// The set of an unbounded run, such as `.*`, that the pattern begins with; nil where it does not, or where what follows depends on its start.
  private var leadingRun: Int? {
    for step in steps {
      switch step {
      case .save: continue
      case .run(let set, minimum: 0, maximum: .max, let greed) where greed != .possessive:
        return steps.contains { if case .reference = $0 { true } else { false } } ? nil : set
      default: return nil
      }
    }
    return nil
  }

  /// The first match at or behind `start`.
  func find(
    _ text: [Unicode.Scalar], from start: Int, _ mode: Mode, mustAdvance: Bool, steps budget: inout Int
  ) throws(RegularExpressionError) -> Match? {
    guard start <= text.count else { return nil }
    var matcher = RegexMatcher(self, text, mode, budget: budget)
    defer { budget = max(0, matcher.budget) }
    // A pattern that begins with a set can only match where one of it stands.
    var first: Int?
    for step in steps {
      if case .save = step { continue }
      if case .set(let set) = step { first = set }
      if case .run(let set, let minimum, _, _) = step, minimum > 0 { first = set }
      break
    }
    let leading = leadingRun
    var place = start
    while place <= text.count {
      if let first, mode == .search {
        while place < text.count && !sets[first].contains(text[place]) { place += 1 }
        matcher.budget -= (place - start) >> 6
        if place == text.count { return nil }
      }
      matcher.forbiddenEnd = mustAdvance && place == start ? start : -1
      let end = matcher.matchWhole(from: place)
      if matcher.budget <= 0 { throw error(.tooManySteps) }
      if end >= 0 {
        var groups: [Range<Int>?] = [place..<end]
        for group in stride(from: 2, to: 2 * (groupCount + 1), by: 2) {
          let (low, high) = (matcher.registers[group], matcher.registers[group + 1])
          groups.append(low >= 0 && high >= low ? low..<high : nil)
        }
        return Match(groups: groups)
      }
      if mode != .search { return nil }
      matcher.reset()
      if let leading, matcher.forbiddenEnd < 0 {
        // What such a run could give back from here was all tried: no start up to its end can do better.
        while place < text.count && sets[leading].contains(text[place]) { place += 1 }
      }
      place += 1
    }
    return nil
  }
}
