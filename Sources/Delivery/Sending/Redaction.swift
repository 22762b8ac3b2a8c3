// What a server says, fit to be shown: short, without control characters, and without the secrets that it may repeat.

internal import Documents
internal import Transfers

/// Secrets that may not stand in a log.
struct Redaction: Sendable {
  private let secrets: [String]

  /// - Parameters:
  ///   - address: its path and query are secret, and every longer part of them.
  ///   - others: keys and header values.
  init(_ address: WebAddress, _ others: [String]) {
    let parts = address.target.split { "/?&=".contains($0) }.map(String.init).filter { $0.utf8.count >= 6 }
    let path = address.target == "/" ? [] : [address.text, address.target]
    // A server repeats a path as it was sent or with its escapes resolved.
    let known = (path + parts + others).flatMap { [$0, Self.unescaped($0)] }
    secrets = Set(known.filter { !$0.isEmpty }).sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
  }

  /// At most 300 characters of one line.
  func show(_ body: [UInt8]) -> String {
    // A secret that a cut runs through must not stay in part: the whole body is read first, and it is bounded.
    var text = String(decoding: body, as: UTF8.self)
    for secret in secrets { text = Self.replacing(secret, in: text) }
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return visible(line, limit: 300)
  }

  private static func replacing(_ secret: String, in text: String) -> String {
    let needle = Array(secret.utf8)
    let hay = Array(text.utf8)
    guard hay.count >= needle.count else { return text }
    var result: [UInt8] = []
    var index = 0
    while index < hay.count {
      if hay[index] == needle[0], hay.count - index >= needle.count, hay[index..<index + needle.count].elementsEqual(needle) {
        result += "***".utf8
        index += needle.count
      } else {
        result.append(hay[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func unescaped(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let value = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
      {
        result.append(value)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
