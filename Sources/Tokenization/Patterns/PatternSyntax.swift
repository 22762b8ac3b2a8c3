// The syntax tree of a split pattern, and what can be wrong with a pattern.

/// A pattern as a tree. Sets are indices into the pattern's table of sets.
indirect enum PatternNode: Sendable {
  case empty
  case set(Int)
  case sequence([PatternNode])
  case alternation([PatternNode])
  case repetition(PatternNode, minimum: Int, maximum: Int?, Greed)
  case look(ahead: Bool, negated: Bool, PatternNode)
  case atomic(PatternNode)
  case anchor(Anchor)

  /// In which order the counts of a repetition are tried.
  enum Greed: Sendable { case greedy, lazy, possessive }

  /// A place without width.
  enum Anchor: Sendable { case textStart, textEnd, textEndOrLastNewline, lineStart, lineEnd, wordBoundary, noWordBoundary }

  /// Whether the node can match without taking a scalar.
  var canBeEmpty: Bool {
    switch self {
    case .empty, .look, .anchor: true
    case .set: false
    case .sequence(let nodes): nodes.allSatisfy(\.canBeEmpty)
    case .alternation(let nodes): nodes.contains(where: \.canBeEmpty)
    case .repetition(let node, let minimum, _, _): minimum == 0 || node.canBeEmpty
    case .atomic(let node): node.canBeEmpty
    }
  }

  /// How many scalars the node takes if it always takes the same number.
  var fixedWidth: Int? {
    switch self {
    case .empty, .look, .anchor: return 0
    case .set: return 1
    case .sequence(let nodes):
      var sum = 0
      for node in nodes {
        guard let width = node.fixedWidth else { return nil }
        sum += width
      }
      return sum
    case .alternation(let nodes):
      guard let first = nodes.first?.fixedWidth, nodes.allSatisfy({ $0.fixedWidth == first }) else { return nil }
      return first
    case .repetition(let node, let minimum, let maximum, _):
      guard maximum == minimum, let width = node.fixedWidth else { return nil }
      return minimum * width
    case .atomic(let node): return node.fixedWidth
    }
  }
}

/// Why a pattern can't be used, and at which scalar of it (counted from 1).
struct PatternFault: Error, Equatable {
  var place: Int
  var reason: Reason

  enum Reason: Sendable, Equatable {
    case unexpectedEnd(expected: String)
    case unexpected(String)
    case unsupported(String)
    case unknownProperty(String)
    case badRange
    case badEscape
    case tooLarge(limit: Int)
    case tooDeep(limit: Int)
  }
}

extension PatternFault.Reason: CustomStringConvertible {
  var description: String {
    switch self {
    case .unexpectedEnd(let expected): "the pattern ends where \(expected) was expected"
    case .unexpected(let found): "\(found) can't stand here"
    case .unsupported(let what): "\(what) is not supported in split patterns"
    case .unknownProperty(let name):
      "there is no Unicode property \(name); known are the general categories (L, Lu, N, P, ...), Alphabetic, White_Space and Han"
    case .badRange: "a range ends below its start"
    case .badEscape: "this escape does not name a scalar"
    case .tooLarge(let limit): "the pattern unfolds to more than \(limit) steps"
    case .tooDeep(let limit): "groups are nested more than \(limit) deep"
    }
  }
}
