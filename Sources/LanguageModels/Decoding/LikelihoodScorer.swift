// Groups of requests to log-probabilities: plans packs, runs them on several threads, hands back each group as it is done.

internal import Synchronization
internal import Tensors

/// Scores continuations; a request's bits depend on its tokens and the model alone.
public struct LikelihoodScorer: Sendable {
  /// A prefix that all requests share is computed once from this length on.
  static let sharedPrefixMinimum = 32
  /// Tokens in one pass where nobody asks for another number.
  public static let usualCapacity = WorkArea.defaultCapacity

  let decoder: Decoder
  let threads: Int
  let capacity: Int
  let sharesPrefixes: Bool

  /// - Parameters:
  ///   - capacity: tokens in one pass; changes speed and memory, never a result.
  ///   - sharesPrefixes: compute shared prefixes once; changes speed, never a result.
  public init(_ model: LanguageModel, threads: Int, capacity: Int? = nil, sharesPrefixes: Bool = true) {
    decoder = model.decoder
    self.threads = max(1, threads)
    self.capacity = max(16, capacity ?? WorkArea.defaultCapacity)
    self.sharesPrefixes = sharesPrefixes
  }

  /// Scores groups of requests (the choices of an item are a group).
  ///
  /// - Parameters:
  ///   - isCancelled: asked between passes; when true, what is not yet done is left out.
  ///   - onGroup: called once a group, from any worker, never at the same time; the order is not fixed.
  /// - Throws: ``ModelError``; groups handed out before stay valid.
  @discardableResult
  public func score(
    _ groups: [[ScoringRequest]], isCancelled: @Sendable () -> Bool = { false },
    onGroup: @Sendable (_ index: Int, _ scores: [ScoredContinuation]) -> Void
  ) throws(ModelError) -> TokenUsage {
    for group in groups { for request in group { try check(request) } }
    let usage = Mutex(TokenUsage())
    usage.withLock { $0.requested = groups.reduce(0) { $0 + $1.reduce(0) { $0 + $1.tokens.count - 1 } } }
    // Fewer groups than threads: the threads share the products.
    let workers = max(1, min(threads, groups.count))
    let areas = Slots<WorkArea>(count: workers)
    for index in 0..<workers { areas.set(index, to: try workArea(threads: threads / workers)) }
    // A group's class is that of its longest request, so that what is asked beside it does not matter.
    let classes = Dictionary(grouping: groups.indices) { index in
      decoder.lengthClass(of: groups[index].map(\.inputs.count).max() ?? 0)
    }
    for (lengthClass, indices) in classes.sorted(by: { $0.key < $1.key }) {
      try score(
        indices.map { groups[$0] }, lengthClass: lengthClass, workers: areas.values, usage: usage, isCancelled: isCancelled
      ) { index, scores in onGroup(indices[index], scores) }
    }
    return usage.withLock { $0 }
  }

  /// Scores groups of one length class.
  private func score(
    _ groups: [[ScoringRequest]], lengthClass: Int, workers: [WorkArea], usage: borrowing Mutex<TokenUsage>, isCancelled: @Sendable () -> Bool,
    onGroup: @Sendable (_ index: Int, _ scores: [ScoredContinuation]) -> Void
  ) throws(ModelError) {
    var cache: KeyValueCache?
    let prefix = sharedPrefix(groups)
    if prefix > 0, let first = groups.first(where: { !$0.isEmpty })?.first {
      let made = try self.cache(capacity: prefix)
      try decoder.extend(made, with: first.inputs.prefix(prefix), lengthClass: lengthClass, area: workers[0])
      usage.withLock { $0.computed += prefix }
      cache = made
    }

    let jobs = plan(groups, skipping: prefix)
    let gate = Mutex(())
    let shared = cache
    try withWorkers(workers.count, count: jobs.count) { (worker, index) throws(ModelError) in
      if isCancelled() { return }
      let job = jobs[index]
      var requests: [ScoringRequest] = []
      for group in job.groups { requests += groups[group] }
      let (scores, computed) =
        job.isLong
        ? try scoreLong(requests, after: shared, skipping: prefix, lengthClass: lengthClass, area: workers[worker])
        : try scorePack(requests, after: shared, skipping: prefix, lengthClass: lengthClass, area: workers[worker])
      var first = 0
      gate.withLock { _ in
        for group in job.groups {
          onGroup(group, Array(scores[first..<first + groups[group].count]))
          first += groups[group].count
        }
      }
      usage.withLock { $0.computed += computed }
    }
  }

