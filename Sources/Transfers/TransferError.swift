// What can go wrong between a request and its answer. Sentences name scheme and host, never a path, a query or a header.

public import Documents

public enum TransferError: Diagnostic {
  /// A text that is no address to send a request to; `origin` is the server that gave it, nil where the user did.
  case address(_ origin: String?, AddressProblem)
  /// A header field that would break the request.
  case header(name: String)
  /// The connection failed; the reason is libcurl's.
  case connection(_ origin: String, reason: String, isTransient: Bool)
  /// The certificate or the encryption was not accepted.
  case notTrusted(_ origin: String, reason: String)
  /// No address of the host is one that the caller permits.
  case addressRefused(_ origin: String, NetworkAddress)
  case timeout(_ origin: String, seconds: Double)
  /// Fewer bytes than a server should send came for a while.
  case stalled(_ origin: String, seconds: Double)
  /// The connection ended before the answer did.
  case truncated(_ origin: String)
  /// An answer that does not keep to HTTP.
  case malformed(_ origin: String, reason: String)
  case tooLarge(_ origin: String, limit: Int)
  case tooManyRedirects(_ origin: String, limit: Int)
  /// A status that is no success, with what the server says of it.
  case status(_ origin: String, code: Int, message: String?, retryAfter: Double?)
  /// What was received could not be kept.
  case receiver(_ origin: String, any Error)
  case cancelled
  /// The library itself did not start.
  case library

  public enum AddressProblem: Sendable, Equatable {
    case notAnAddress
    case scheme(String)
    case hasUser
    case notEncrypted(host: String)
    /// From https to plain http, on whatever machine.
    case downgrade
  }

  /// Whether the same request may well succeed a little later.
  public var isTransient: Bool {
    switch self {
    case .connection(_, _, let isTransient): isTransient
    case .timeout, .stalled, .truncated: true
    case .status(_, let code, _, _): [408, 425, 429].contains(code) || (500...599).contains(code) && code != 501
    default: false
    }
  }

  /// The seconds that the server asks to wait, where it does.
  public var retryAfter: Double? { if case .status(_, _, _, let seconds) = self { seconds } else { nil } }

  public var cause: (any Error)? { if case .receiver(_, let error) = self { error } else { nil } }

  public var severity: DiagnosticSeverity {
    switch self {
    case .address, .header: .configuration
    case .status(_, let code, _, _): code == 429 || code >= 500 ? .run : .configuration
    default: .run
    }
  }
}

extension TransferError {
  public var description: String {
    switch self {
    case .address(let origin, let problem):
      (origin.map { "\($0) points to an address that can't be used: " } ?? "") + problem.sentence
    case .header(let name): "the header field \(quoted(name)) can't be sent: its name or value holds a character that would end it"
    case .connection(let origin, let reason, _): "\(origin): no connection: \(visible(reason))"
    case .notTrusted(let origin, let reason): "\(origin): the connection is not trusted: \(visible(reason))"
    case .addressRefused(let origin, let address): "\(origin): its address \(address) is not one that may be connected to"
    case .timeout(let origin, let seconds): "\(origin): no complete answer within \(text(seconds)) s"
    case .stalled(let origin, let seconds): "\(origin): nothing came for \(text(seconds)) s"
    case .truncated(let origin): "\(origin): the connection ended in the middle of an answer"
    case .malformed(let origin, let reason): "\(origin): the answer does not keep to HTTP: \(visible(reason))"
    case .tooLarge(let origin, let limit): "\(origin): the answer is larger than \(limit) bytes"
    case .tooManyRedirects(let origin, let limit): "\(origin): points elsewhere more than \(limit) times"
    case .status(let origin, let code, let message, let retryAfter):
      "\(origin): answered with status \(code)" + (message.map { ": \(quoted($0))" } ?? "")
        + (retryAfter.map { "; it asks to wait \(text($0)) s" } ?? "")
    case .receiver(let origin, _): "\(origin): the answer can't be kept"
    case .cancelled: "stopped by request"
    case .library: "libcurl did not start"
    }
  }

  /// Without a needless fraction.
  private func text(_ seconds: Double) -> String { Int(exactly: seconds).map { "\($0)" } ?? "\(seconds)" }
}

extension TransferError.AddressProblem {
  var sentence: String {
    switch self {
    case .notAnAddress: "this is not a web address; expected one such as https://host/path"
    case .scheme(let scheme): "the scheme \(quoted(scheme)) is not supported; use https"
    case .hasUser: "it holds a user name or password; pass a token in its own setting instead"
    case .notEncrypted(let host): "plain http to \(quoted(host)) would send everything in the open; use https (http is for this machine alone)"
    case .downgrade: "it leads from https to plain http"
    }
  }
}
