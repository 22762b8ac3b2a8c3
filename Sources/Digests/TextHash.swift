// A hash of a text's bytes that holds for this process: to tell whether two texts are the same without keeping them.

/// Keyed 64-bit hashes, by the standard library's hasher and its key of this process.
public enum TextHash {
  /// The hash of the text's UTF-8 bytes, never 0. Two ways to write a letter are two texts, unlike in Swift's own comparison.
  public static func of(_ text: String) -> UInt64 {
    var hasher = Hasher()
    let bytes = text.utf8Span.span
    unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    hasher.combine(bytes.count)
    return max(1, UInt64(bitPattern: Int64(hasher.finalize())))
  }
}
