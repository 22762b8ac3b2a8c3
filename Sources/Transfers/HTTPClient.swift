// Requests over HTTP: one connection each, redirects followed under rules, answers in bounded memory or piece by piece.

internal import Dispatch
internal import Synchronization

/// Sends requests through libcurl, which also honours the proxies that the process's environment names.
///
/// Certificates are verified, and a request to this machine never goes through a proxy.
public struct HTTPClient: Sendable {
  /// What a server is told of the program, such as `flipgate/1.0`.
  public var userAgent: String
  /// The longest that making a connection may take, in seconds.
  public var connectTimeout = 15.0
  /// A transfer that brings less than a kilobyte a second for so many seconds is given up.
  public var stallTimeout = 30.0
  /// A file of certificate authorities to trust in place of the system's.
  public var certificates: String?
  /// What proves this side to a server that asks.
  public var identity: ClientIdentity?
  /// The proxy in place of those that the environment names, such as `http://proxy:3128`; empty for none.
  public var proxy: String?
  /// Addresses of hosts in place of what the network's names say: `host:port` to the address.
  public var addresses: [String: NetworkAddress] = [:]
  /// The most redirects of one request.
  public var redirectLimit = 10
  /// Asked about once a second while a request runs.
  public var isCancelled: @Sendable () -> Bool

  /// Transfers block the thread they run on, so they have threads of their own.
  private static let threads = DispatchQueue(label: "flipgate.transfers", qos: .userInitiated, attributes: .concurrent)

  public init(userAgent: String, isCancelled: @escaping @Sendable () -> Bool = { false }) {
    self.userAgent = userAgent
    self.isCancelled = isCancelled
  }

  /// Sends a request and follows redirects as its policy says.
  ///
  /// Whatever its status, an answer is returned; only where there is none, an error is thrown.
  ///
  /// - Parameter receiver: takes the body of an answer of status 2xx; other bodies, and all without a receiver, are kept in memory.
  /// - Throws: ``TransferError``. A body over the request's limit is an error for a success, and cut for other statuses.
  public func send(_ request: HTTPRequest, to receiver: BodyReceiver? = nil) async throws(TransferError) -> HTTPResponse {
    guard CurlLibrary.isReady else { throw .library }
    if let field = request.headers.fields.first(where: { !HTTPHeaders.isValid($0) }) { throw .header(name: field.name) }
    var request = request
    var redirections: [HTTPHead] = []
    while true {
      let response = try await exchange(request, after: redirections, receiver: receiver)
      guard request.redirects != .none, response.head.isRedirect, let location = response.headers["Location"] else { return response }
      let next = try request.address.resolving(location)
      let staysHere = next.isSameOrigin(as: request.address)
      if request.redirects == .sameOrigin && !staysHere { return response }
      redirections.append(response.head)
      guard redirections.count <= redirectLimit else { throw .tooManyRedirects(request.address.origin, limit: redirectLimit) }
      if !staysHere {
        for secret in ["Authorization", "Cookie", "Proxy-Authorization"] { request.headers.remove(secret) }
      }
      // 303 asks for a GET; 301 and 302 turn a POST into one, as every client does (RFC 9110, 15.4).
      let becomesGet = response.status == 303 || (response.status == 301 || response.status == 302) && request.method == .post
      if becomesGet && request.method != .head {
        request.method = .get
        request.body = []
        request.headers.remove("Content-Type")
      }
      request.address = next
    }
  }

  /// One exchange, on a thread of its own; it ends early when the task is cancelled.
  private func exchange(
    _ request: HTTPRequest, after redirections: [HTTPHead], receiver: BodyReceiver?
  ) async throws(TransferError) -> HTTPResponse {
    let flag = CancellationFlag()
    let client = self
    let result: Result<HTTPResponse, TransferError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        Self.threads.async {
          continuation.resume(
            returning: Result { () throws(TransferError) in
              try Transfer(request, after: redirections, client: client, receiver: receiver) { flag.isSet || client.isCancelled() }.run()
            })
        }
      }
    } onCancel: {
      flag.set()
    }
    return try result.get()
  }
}

/// A client's certificate and its key, both PEM files.
public struct ClientIdentity: Sendable {
  public var certificate: String
  public var key: String
  public var password: String?

  public init(certificate: String, key: String, password: String? = nil) {
    self.certificate = certificate
    self.key = key
    self.password = password
  }
}

/// Set once, by a cancelled task.
private final class CancellationFlag: Sendable {
  private let value = Atomic<Bool>(false)
  var isSet: Bool { value.load(ordering: .relaxed) }
  func set() { value.store(true, ordering: .relaxed) }
}

extension HTTPResponse {
  /// The answer itself where it is a success.
  ///
  /// - Parameter message: what the server says of a failure, where the caller can read it.
  /// - Throws: ``TransferError/status(_:code:message:retryAfter:)``.
  public func requireSuccess(message: String? = nil) throws(TransferError) -> HTTPResponse {
    if head.isSuccess { return self }
    throw .status(head.address.origin, code: status, message: message, retryAfter: head.retryAfter)
  }
}
