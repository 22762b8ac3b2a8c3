// What is asked of a server.

public enum HTTPMethod: String, Sendable {
  case get = "GET"
  case head = "HEAD"
  case post = "POST"
  case put = "PUT"
}

/// What is done with an answer that points elsewhere.
public enum RedirectPolicy: Sendable, Equatable {
  /// The answer is handed back as it is.
  case none
  /// Followed while scheme, host and port stay; the first answer that leads elsewhere is handed back.
  case sameOrigin
  /// Followed anywhere; `Authorization` and `Cookie` are not sent to another origin.
  case anywhere
}

/// One request.
public struct HTTPRequest: Sendable {
  public var method: HTTPMethod
  public var address: WebAddress
  public var headers: HTTPHeaders
  public var body: [UInt8]
  public var redirects = RedirectPolicy.none
  /// The longest that the whole exchange may take, in seconds; nil for as long as bytes keep coming.
  public var timeout: Double?
  /// The most bytes of an answer that are kept in memory.
  public var bodyLimit = 1 << 20
  /// Asked for each address before it is connected to; a proxy's where the environment or the client names one.
  public var permits: @Sendable (NetworkAddress) -> Bool = { _ in true }

  public init(_ method: HTTPMethod, _ address: WebAddress, headers: HTTPHeaders = [:], body: [UInt8] = []) {
    self.method = method
    self.address = address
    self.headers = headers
    self.body = body
  }
}

/// What a server answered before the body.
public struct HTTPHead: Sendable {
  public var status: Int
  public var headers: HTTPHeaders
  /// The address that gave this answer.
  public var address: WebAddress

  public var isSuccess: Bool { (200..<300).contains(status) }
  public var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) && headers["Location"] != nil }
}

/// A whole answer.
public struct HTTPResponse: Sendable {
  public var head: HTTPHead
  /// At most the request's limit; empty where the body went to a receiver.
  public var body: [UInt8]
  /// The answers that led here, first to last.
  public var redirections: [HTTPHead]

  public var status: Int { head.status }
  public var headers: HTTPHeaders { head.headers }
}

/// Takes the body of a successful answer piece by piece.
public struct BodyReceiver: Sendable {
  /// Called once, before the first piece, with the answer's head and those of the redirections that led to it.
  public var begin: @Sendable (HTTPHead, _ redirections: [HTTPHead]) throws -> Void
  public var receive: @Sendable ([UInt8]) throws -> Void

  public init(
    begin: @escaping @Sendable (HTTPHead, _ redirections: [HTTPHead]) throws -> Void,
    receive: @escaping @Sendable ([UInt8]) throws -> Void
  ) {
    self.begin = begin
    self.receive = receive
  }
}
