// Sequences that begin alike, as a tree whose edges are runs of tokens: every shared prefix is computed once.

/// The tree of some sequences' inputs.
struct PromptTree {
  private struct Node {
    var tokens: ArraySlice<Int32>
    var firstPosition: Int
    var parent: Int?
    var children: [Int32: Int] = [:]
  }

  private var nodes: [Node] = []
  private var roots: [Int32: Int] = [:]
  /// The node in which each sequence ends.
  private var ends: [Int] = []

  /// - Parameters:
  ///   - skipping: how many leading tokens of every sequence are already in a cache.
  ///   - sharesPrefixes: false makes a chain of its own of every sequence.
  init(_ sequences: [ArraySlice<Int32>], skipping: Int, sharesPrefixes: Bool) {
    for sequence in sequences {
      let rest = sequence.dropFirst(skipping)
      if sharesPrefixes { insert(rest, at: skipping) } else { append(rest, at: skipping, under: nil, isShared: false) }
    }
  }

  /// How many rows a pack of this tree has.
  var rows: Int { nodes.reduce(0) { $0 + $1.tokens.count } }

  private mutating func append(_ tokens: ArraySlice<Int32>, at position: Int, under parent: Int?, isShared: Bool) {
    guard let first = tokens.first else {
      ends.append(parent ?? -1)
      return
    }
    nodes.append(Node(tokens: tokens, firstPosition: position, parent: parent))
    if isShared {
      if let parent { nodes[parent].children[first] = nodes.count - 1 } else { roots[first] = nodes.count - 1 }
    }
    ends.append(nodes.count - 1)
  }

  private mutating func insert(_ tokens: ArraySlice<Int32>, at position: Int) {
    var rest = tokens
    var position = position
    var parent: Int?
    while let first = rest.first, let child = parent.map({ nodes[$0].children[first] }) ?? roots[first] {
      let shared = commonPrefix(nodes[child].tokens, rest)
      if shared < nodes[child].tokens.count { split(child, at: shared) }
      rest = rest.dropFirst(shared)
      position += shared
      parent = child
    }
    append(rest, at: position, under: parent, isShared: true)
  }

  /// Cuts a node in two: it keeps its first `count` tokens, a new child takes the rest and the children.
  private mutating func split(_ index: Int, at count: Int) {
    let node = nodes[index]
    let rest = node.tokens.dropFirst(count)
    let lower = nodes.count
    nodes.append(Node(tokens: rest, firstPosition: node.firstPosition + count, parent: index, children: node.children))
    for child in node.children.values { nodes[child].parent = lower }
    nodes[index].tokens = node.tokens.prefix(count)
    nodes[index].children = rest.first.map { [$0: lower] } ?? [:]
    for (sequence, end) in ends.enumerated() where end == index { ends[sequence] = lower }
  }

  /// The tree as packed rows, and where each sequence's positions lie in them.
  ///
  /// - Parameter lengthClass: of all sequences.
  func packed(cache: KeyValueCache?, lengthClass: Int = 0) -> (pack: TokenPack, rowsOfSequences: [[Range<Int>]]) {
    var segments: [TokenSegment] = []
    var rows = 0
    for node in nodes {
      segments.append(
        TokenSegment(
          tokens: Array(node.tokens), firstRow: rows, firstPosition: node.firstPosition, cache: cache, lengthClass: lengthClass))
      rows += node.tokens.count
    }
    for index in nodes.indices {
      segments[index].path = nodes[index].parent.map { path(to: $0, in: segments) } ?? []
    }
    let places = ends.map { $0 < 0 ? [] : path(to: $0, in: segments) }
    return (TokenPack(segments: segments, rows: rows), places)
  }

  private func path(to node: Int, in segments: [TokenSegment]) -> [Range<Int>] {
    var path: [Range<Int>] = []
    var current: Int? = node
    while let index = current {
      let first = segments[index].firstRow
      path.append(first..<first + segments[index].tokens.count)
      current = nodes[index].parent
    }
    return path.reversed()
  }
}

/// How many leading tokens two sequences have in common.
func commonPrefix(_ a: ArraySlice<Int32>, _ b: ArraySlice<Int32>) -> Int {
  var count = 0
  for (x, y) in zip(a, b) {
    if x != y { break }
    count += 1
  }
  return count
}
