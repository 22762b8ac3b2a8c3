// SHA-256 of texts, values and files, written as `sha256:<64 hexadecimal digits>`.

internal import Crypto
public import Documents

/// A SHA-256 digest that can be fed piece by piece.
public struct SHA256Digest {
  private var hash = SHA256()

  public init() {}

  public mutating func update(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
  }

  public mutating func update(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
  }

  public mutating func update(_ bytes: [UInt8]) { update(bytes.span) }

  public mutating func update(_ text: String) { update(Array(text.utf8).span) }

  /// `sha256:` and 64 hexadecimal digits.
  public func finalize() -> String {
    var text = "sha256:"
    for byte in hash.finalize() {
      text += String(byte >> 4, radix: 16)
      text += String(byte & 15, radix: 16)
    }
    return text
  }

  /// The digest of a text's UTF-8 bytes.
  public static func of(_ text: String) -> String {
    var digest = SHA256Digest()
    digest.update(text)
    return digest.finalize()
  }

  /// The digest of a value's canonical JSON: the same for every order of keys.
  public static func of(_ value: JSONValue) -> String { of(value.serialized(.canonical)) }
}
