// The signature of Standard Webhooks: HMAC-SHA256 over id, time and body. https://github.com/standard-webhooks/standard-webhooks

internal import Digests
internal import Documents

/// A key that signs.
struct WebhookSignature: Sendable {
  private let key: [UInt8]

  /// Reads `whsec_` and 24 to 64 bytes in base64; nil for any other text.
  init?(secret: String) {
    let prefix = "whsec_"
    let digits = secret.hasPrefix(prefix) ? secret.dropFirst(prefix.count) : secret[...]
    guard let key = base64Decoded(Array(digits.utf8)), (24...64).contains(key.count) else { return nil }
    self.key = key
  }

  /// `v1,` and the code in base64.
  func sign(id: String, timestamp: Int, body: [UInt8]) -> String {
    "v1," + base64Encoded(MessageAuthentication.code(of: Array("\(id).\(timestamp).".utf8) + body, key: key))
  }
}
