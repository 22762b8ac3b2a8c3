// HMAC-SHA256: proof that a message comes from one who knows the key.

internal import Crypto

public enum MessageAuthentication {
  /// The 32 bytes of HMAC-SHA256 (RFC 2104).
  public static func code(of message: [UInt8], key: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
  }
}
