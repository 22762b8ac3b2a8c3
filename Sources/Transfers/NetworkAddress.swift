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

  /// Whether the address is of a public network: not this machine, a private or local network, multicast or a reserved range.
  ///
  /// The ranges are those of RFC 6890 and its registries.
  public var isPublic: Bool {
    if bytes.count == 4 {
      switch (bytes[0], bytes[1]) {
      case (0, _), (10, _), (127, _), (169, 254), (172, 16...31), (192, 168), (100, 64...127), (198, 18...19), (224..., _): return false
      case (192, 0): return bytes[2] != 0 && bytes[2] != 2
      case (198, 51): return bytes[2] != 100
      case (203, 0): return bytes[2] != 113
      default: return true
      }
    }
    // NAT64 (64:ff9b::/96) and 6to4 (2002::/16) carry an IPv4 address, which decides.
    if bytes.prefix(12) == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] {
      return NetworkAddress(bytes: Array(bytes.suffix(4)))?.isPublic ?? false
    }
    if bytes[0] == 0x20 && bytes[1] == 0x02 { return NetworkAddress(bytes: Array(bytes[2..<6]))?.isPublic ?? false }
    // Global unicast is 2000::/3; of it, 2001:db8::/32 is for documentation.
    return bytes[0] & 0xE0 == 0x20 && !(bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0D && bytes[3] == 0xB8)
  }
}

extension NetworkAddress: CustomStringConvertible {
  public var description: String {
    if bytes.count == 4 { return bytes.map { String($0) }.joined(separator: ".") }
    return stride(from: 0, to: 16, by: 2).map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }.joined(separator: ":")
  }
}
