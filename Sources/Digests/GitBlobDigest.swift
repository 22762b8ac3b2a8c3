// The name that git gives to a file's contents: SHA-1 over `blob <bytes>`, a zero byte and the contents.

internal import Crypto

/// The digest under which git keeps a file; 40 hexadecimal digits. It names contents, it protects nothing.
///
/// Source: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
public struct GitBlobDigest {
  private var hash = Insecure.SHA1()

  /// - Parameter size: the bytes that will follow; git hashes their number first.
  public init(size: Int) {
    hash.update(data: Array("blob \(size)\u{0}".utf8))
  }

  public mutating func update(_ bytes: [UInt8]) { hash.update(data: bytes) }

  /// 40 hexadecimal digits.
  public func finalize() -> String {
    var text = ""
    for byte in hash.finalize() {
      text += String(byte >> 4, radix: 16)
      text += String(byte & 15, radix: 16)
    }
    return text
  }
}
