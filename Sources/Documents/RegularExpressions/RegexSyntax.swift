// The tree of a regular expression, and the sets of code points in it.

indirect enum RegexNode: Sendable {
  case empty
  /// One code point of a set.
  case set(Int)
  case sequence([RegexNode])
  case alternation([RegexNode])
  case repetition(RegexNode, minimum: Int, maximum: Int?, Greed)
  /// A group that captures.
  case group(Int, RegexNode)
  case reference(Int, Fold)
  /// What must follow, or stand so many code points before.
  case look(behind: Int, negated: Bool, RegexNode)
  case atomic(RegexNode)
  case anchor(Anchor)
  /// `(?(1)then|otherwise)`
  case conditional(group: Int, RegexNode, RegexNode)

  enum Greed: Sendable { case greedy, lazy, possessive }
  enum Anchor: Sendable { case textStart, textEnd, lastLineEnd, lineStart, lineEnd, boundary, noBoundary, asciiBoundary, noASCIIBoundary }

  /// How the least and the most code points that the node takes; nil for no bound. `groups` are the widths of the groups so far.
  func width(_ groups: [Int: (Int, Int?)]) -> (least: Int, most: Int?) {
    func sum(_ a: (Int, Int?), _ b: (Int, Int?)) -> (Int, Int?) {
      let most = a.1.flatMap { x in b.1.map { min(x.addingReportingOverflow($0).partialValue, 1 << 40) } }
      return (min(a.0 + b.0, 1 << 40), most)
    }
    func either(_ a: (Int, Int?), _ b: (Int, Int?)) -> (Int, Int?) { (min(a.0, b.0), a.1.flatMap { x in b.1.map { max(x, $0) } }) }
    switch self {
    case .empty, .look, .anchor: return (0, 0)
    case .set: return (1, 1)
    case .sequence(let nodes): return nodes.reduce((0, 0)) { sum($0, $1.width(groups)) }
    case .alternation(let nodes):
      guard let first = nodes.first else { return (0, 0) }
      return nodes.dropFirst().reduce(first.width(groups)) { either($0, $1.width(groups)) }
    case .repetition(let node, let minimum, let maximum, _):
      let one = node.width(groups)
      let least = one.0.multipliedReportingOverflow(by: minimum)
      var most: Int?
      if one.1 == 0 {
        most = 0
      } else if let width = one.1, let maximum {
        let product = width.multipliedReportingOverflow(by: maximum)
        most = product.overflow ? 1 << 40 : product.partialValue
      }
      return (least.overflow ? 1 << 40 : least.partialValue, most)
    case .group(_, let node), .atomic(let node): return node.width(groups)
    case .reference(let number, _): return groups[number] ?? (0, nil)
    case .conditional(_, let then, let otherwise): return either(then.width(groups), otherwise.width(groups))
    }
  }
}

/// How code points are compared.
enum Fold: Sendable { case exact, unicode, ascii }

/// A set of code points: `[a-z\d]`, `\w`, `.`.
struct RegexSet: Sendable {
  enum Item: Sendable {
    case range(ClosedRange<UInt32>)
    case kind(CharacterKind, negated: Bool)
  }

  var items: [Item]
  var isNegated = false
  var fold = Fold.exact
  /// Membership of the first 128 code points, which are nearly all of a text.
  private var low: (UInt64, UInt64) = (0, 0)

  init(_ items: [Item], negated: Bool = false, fold: Fold = .exact) {
    self.items = items
    isNegated = negated
    self.fold = fold
    for value in 0..<UInt32(128) where found(value) != isNegated {
      if value < 64 { low.0 |= 1 << UInt64(value) } else { low.1 |= 1 << UInt64(value - 64) }
    }
  }

  @inline(__always)
  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    if value < 64 { return low.0 >> UInt64(value) & 1 == 1 }
    if value < 128 { return low.1 >> UInt64(value - 64) & 1 == 1 }
    return found(value) != isNegated
  }

  private func found(_ value: UInt32) -> Bool {
    if holds(value) { return true }
    switch fold {
    case .exact: return false
    case .ascii: return CharacterKind.asciiRelative(value).map(holds) ?? false
    case .unicode: return CharacterKind.relatives(value).contains(where: holds)
    }
  }

  private func holds(_ value: UInt32) -> Bool {
    guard let scalar = Unicode.Scalar(value) else { return false }
    for item in items {
      switch item {
      case .range(let range): if range.contains(value) { return true }
      case .kind(let kind, let negated): if kind.contains(scalar) != negated { return true }
      }
    }
    return false
  }
}
