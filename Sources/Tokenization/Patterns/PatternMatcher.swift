// Runs a pattern's program at one place of a text: backtracking on an explicit stack, with a budget of steps.

/// The state of matching: the stack of ways not yet tried, and the steps still allowed.
struct PatternMatcher {
  let steps: [PatternStep]
  let sets: [ScalarSet]
  let start: Int
  let end: Int
  var budget = 0

  /// A way not yet tried: go on at `step` from `position`, or from any scalar boundary down to `lowest`.
  private struct Way {
    var step: Int
    var position: Int
    var lowest: Int
  }
  private var ways: [Way] = []

  init(steps: [PatternStep], sets: [ScalarSet], start: Int, end: Int) {
    self.steps = steps
    self.sets = sets
    self.start = start
    self.end = end
  }

  /// Where the first match of the steps from `first` on ends that begins at `place`, or -1.
  ///
  /// Calls itself only for looks and atomic groups, which the parser nests a bounded number deep.
  mutating func run(_ bytes: [UInt8], _ first: Int, _ place: Int) -> Int {
    let base = ways.count
    var step = first
    var position = place
    while true {
      budget -= 1
      if budget <= 0 {
        ways.removeLast(ways.count - base)
        return -1
      }
      var fails = false
      switch steps[step] {
      case .set(let set):
        if position < end {
          let (value, width) = scalar(bytes, at: position)
          if sets[set].contains(value) {
            position += width
            step += 1
          } else {
            fails = true
          }
        } else {
          fails = true
        }
      case .greedySet(let set, let minimum, let maximum, let possessive):
        var count = 0
        var lowest = position
        while count < maximum && position < end {
          let (value, width) = scalar(bytes, at: position)
          if !sets[set].contains(value) { break }
          position += width
          count += 1
          if count == minimum { lowest = position }
        }
        budget -= count
        step += 1
        if count < minimum {
          fails = true
        } else if count > minimum && !possessive {
          ways.append(Way(step: step, position: previousScalar(bytes, before: position), lowest: lowest))
        }
      case .choice(let one, let other):
        ways.append(Way(step: other, position: position, lowest: position))
        step = one
      case .jump(let target): step = target
      case .look(let behind, let negated, let after):
        var from = position
        var hasRoom = true
        for _ in 0..<behind {
          if from <= start {
            hasRoom = false
            break
          }
          from = previousScalar(bytes, before: from)
        }
        let matches = hasRoom && run(bytes, step + 1, from) >= 0
        if matches == negated { fails = true } else { step = after }
      case .atomic(let after):
        let stop = run(bytes, step + 1, position)
        if stop < 0 {
          fails = true
        } else {
          position = stop
          step = after
        }
      case .anchor(let anchor):
        if holds(anchor, bytes, position) { step += 1 } else { fails = true }
      case .accept:
        ways.removeLast(ways.count - base)
        return position
      }
      if fails {
        if ways.count == base { return -1 }
        let way = ways[ways.count - 1]
        step = way.step
        position = way.position
        if way.position > way.lowest {
          ways[ways.count - 1].position = previousScalar(bytes, before: way.position)
        } else {
          ways.removeLast()
        }
      }
    }
  }

  private func holds(_ anchor: PatternNode.Anchor, _ bytes: [UInt8], _ position: Int) -> Bool {
    switch anchor {
    case .textStart: return position == start
    case .textEnd: return position == end
    case .textEndOrLastNewline: return position == end || (position == end - 1 && bytes[position] == 0x0A)
    case .lineStart: return position == start || (bytes[position - 1] == 0x0A && position < end)
    case .lineEnd: return position == end || bytes[position] == 0x0A
    case .wordBoundary, .noWordBoundary:
      let before = position > start && ScalarProperties.isPatternWord(scalar(bytes, at: previousScalar(bytes, before: position)).value)
      let after = position < end && ScalarProperties.isPatternWord(scalar(bytes, at: position).value)
      return (before != after) == (anchor == .wordBoundary)
    }
  }
}
