// A pattern as a short program for the matcher: sets, jumps and choices.

/// One step of a pattern's program.
enum PatternStep: Sendable {
  /// Takes one scalar of the set.
  case set(Int)
  /// Takes between `minimum` and `maximum` scalars of the set, as many as there are first; gives back unless possessive.
  case greedySet(Int, minimum: Int, maximum: Int, possessive: Bool)
  /// Goes on at the first place; if that fails, at the second.
  case choice(Int, Int)
  case jump(Int)
  /// The steps up to `end` must match (or not) here, or so many scalars before here; nothing is taken.
  case look(behind: Int, negated: Bool, end: Int)
  /// The first way in which the steps up to `end` match is the only one tried.
  case atomic(end: Int)
  case anchor(PatternNode.Anchor)
  case accept
}

/// Turns a tree into steps.
struct PatternCompiler {
  static let stepLimit = 50_000
  var steps: [PatternStep] = []

  mutating func compile(_ node: PatternNode) throws(PatternFault) -> [PatternStep] {
    try emit(node)
    steps.append(.accept)
    return steps
  }

  private mutating func emit(_ node: PatternNode) throws(PatternFault) {
    if steps.count > Self.stepLimit { throw PatternFault(place: 1, reason: .tooLarge(limit: Self.stepLimit)) }
    switch node {
    case .empty: break
    case .set(let set): steps.append(.set(set))
    case .sequence(let nodes): for node in nodes { try emit(node) }
    case .alternation(let nodes): try emit(alternatives: nodes)
    case .repetition(let node, let minimum, let maximum, let greed): try emit(node, minimum, maximum, greed)
    case .look(let ahead, let negated, let node):
      let start = steps.count
      steps.append(.accept)
      try emit(node)
      steps.append(.accept)
      steps[start] = .look(behind: ahead ? 0 : node.fixedWidth ?? 0, negated: negated, end: steps.count)
    case .atomic(let node): try emit(atomic: node)
    case .anchor(let anchor): steps.append(.anchor(anchor))
    }
  }

  private mutating func emit(atomic node: PatternNode) throws(PatternFault) {
    let start = steps.count
    steps.append(.accept)
    try emit(node)
    steps.append(.accept)
    steps[start] = .atomic(end: steps.count)
  }

  private mutating func emit(alternatives nodes: [PatternNode]) throws(PatternFault) {
    var exits: [Int] = []
    for (index, node) in nodes.enumerated() {
      if index == nodes.count - 1 {
        try emit(node)
      } else {
        let choice = steps.count
        steps.append(.accept)
        try emit(node)
        exits.append(steps.count)
        steps.append(.accept)
        steps[choice] = .choice(choice + 1, steps.count)
      }
    }
    for exit in exits { steps[exit] = .jump(steps.count) }
  }

  private mutating func emit(_ node: PatternNode, _ minimum: Int, _ maximum: Int?, _ greed: PatternNode.Greed) throws(PatternFault) {
    if case .set(let set) = node, greed != .lazy {
      steps.append(.greedySet(set, minimum: minimum, maximum: maximum ?? .max, possessive: greed == .possessive))
      return
    }
    if greed == .possessive {
      try emit(atomic: .repetition(node, minimum: minimum, maximum: maximum, .greedy))
      return
    }
    for _ in 0..<minimum { try emit(node) }
    if let maximum {
      var choices: [Int] = []
      for _ in minimum..<max(minimum, maximum) {
        choices.append(steps.count)
        steps.append(.accept)
        try emit(node)
      }
      for choice in choices { steps[choice] = greed == .lazy ? .choice(steps.count, choice + 1) : .choice(choice + 1, steps.count) }
    } else {
      let choice = steps.count
      steps.append(.accept)
      try emit(node)
      steps.append(.jump(choice))
      steps[choice] = greed == .lazy ? .choice(steps.count, choice + 1) : .choice(choice + 1, steps.count)
    }
  }
}
