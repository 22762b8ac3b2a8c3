// Requests to texts: continuous batching over sequences of unequal length, within a bounded memory for keys and values.

internal import Tensors
internal import Tokenization

/// Generates texts; a request's text depends on its tokens and the model alone.
public struct TextGenerator: Sendable {
  /// Sequences that are continued together: each pass reads all weights, so it should serve many.
  static let defaultBatch = 64
  /// Bytes that keys and values of all running sequences may take.
  public static let defaultCacheMemory = 2 << 30
  /// A prefix that all prompts share is computed once from this length on.
  static let sharedPrefixMinimum = 32

  let model: LanguageModel
  let threads: Int
  let batch: Int
  let cacheMemory: Int

  /// - Parameters:
  ///   - batch: sequences that are continued together; changes speed and memory, never a text.
  ///   - cacheMemory: bytes for keys and values; a single sequence may take more.
  public init(_ model: LanguageModel, threads: Int, batch: Int? = nil, cacheMemory: Int = defaultCacheMemory) {
    self.model = model
    self.threads = max(1, threads)
    self.batch = max(1, batch ?? Self.defaultBatch)
    self.cacheMemory = cacheMemory
  }

  /// Generates all texts.
  ///
  /// - Parameters:
  ///   - isCancelled: asked between passes; when true, what is not yet done is left out.
  ///   - onText: called once a request; the order is not fixed.
  /// - Throws: ``ModelError``; texts handed out before stay valid.
  @discardableResult
  public func generate(
    _ requests: [GenerationRequest], isCancelled: @Sendable () -> Bool = { false },
    onText: @Sendable (_ index: Int, _ text: GeneratedText) -> Void
  ) throws(ModelError) -> TokenUsage {
    for request in requests { try check(request) }
    if requests.isEmpty { return TokenUsage() }
    let queue = RequestQueue(requests, memory: cacheMemory, decoder: model.decoder)
    // All threads work on one pass: what a token costs is reading the weights, and so they are read once.
    let worker = try GenerationWorker(model, threads: threads, batch: batch)
    try worker.share(sharedPrefix(requests))
    var isBusy = true
    while isBusy, !isCancelled() {
      worker.admit(from: queue)
      isBusy = try worker.step { index, text in
        onText(index, text)
        queue.release(index)
      }
    }
    return worker.usage
  }

  private func check(_ request: GenerationRequest) throws(ModelError) {
    try model.decoder.check(request.prompt)
    guard !request.prompt.isEmpty else { throw .emptyPrompt }
    let limit = model.blueprint.contextLength
    if request.prompt.count >= limit { throw .contextOverflow(tokens: request.prompt.count + 1, limit: limit) }
  }

  /// The prefix that all prompts share, if computing it once is worth it; else nothing.
  private func sharedPrefix(_ requests: [GenerationRequest]) -> ArraySlice<Int32> {
    guard requests.count > 1, let first = requests.first else { return [] }
    let length = requests.reduce(first.prompt.count - 1) { length, request in
      min(length, request.prompt.count - 1, commonPrefix(first.prompt[...], request.prompt[...]))
    }
    // A sequence that grows into other angles computes its keys again: it can't share those of a short one.
    guard length >= Self.sharedPrefixMinimum,
      requests.allSatisfy({ model.decoder.lengthClass(of: $0.longest(in: model.blueprint.contextLength)) == 0 })
    else { return [] }
    return first.prompt.prefix(length)
  }
}

/// Requests in their order, handed out while their keys and values fit the memory.
private final class RequestQueue {
  private let requests: [GenerationRequest]
  private let memory: Int
  private let bytesPerToken: Int
  private let contextLength: Int
  private var next = 0
  private var bytes = 0

  init(_ requests: [GenerationRequest], memory: Int, decoder: Decoder) {
    self.requests = requests
    self.memory = memory
    bytesPerToken = KeyValueCache.bytesPerToken(decoder)
    contextLength = decoder.blueprint.contextLength
  }

  /// The next request; nil if there is none, or no memory for it now.
  func take() -> (index: Int, request: GenerationRequest)? {
    guard next < requests.count else { return nil }
    let needed = bytes(of: next)
    if bytes > 0 && bytes + needed > memory { return nil }
    bytes += needed
    next += 1
    return (next - 1, requests[next - 1])
  }

  func release(_ index: Int) { bytes -= bytes(of: index) }