  private func check(_ request: ScoringRequest) throws(ModelError) {
    try decoder.check(request.tokens)
    if request.tokens.count - 1 > decoder.blueprint.contextLength {
      throw .contextOverflow(tokens: request.tokens.count - 1, limit: decoder.blueprint.contextLength)
    }
  }

  private func workArea(threads: Int) throws(ModelError) -> WorkArea {
    do { return try WorkArea(decoder.blueprint, capacity: capacity, threads: threads) } catch { throw .tensors(.init(error)) }
  }

  private func cache(capacity: Int) throws(ModelError) -> KeyValueCache {
    do { return try KeyValueCache(decoder, capacity: capacity) } catch { throw .tensors(.init(error)) }
  }

  /// How many leading tokens all requests share, if computing them once is worth it.
  private func sharedPrefix(_ groups: [[ScoringRequest]]) -> Int {
    guard sharesPrefixes, groups.count > 1, let first = groups.first(where: { !$0.isEmpty })?.first else { return 0 }
    var length = first.continuationStart - 1
    for group in groups {
      for request in group {
        length = min(length, request.continuationStart - 1)
        length = min(length, commonPrefix(first.tokens.prefix(length), request.tokens[...]))
        if length < Self.sharedPrefixMinimum { return 0 }
      }
    }
    return length
  }

  private struct Job {
    var groups: [Int]
    /// One group whose tree does not fit one pass.
    var isLong: Bool
  }

  /// Cuts the groups into passes, in order; the last passes are shorter, so that the workers finish together.
  private func plan(_ groups: [[ScoringRequest]], skipping prefix: Int) -> [Job] {
    let sizes = groups.map { PromptTree($0.map(\.inputs), skipping: prefix, sharesPrefixes: sharesPrefixes).rows }
    var remaining = sizes.reduce(0, +)
    var jobs: [Job] = []
    var open = Job(groups: [], isLong: false)
    var rows = 0
    func target() -> Int { min(capacity, max(capacity / 4, (remaining + 2 * threads - 1) / (2 * threads))) }
    var limit = target()
    for (index, size) in sizes.enumerated() {
      if size > capacity {
        jobs.append(Job(groups: [index], isLong: true))
      } else {
        if rows + size > limit && !open.groups.isEmpty {
          jobs.append(open)
          open = Job(groups: [], isLong: false)
          rows = 0
          limit = target()
        }
        open.groups.append(index)
        rows += size
      }
      remaining -= size
    }
    if !open.groups.isEmpty { jobs.append(open) }
    return jobs
  }

  private func scorePack(
    _ requests: [ScoringRequest], after cache: KeyValueCache?, skipping prefix: Int, lengthClass: Int, area: WorkArea
  ) throws(ModelError) -> ([ScoredContinuation], Int) {
    let tree = PromptTree(requests.map(\.inputs), skipping: prefix, sharesPrefixes: sharesPrefixes)
    let (pack, places) = tree.packed(cache: cache, lengthClass: lengthClass)
    var targets = ScoredTargets()
    for (request, ranges) in zip(requests, places) { targets.add(request, rows: ranges, firstPosition: prefix) }
    try decoder.run(pack, wanted: targets.sortRows(), area: area)
    return (try targets.scores(decoder, area: area), pack.rows)
  }

