// What a run of the core computed, for the record.

/// Tokens that went through the layers, and that were asked for.
public struct TokenUsage: Sendable, Hashable {
  public var computed = 0
  /// Tokens that would have without shared prefixes.
  public var requested = 0

  public init() {}

  public static func += (total: inout TokenUsage, part: TokenUsage) {
    total.computed += part.computed
    total.requested += part.requested
  }
}
