// A regular expression as a program: sets, choices, loops with counters, registers for what groups took.

/// One step.
enum RegexStep: Sendable {
  /// Takes one code point of the set.
  case set(Int)
  /// Takes between `minimum` and `maximum` code points of the set.
  case run(Int, minimum: Int, maximum: Int, RegexNode.Greed)
  /// Goes on at the first place; if that fails, at the second.
  case choice(Int, Int)
  case jump(Int)
  /// Remembers the place in a register.
  case save(Int)
  case reference(Int, Fold)
  /// The steps up to `end` must match, or not, here or so many code points before here; nothing is taken.
  case look(behind: Int, negated: Bool, end: Int)
  /// The first way in which the steps up to `end` match is the only one tried.
  case atomic(end: Int)
  case anchor(RegexNode.Anchor)
  /// Goes on behind this step if the group took part, at the place otherwise.
  case ifGroup(Int, otherwise: Int)
  /// A loop begins: its counter is zero, its last place unknown.
  case loopStart(Int)
  /// The head of a loop whose body follows; its counter is a register, the place of its last round the next one.
  case loop(Int, minimum: Int, maximum: Int, isLazy: Bool, exit: Int)
  case accept
}

/// Turns a tree into steps.
struct RegexCompiler {
  static let stepLimit = 20_000
  let pattern: String
  /// Two a group, the whole match included, then two a loop.
  private(set) var registerCount: Int
  private var steps: [RegexStep] = []

  init(pattern: String, groups: Int) {
    self.pattern = pattern
    registerCount = 2 * (groups + 1)
  }

  mutating func program(_ node: RegexNode) throws(RegularExpressionError) -> [RegexStep] {
    try emit(node)
    steps.append(.accept)
    return steps
  }

  private mutating func emit(_ node: RegexNode) throws(RegularExpressionError) {
    if steps.count > Self.stepLimit { throw RegularExpressionError(pattern: pattern, place: nil, problem: .tooLarge(limit: Self.stepLimit)) }
    switch node {
    case .empty: break
    case .set(let set): steps.append(.set(set))
    case .sequence(let nodes): for node in nodes { try emit(node) }
    case .alternation(let nodes): try emit(alternatives: nodes)
    case .repetition(let node, let minimum, let maximum, let greed): try emit(node, minimum, maximum ?? .max, greed)
    case .group(let number, let node):
      steps.append(.save(2 * number))
      try emit(node)
      steps.append(.save(2 * number + 1))
    case .reference(let number, let fold): steps.append(.reference(number, fold))
    case .look(let behind, let negated, let node):
      try emit(inner: node) { .look(behind: behind, negated: negated, end: $0) }
    case .atomic(let node): try emit(inner: node) { .atomic(end: $0) }
    case .anchor(let anchor): steps.append(.anchor(anchor))
    case .conditional(let group, let then, let otherwise):
      let test = steps.count
      steps.append(.accept)
      try emit(then)
      let exit = steps.count
      steps.append(.accept)
      steps[test] = .ifGroup(group, otherwise: steps.count)
      try emit(otherwise)
      steps[exit] = .jump(steps.count)
    }
  }

  /// Steps of their own, ended by `accept`, behind a step that runs them.
  private mutating func emit(inner node: RegexNode, _ step: (_ end: Int) -> RegexStep) throws(RegularExpressionError) {
    let start = steps.count
    steps.append(.accept)
    try emit(node)
    steps.append(.accept)
    steps[start] = step(steps.count)
  }

  private mutating func emit(alternatives nodes: [RegexNode]) throws(RegularExpressionError) {
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

  private mutating func emit(_ node: RegexNode, _ minimum: Int, _ maximum: Int, _ greed: RegexNode.Greed) throws(RegularExpressionError) {
    if case .set(let set) = node {
      steps.append(.run(set, minimum: minimum, maximum: maximum, greed))
      return
    }
    if greed == .possessive {
      try emit(inner: .repetition(node, minimum: minimum, maximum: maximum == .max ? nil : maximum, .greedy)) { .atomic(end: $0) }
      return
    }
    if minimum == 0, maximum == 1 {
      let choice = steps.count
      steps.append(.accept)
      try emit(node)
      steps[choice] = greed == .lazy ? .choice(steps.count, choice + 1) : .choice(choice + 1, steps.count)
      return
    }
    let counter = registerCount
    registerCount += 2
    steps.append(.loopStart(counter))
    let head = steps.count
    steps.append(.accept)
    try emit(node)
    steps.append(.jump(head))
    steps[head] = .loop(counter, minimum: minimum, maximum: maximum, isLazy: greed == .lazy, exit: steps.count)
  }
}
