// The name of a file's contents on the hub, which is also its name under `blobs`, and its checksum.

internal import Digests
internal import Transfers

/// An `ETag`, without quotes: safe as the name of a file.
struct EntityTag: Sendable, Hashable {
  let text: String

  /// Of the hub's own header for a file that lies in a store, else of the answer's; nil where there is none that could name a file.
  init?(of head: HTTPHead) {
    guard let tag = head.headers["X-Linked-Etag"] ?? head.headers["ETag"] else { return nil }
    self.init(tag)
  }

  /// `"abc"`, `W/"abc"` or `abc`.
  init?(_ header: String) {
    var text = header[...]
    if text.hasPrefix("W/") { text = text.dropFirst(2) }
    while text.hasPrefix("\"") { text = text.dropFirst() }
    while text.hasSuffix("\"") { text = text.dropLast() }
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "="), UInt8(ascii: "+"):
        true
      default: false
      }
    }
    guard (1...200).contains(text.utf8.count), isPlain, !text.hasPrefix("."), !text.hasSuffix(".incomplete") else { return nil }
    self.text = String(text)
  }

  /// The checksum that the tag is, if it is one.
  enum Checksum {
    /// Of the contents.
    case sha256
    /// Git's, of the size and the contents.
    case gitBlob
    case none
  }

  var checksum: Checksum {
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) })
    else { return .none }
    return switch text.utf8.count {
    case 64: .sha256
    case 40: .gitBlob
    default: .none
    }
  }
}

/// The checksum of a file while it arrives.
enum ArrivingChecksum {
  case sha256(SHA256Digest)
  case gitBlob(GitBlobDigest)
  case none

  /// - Parameter size: what git's checksum begins with; without it that can't be taken.
  init(_ tag: EntityTag, size: Int?) {
    switch (tag.checksum, size) {
    case (.sha256, _): self = .sha256(SHA256Digest())
    case (.gitBlob, let size?): self = .gitBlob(GitBlobDigest(size: size))
    default: self = .none
    }
  }

  mutating func update(_ bytes: [UInt8]) {
    switch self {
    case .sha256(var digest):
      self = .none
      digest.update(bytes)
      self = .sha256(digest)
    case .gitBlob(var digest):
      self = .none
      digest.update(bytes)
      self = .gitBlob(digest)
    case .none: break
    }
  }

  /// Hexadecimal digits; nil where nothing was taken.
  func finalize() -> String? {
    switch self {
    case .sha256(let digest): String(digest.finalize().dropFirst("sha256:".count))
    case .gitBlob(let digest): digest.finalize()
    case .none: nil
    }
  }
}
