// An item's identity in 36 bytes: the digest as numbers instead of as text, for records of a million items.

internal import Digests

/// What items are paired by: `sha256:` and 64 digits, and for the second and later items of that digest `#2`, `#3` and so on.
///
/// Any other text is an identity too; it is kept by its SHA-256, and whoever needs its text has to keep it.
public struct ItemIdentity: Sendable, Hashable {
  private var a: UInt64 = 0
  private var b: UInt64 = 0
  private var c: UInt64 = 0
  private var d: UInt64 = 0
  /// 0 for a text that is no digest, 1 for a digest, n for a digest with `#n`.
  private var occurrence: UInt32 = 0

  public init(_ text: String) {
    if let read = Self(digest: text) {
      self = read
    } else if let hashed = Self(digest: SHA256Digest.of(text)) {
      self = hashed
      occurrence = 0
    }
  }

  private static let prefix = Array("sha256:".utf8)
  private static let digits = Array("0123456789abcdef".utf8)

  /// Reads an identity that is a digest; nil for any other text.
  private init?(digest text: String) {
    let bytes = text.utf8Span.span
    let start = Self.prefix.count
    guard bytes.count >= start + 64 else { return nil }
    for index in 0..<start where bytes[index] != Self.prefix[index] { return nil }
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    for index in 0..<64 {
      let byte = bytes[start + index]
      let digit: UInt64
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt64(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = UInt64(byte - UInt8(ascii: "a") + 10)
      default: return nil
      }
      switch index >> 4 {
      case 0: words.0 = words.0 << 4 | digit
      case 1: words.1 = words.1 << 4 | digit
      case 2: words.2 = words.2 << 4 | digit
      default: words.3 = words.3 << 4 | digit
      }
    }
    (a, b, c, d) = words
    occurrence = 1
    if bytes.count == start + 64 { return }
    // `#2` and up, without leading zeros.
    guard bytes[start + 64] == UInt8(ascii: "#"), bytes.count <= start + 64 + 10, bytes.count > start + 65,
      bytes[start + 65] != UInt8(ascii: "0")
    else { return nil }
    var number: UInt64 = 0
    for index in start + 65..<bytes.count {
      guard bytes[index] >= UInt8(ascii: "0"), bytes[index] <= UInt8(ascii: "9") else { return nil }
      number = number * 10 + UInt64(bytes[index] - UInt8(ascii: "0"))
    }
    guard number > 1, number <= UInt64(UInt32.max) else { return nil }
    occurrence = UInt32(number)
  }

  /// The text, where it can be told from the numbers: nil for an identity that is no digest.
  public var text: String? {
    if occurrence == 0 { return nil }
    var bytes = Self.prefix
    bytes.reserveCapacity(80)
    for word in [a, b, c, d] {
      for shift in stride(from: 60, through: 0, by: -4) { bytes.append(Self.digits[Int(word >> UInt64(shift) & 15)]) }
    }
    if occurrence > 1 { bytes += "#\(occurrence)".utf8 }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether both are of one digest, whichever of its items they are.
  func hasSameDigest(as other: ItemIdentity) -> Bool { a == other.a && b == other.b && c == other.c && d == other.d }

  var isDigest: Bool { occurrence > 0 }

  /// The identity of the n-th item with this digest, from 1.
  func numbered(_ n: Int) -> ItemIdentity {
    var other = self
    if occurrence > 0 { other.occurrence = UInt32(clamping: n) }
    return other
  }
}
