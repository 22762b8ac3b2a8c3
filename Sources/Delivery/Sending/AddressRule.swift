// Where messages may go: the internet, a private network where the policy says so, never the machine's own neighbourhood.

internal import Transfers

/// Which addresses may be connected to. It is asked about the address itself, after every name was looked up.
struct AddressRule: Sendable {
  var allowsPrivate: Bool
  /// Whether the receiver was named as this machine: `localhost`, `127.0.0.1`, `::1`.
  var namesThisMachine: Bool

  func permits(_ address: NetworkAddress) -> Bool {
    switch address.scope {
    case .global: true
    case .local: allowsPrivate
    // A name elsewhere that leads back here is somebody's trick, unless private receivers are expected.
    case .loopback: namesThisMachine || allowsPrivate
    // Clouds hand out credentials at link-local addresses; the rest are nobody's.
    case .link, .reserved: false
    }
  }

  /// What to do about an address that is refused; nil where nothing helps.
  static func advice(_ address: NetworkAddress) -> String? {
    switch address.scope {
    case .local, .loopback: "write allow_private: true in the notification if the receiver, or the proxy before it, stands in your own network"
    case .link, .reserved, .global: nil
    }
  }
}
