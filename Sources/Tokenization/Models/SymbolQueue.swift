// The chain of symbols that merging shortens, and the queue of merges to come.

/// A symbol in a word under merging: a token, and its neighbours.
struct Symbol {
  var id: Int32
  /// Indices of the neighbours, or -1.
  var previous: Int32
  var next: Int32
  /// The stretch of the text, in bytes; empty once merged into the left neighbour.
  var start: Int32
  var count: Int32
}

/// A merge that may be done: lower `priority` first, then further left.
struct Candidate {
  var priority: Int32
  var position: Int32
  /// What the merge gives, or how long it is: tells stale candidates.
  var check: Int32

  @inline(__always)
  func comes(before other: Candidate) -> Bool { priority != other.priority ? priority < other.priority : position < other.position }
}

/// A binary heap of candidates.
struct CandidateQueue {
  private var heap: [Candidate] = []

  mutating func reserveCapacity(_ count: Int) { heap.reserveCapacity(count) }

  mutating func push(_ candidate: Candidate) {
    heap.append(candidate)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      if !candidate.comes(before: heap[parent]) { break }
      heap[child] = heap[parent]
      child = parent
    }
    heap[child] = candidate
  }

  mutating func pop() -> Candidate? {
    guard let top = heap.first, let last = heap.popLast() else { return nil }
    if heap.isEmpty { return top }
    var parent = 0
    while true {
      var child = parent * 2 + 1
      if child >= heap.count { break }
      if child + 1 < heap.count, heap[child + 1].comes(before: heap[child]) { child += 1 }
      if !heap[child].comes(before: last) { break }
      heap[parent] = heap[child]
      parent = child
    }
    heap[parent] = last
    return top
  }
}