  private func bytes(of index: Int) -> Int { requests[index].longest(in: contextLength) * bytesPerToken }
}

/// The running sequences.
private final class GenerationWorker {
  private let model: LanguageModel
  private let batch: Int
  private let area: WorkArea
  private var prefix: KeyValueCache?
  private(set) var usage = TokenUsage()
  private var running: [Continuation] = []
  private var waiting: (index: Int, request: GenerationRequest)?

  init(_ model: LanguageModel, threads: Int, batch: Int) throws(ModelError) {
    self.model = model
    self.batch = batch
    do { area = try WorkArea(model.blueprint, threads: threads) } catch { throw .tensors(.init(error)) }
  }

  /// Computes what every sequence begins with.
  func share(_ tokens: ArraySlice<Int32>) throws(ModelError) {
    if tokens.isEmpty { return }
    let cache: KeyValueCache
    do { cache = try KeyValueCache(model.decoder, capacity: tokens.count) } catch { throw .tensors(.init(error)) }
    try model.decoder.extend(cache, with: tokens, lengthClass: 0, area: area)
    usage.computed += tokens.count
    prefix = cache
  }

  /// Takes as many requests as there is room for.
  func admit(from queue: RequestQueue) {
    while running.count < batch, waiting == nil || running.isEmpty {
      guard let next = waiting ?? queue.take() else { return }
      waiting = nil
      let limit = model.blueprint.contextLength
      guard let cache = try? KeyValueCache(model.decoder, capacity: next.request.longest(in: limit)) else {
        waiting = next  // no memory now; asked again when a sequence has ended
        return
      }
      if let prefix {
        cache.copy(prefix.length, of: prefix)
        usage.requested += prefix.length
      }
      running.append(Continuation(next.index, next.request, cache: cache, tokenizer: model.tokenizer, contextLength: limit))
    }
  }

  /// Computes one pass: a token of each running sequence, and as much of new prompts as has room beside them.
  ///
  /// - Returns: false once there is nothing to do.
  func step(finished: (Int, GeneratedText) -> Void) throws(ModelError) -> Bool {
    if running.isEmpty {
      guard waiting == nil else { throw .tensors(.init(TensorError.outOfMemory(bytes: 0))) }
      return false
    }
    var segments: [TokenSegment] = []
    var ready: [(continuation: Continuation, row: Int)] = []
    var rows = 0
    for continuation in running where rows < area.capacity {
      let (tokens, lengthClass) = continuation.next(limit: area.capacity - rows, decoder: model.decoder)
      segments.append(
        TokenSegment(
          tokens: tokens, firstRow: rows, firstPosition: continuation.cache.length, cache: continuation.cache, extendsCache: true,
          lengthClass: lengthClass))
      rows += tokens.count
      if continuation.isComplete(after: tokens.count) { ready.append((continuation, rows - 1)) }
    }
    try model.decoder.run(TokenPack(segments: segments, rows: rows), wanted: ready.map(\.row), area: area)
    usage.computed += rows
    usage.requested += rows
    let ended = try choose(ready.map(\.continuation), finished: finished)
    running.removeAll { ended.contains($0.index) }
    return true
  }

  /// Projects the outputs of the sequences that are complete and adds a token to each.
  private func choose(_ ready: [Continuation], finished: (Int, GeneratedText) -> Void) throws(ModelError) -> Set<Int> {
    var sums = Array(repeating: LogSumExp(), count: ready.count)
    var logits = Array(repeating: [Float](), count: ready.count)
    try model.decoder.project(rows: ready.count, area: area) { matrix, firstToken, width in
      LogSumExp.add(matrix, to: &sums, count: width, firstToken: firstToken, team: area.scratch.team)
      for (place, sequence) in ready.enumerated() where sequence.needsLogits { logits[place] += matrix.row(place).prefix(width) }
    }
    var ended: Set<Int> = []
    for (place, sequence) in ready.enumerated() {
      let text =
        try !sums[place].value.isFinite
        ? sequence.end(.notFinite)
        : sequence.needsLogits
          ? sequence.advance(logits: logits[place], normalizer: sums[place].value)
          : sequence.advance(token: Int32(sums[place].largestToken), logprob: Double(sums[place].largestLogit) - sums[place].value)
      if let text {
        ended.insert(sequence.index)
        finished(sequence.index, text)
      }
    }
    return ended
  }
}
