// A web address that requests may be sent to: https anywhere, http only to this machine, no user names in it.

internal import CCurl

/// An `http` or `https` address. Printed, it shows scheme, host and port alone: paths and queries may hold secrets.
///
/// It is taken apart by libcurl's own parser, so that what is checked here is what is connected to.
public struct WebAddress: Sendable, Hashable {
  public enum Scheme: String, Sendable {
    case http, https
  }

  /// The most bytes of an address.
  static let lengthLimit = 8192

  public let scheme: Scheme
  /// In lower case; an IPv6 address without its brackets.
  public let host: String
  public let port: Int
  /// The path and the query behind it, percent-encoded, beginning with `/`.
  public let target: String
  /// The whole address. It may hold secrets: hand it to the server it names and to nobody else.
  public let text: String

  /// Parses an absolute address.
  ///
  /// - Throws: ``TransferError`` where it is none, has another scheme, holds a user name, or is plain `http` to another machine.
  public init(_ text: String) throws(TransferError) { try self.init(text, relativeTo: nil) }

  /// The address that a `Location` or `Link` names, seen from this one.
  ///
  /// A server that is reached in secret can't lead to plain `http`, not even on this machine, whose services are no concern of its.
  public func resolving(_ reference: String) throws(TransferError) -> WebAddress {
    let address = try WebAddress(reference, relativeTo: self)
    if scheme == .https && address.scheme == .http { throw .address(origin, .downgrade) }
    return address
  }

  /// The address of a path on the same server; each part is percent-encoded, so that none can hold a separator or lead upwards.
  public func appending(path parts: [String], query: String? = nil) throws(TransferError) -> WebAddress {
    guard parts.allSatisfy({ !["", ".", ".."].contains($0) }) else { throw .address(nil, .notAnAddress) }
    let base = target.prefix { $0 != "?" }.split(separator: "/").map(String.init)
    let path = (base + parts.map(Self.percentEncoded)).joined(separator: "/")
    return try WebAddress(origin + "/" + path + (query.map { "?" + $0 } ?? ""))
  }

  private init(_ reference: String, relativeTo base: WebAddress?) throws(TransferError) {
    guard reference.utf8.count <= Self.lengthLimit, reference.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !reference.isEmpty else {
      throw .address(base?.origin, .notAnAddress)
    }
    guard let parts = AddressParts(reference, relativeTo: base?.text) else { throw .address(base?.origin, .notAnAddress) }
    guard let scheme = Scheme(rawValue: parts.scheme) else { throw .address(base?.origin, .scheme(parts.scheme)) }
    guard !parts.hasUser else { throw .address(base?.origin, .hasUser) }
    self.scheme = scheme
    host = parts.host
    port = parts.port
    text = parts.text
    target = parts.target
    if scheme == .http && !isLoopback { throw .address(base?.origin, .notEncrypted(host: host)) }
  }

  /// Whether the host is this machine by its name: `localhost`, `127.0.0.0/8` or `::1`.
  public var isLoopback: Bool { host == "localhost" || NetworkAddress(host)?.isLoopback == true }

  /// `https://host`, with the port where it is not the scheme's own: what may be shown.
  public var origin: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return "\(scheme.rawValue)://\(name)" + (port == (scheme == .https ? 443 : 80) ? "" : ":\(port)")
  }

  /// Whether both are answered by the same scheme, host and port.
  public func isSameOrigin(as other: WebAddress) -> Bool { origin == other.origin }

  /// Text for one part of a path: letters, digits and `-._~` stay, every other byte is written `%XX`.
  public static func percentEncoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
        result.unicodeScalars.append(UnicodeScalar(byte))
      default: result += byte < 16 ? "%0" + String(byte, radix: 16, uppercase: true) : "%" + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }
}

extension WebAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { origin }
  public var debugDescription: String { origin }
  public var customMirror: Mirror { Mirror(self, children: ["origin": origin]) }
}

/// What libcurl's parser finds in an address.
private struct AddressParts {
  var scheme: String
  var host: String
  var port: Int
  var target: String
  var text: String
  var hasUser: Bool

  /// Nil where it is no address.
  init?(_ reference: String, relativeTo base: String?) {
    guard CurlLibrary.isReady, let handle = unsafe curl_url() else { return nil }
    defer { unsafe curl_url_cleanup(handle) }
    if let base, unsafe curl_url_set(handle, CURLUPART_URL, base, UInt32(CURLU_NON_SUPPORT_SCHEME)) != CURLUE_OK { return nil }
    guard unsafe curl_url_set(handle, CURLUPART_URL, reference, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK else { return nil }
    // What stands behind `#` is the browser's, not the server's.
    _ = unsafe curl_url_set(handle, CURLUPART_FRAGMENT, nil, 0)
    func part(_ part: CURLUPart, _ flags: Int32 = 0) -> String? {
      var found: UnsafeMutablePointer<CChar>?
      guard unsafe curl_url_get(handle, part, &found, UInt32(flags)) == CURLUE_OK, let found = unsafe found else { return nil }
      defer { unsafe curl_free(found) }
      return unsafe String(validatingCString: found)
    }
    guard let scheme = part(CURLUPART_SCHEME), let host = part(CURLUPART_HOST), !host.isEmpty, let text = part(CURLUPART_URL) else {
      return nil
    }
    // A zone such as `fe80::1%eth0` names an interface of this machine: nothing that a request should choose.
    guard part(CURLUPART_ZONEID) == nil else { return nil }
    self.scheme = scheme.lowercased()
    self.host = (host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host).lowercased()
    self.text = text
    port = part(CURLUPART_PORT, CURLU_DEFAULT_PORT).flatMap { Int($0) } ?? 0
    target = (part(CURLUPART_PATH) ?? "/") + (part(CURLUPART_QUERY).map { "?" + $0 } ?? "")
    hasUser = part(CURLUPART_USER) != nil || part(CURLUPART_PASSWORD) != nil
  }
}
