// An IP address as bytes, and what kind of network it belongs to.

internal import CCurl

/// The address of a machine that is about to be connected to.
public struct NetworkAddress: Sendable, Hashable {
  /// 4 bytes for IPv4, 16 for IPv6; an IPv4 address written as IPv6 is kept as its 4 bytes.
  public let bytes: [UInt8]

  /// Nil where there are neither 4 nor 16 bytes.
  public init?(bytes: [UInt8]) {
    switch bytes.count {
    case 4: self.bytes = bytes
    case 16:
      let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
      self.bytes = isMapped ? Array(bytes.suffix(4)) : bytes
    default: return nil
    }
  }

  /// `127.0.0.1` or `::1`; nil where the text is no address.
  public init?(_ text: String) {
    var bytes = [UInt8](repeating: 0, count: 16)
    if unsafe bytes.withUnsafeMutableBytes({ unsafe inet_pton(AF_INET, text, $0.baseAddress) }) == 1 {
      self.init(bytes: Array(bytes.prefix(4)))
    } else if unsafe bytes.withUnsafeMutableBytes({ unsafe inet_pton(AF_INET6, text, $0.baseAddress) }) == 1 {
      self.init(bytes: bytes)
    } else {
      return nil
    }
  }

  /// `127.0.0.0/8` and `::1`: this machine.
  public var isLoopback: Bool { bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1 }

  /// Which network an address belongs to.
  public enum Scope: Sendable, Hashable, CaseIterable {
    /// Anywhere on the internet.
    case global
    /// This machine.
    case loopback
    /// A network of one's own: RFC 1918, carrier-grade NAT, IPv6's unique local addresses.
    case local
    /// The next neighbours, among them the services of a cloud that hand out credentials: `169.254.0.0/16`, `fe80::/10`.
    case link
    /// Multicast, documentation, benchmarks, the unspecified address, and what is not assigned.
    case reserved
  }

  /// By the ranges of RFC 6890 and its registries.
  public var scope: Scope { bytes.count == 4 ? scopeOfFour : scopeOfSixteen }

  /// Whether the address is of a public network: not this machine, a private or local network, multicast or a reserved range.
  public var isPublic: Bool { scope == .global }

  private var scopeOfFour: Scope {
    switch (bytes[0], bytes[1]) {
    case (127, _): return .loopback
    case (169, 254): return .link
    case (10, _), (172, 16...31), (192, 168), (100, 64...127): return .local
    case (0, _), (198, 18...19), (224..., _): return .reserved
    case (192, 0): return bytes[2] == 0 || bytes[2] == 2 ? .reserved : .global
    case (198, 51): return bytes[2] == 100 ? .reserved : .global
    case (203, 0): return bytes[2] == 113 ? .reserved : .global
    default: return .global
    }
  }

  private var scopeOfSixteen: Scope {
    if isLoopback { return .loopback }
    // NAT64 (64:ff9b::/96), 6to4 (2002::/16) and IPv4-compatible addresses (::/96) carry an IPv4 address, which decides.
    let zeros: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]
    if bytes.prefix(12) == [0, 0x64, 0xFF, 0x9B] + zeros { return Self.scope(ofFour: bytes.suffix(4)) }
    if bytes.prefix(12) == [0, 0, 0, 0] + zeros {
      // No network routes these: one that leads to a public machine is no better than a reserved one.
      let inner = Self.scope(ofFour: bytes.suffix(4))
      return inner == .global ? .reserved : inner
    }
    if bytes[0] == 0x20 && bytes[1] == 0x02 { return Self.scope(ofFour: bytes[2..<6]) }
    if bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 { return .link }
    // Unique local addresses, and the site-local ones that they replaced.
    if bytes[0] & 0xFE == 0xFC || bytes[0] == 0xFE && bytes[1] & 0xC0 == 0xC0 { return .local }
    // Global unicast is 2000::/3; of it, 2001:db8::/32 is for documentation and 2001::/32 a tunnel to anywhere (Teredo).
    guard bytes[0] & 0xE0 == 0x20 else { return .reserved }
    let isSpecial = bytes[0] == 0x20 && bytes[1] == 0x01 && (bytes[2] == 0x0D && bytes[3] == 0xB8 || bytes[2] == 0 && bytes[3] == 0)
    return isSpecial ? .reserved : .global
  }

  private static func scope(ofFour bytes: ArraySlice<UInt8>) -> Scope { NetworkAddress(bytes: Array(bytes))?.scope ?? .reserved }
}

extension NetworkAddress: CustomStringConvertible {
  public var description: String {
    if bytes.count == 4 { return bytes.map { String($0) }.joined(separator: ".") }
    return stride(from: 0, to: 16, by: 2).map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }.joined(separator: ":")
  }
}
