// What a run cost: told in the record's last line, when it is known.

/// Time, memory and work of one evaluation.
public struct RunUsage: Sendable, Hashable {
  /// The most memory that the process held, in bytes.
  public var peakMemory: Int
  /// From the first item to the last, in seconds; loading the model is left out.
  public var seconds: Double
  /// Tokens that went through the model, and tokens that the items have: the rest was shared, or came from the cache.
  public var tokensComputed: Int
  public var tokensRequested: Int
  /// Items whose outcome was not computed but found in the cache.
  public var itemsFromCache: Int

  public init(peakMemory: Int, seconds: Double, tokensComputed: Int, tokensRequested: Int, itemsFromCache: Int) {
    self.peakMemory = peakMemory
    self.seconds = seconds
    self.tokensComputed = tokensComputed
    self.tokensRequested = tokensRequested
    self.itemsFromCache = itemsFromCache
  }
}