  /// A group too large for one pass: its shared prefix first, then each request in passes of at most ``capacity`` tokens.
  private func scoreLong(
    _ requests: [ScoringRequest], after shared: KeyValueCache?, skipping prefix: Int, lengthClass: Int, area: WorkArea
  ) throws(ModelError) -> ([ScoredContinuation], Int) {
    guard let first = requests.first else { return ([], 0) }
    var common = prefix
    if sharesPrefixes {
      common = requests.reduce(first.continuationStart - 1) { length, request in
        min(length, request.continuationStart - 1, commonPrefix(first.tokens[...], request.tokens[...]))
      }
      common = max(common, prefix)
    }
    let longest = requests.map { $0.tokens.count - 1 }.max() ?? 0
    let cache = try self.cache(capacity: longest)
    if let shared {
      cache.copy(prefix, of: shared)
    }
    try decoder.extend(cache, with: first.inputs.dropFirst(prefix).prefix(common - prefix), lengthClass: lengthClass, area: area)
    var computed = common - prefix
    var results: [ScoredContinuation] = []
    for request in requests {
      cache.truncate(to: common)
      var parts: [ScoredContinuation] = []
      while cache.length < request.tokens.count - 1 {
        let start = cache.length
        let end = min(start + capacity, request.tokens.count - 1)
        var targets = ScoredTargets()
        if end >= request.continuationStart {
          // The tokens after the positions of this pass, as far as they belong to the continuation.
          let part = ScoringRequest(
            tokens: Array(request.tokens[start...end]), continuationStart: max(request.continuationStart - start, 1))
          targets.add(part, rows: [0..<end - start], firstPosition: 0)
        }
        try decoder.extend(cache, with: request.inputs[start..<end], wanted: targets.sortRows(), lengthClass: lengthClass, area: area)
        computed += end - start
        parts += try targets.scores(decoder, area: area)
      }
      results.append(ScoredContinuation(logprobs: parts.flatMap(\.logprobs), isGreedy: parts.allSatisfy(\.isGreedy)))
    }
    return (results, computed)
  }
}

/// The places of a pack that are scored: each row once, with every token that some request asks for there.
private struct ScoredTargets {
  private struct Target {
    /// The row's place among ``rows``.
    var row: Int
    var token: Int
    var request: Int
    var place: Int
  }

  private var rows: [Int] = []
  private var rowNumbers: [Int: Int] = [:]
  private var targets: [Target] = []
  private var lengths: [Int] = []

  /// Adds a request whose inputs from `firstPosition` on lie in the given rows.
  mutating func add(_ request: ScoringRequest, rows ranges: [Range<Int>], firstPosition: Int) {
    var position = firstPosition
    for range in ranges {
      for row in range {
        if position >= request.continuationStart - 1 {
          let number = rowNumbers[row] ?? rows.count
          if number == rows.count {
            rows.append(row)
            rowNumbers[row] = number
          }
          targets.append(
            Target(
              row: number, token: Int(request.tokens[position + 1]), request: lengths.count,
              place: position + 1 - request.continuationStart))
        }
        position += 1
      }
    }
    lengths.append(request.continuationLength)
  }

  /// Numbers the rows in the order of the pack.
  ///
  /// - Returns: the rows of the pack.
  mutating func sortRows() -> [Int] {
    let order = rows.indices.sorted { rows[$0] < rows[$1] }
    var numbers = rows
    for (number, place) in order.enumerated() { numbers[place] = number }
    for index in targets.indices { targets[index].row = numbers[targets[index].row] }
    rows.sort()
    rowNumbers = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
    return rows
  }

  /// The log-probabilities of all targets; the decoder has run with ``sortRows()``.
  func scores(_ decoder: Decoder, area: WorkArea) throws(ModelError) -> [ScoredContinuation] {
    var sums = Array(repeating: LogSumExp(), count: rows.count)
    var logits = Array(repeating: Float.nan, count: targets.count)
    let order = targets.indices.sorted { targets[$0].token < targets[$1].token }
    var next = 0
    try decoder.project(rows: rows.count, area: area) { matrix, firstToken, width in
      LogSumExp.add(matrix, to: &sums, count: width, firstToken: firstToken, team: area.scratch.team)
      while next < order.count, targets[order[next]].token < firstToken + width {
        let target = targets[order[next]]
        logits[order[next]] = matrix[target.row, target.token - firstToken]
        next += 1
      }
    }
    var results = lengths.map { ScoredContinuation(logprobs: Array(repeating: .nan, count: $0), isGreedy: true) }
    let values = sums.map(\.value)
    for (target, logit) in zip(targets, logits) {
      results[target.request].logprobs[target.place] = Double(logit) - values[target.row]
      if sums[target.row].largestToken != target.token { results[target.request].isGreedy = false }
    }
    return results
  }
}
