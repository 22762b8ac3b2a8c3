// A real HTTP server on 127.0.0.1 for tests: a socket, a thread that accepts, a thread a connection, one answer a connection.

internal import Foundation
internal import Glibc
internal import Synchronization

/// Serves until it goes away. What it answers is a function of the request; every request is kept for the test to look at.
public final class LoopbackServer: Sendable {
  public typealias Handler = @Sendable (ServedRequest) -> ServedAnswer

  public let port: Int
  private let listener: Int32
  private let handler: Handler
  private let state: ServerState

  /// Starts on a port that the system chooses.
  public init(_ handler: @escaping Handler) throws {
    self.handler = handler
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = self.listener
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(listener, address, size) == 0 && listen(listener, 64) == 0 && getsockname(listener, address, &size) == 0
      }
    }
    guard listener >= 0, isBound else { throw POSIXError(.EADDRNOTAVAIL) }
    port = Int(UInt16(bigEndian: address.sin_port))
    let state = ServerState()
    self.state = state
    Thread.detachNewThread {
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 && errno == EINTR { continue }
        if connection < 0 { break }
        Thread.detachNewThread { Connection(connection, state: state).serve(handler) }
      }
      // Here and not in deinit: until this thread is done, the number must not become another socket's.
      close(listener)
    }
  }

  deinit {
    state.stop()
    _ = shutdown(listener, Int32(SHUT_RDWR))
  }

  /// `http://127.0.0.1:PORT`
  public var origin: String { "http://127.0.0.1:\(port)" }

  /// Every request so far, in the order in which they came.
  public var requests: [ServedRequest] { state.requests }
}

/// A request as the server read it.
public struct ServedRequest: Sendable {
  public var method: String
  /// Path and query, as they were sent.
  public var target: String
  /// Names in lower case.
  public var headers: [String: String]
  public var body: [UInt8]

  /// The path, its percent-escapes resolved.
  public var path: String {
    let path = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? ""
    return path.removingPercentEncoding ?? path
  }

  /// The first byte that a `Range: bytes=N-` asks for, nil without one.
  public var rangeStart: Int? {
    guard let range = headers["range"], range.hasPrefix("bytes="), range.hasSuffix("-") else { return nil }
    return Int(range.dropFirst(6).dropLast())
  }
}

/// What the server does.
public struct ServedAnswer: Sendable {
  /// What happens to the body on its way.
  public enum Delivery: Sendable {
    case whole
    /// Nothing is ever sent.
    case hang
    /// The connection is reset before the first byte.
    case resetAtOnce
    /// The connection is reset after so many bytes of the body.
    case reset(after: Int)
    /// The connection is closed in good order after so many bytes of the body.
    case close(after: Int)
    /// So many bytes at a time, with a pause between them.
    case slowly(bytes: Int, seconds: Double)
  }

  public var status: Int
  public var headers: [(String, String)]
  public var body: [UInt8]
  public var delivery = Delivery.whole
  /// What `Content-Length` says; the body's own size if nil.
  public var statedLength: Int?

  public init(_ status: Int, headers: [(String, String)] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  public static func text(_ status: Int, _ text: String, headers: [(String, String)] = []) -> ServedAnswer {
    ServedAnswer(status, headers: headers, body: Array(text.utf8))
  }

  public static func redirect(to location: String, status: Int = 302, headers: [(String, String)] = []) -> ServedAnswer {
    ServedAnswer(status, headers: [("Location", location)] + headers)
  }

  /// The bytes, or those from where the request's `Range` begins.
  public static func bytes(_ bytes: [UInt8], for request: ServedRequest, headers: [(String, String)] = []) -> ServedAnswer {
    guard let start = request.rangeStart else { return ServedAnswer(200, headers: [("Accept-Ranges", "bytes")] + headers, body: bytes) }
    guard start < bytes.count else { return ServedAnswer(416, headers: [("Content-Range", "bytes */\(bytes.count)")] + headers) }
    let range = ("Content-Range", "bytes \(start)-\(bytes.count - 1)/\(bytes.count)")
    return ServedAnswer(206, headers: [range] + headers, body: Array(bytes[start...]))
  }

  public func delivered(_ delivery: Delivery) -> ServedAnswer {
    var answer = self
    answer.delivery = delivery
    return answer
  }

  public func stating(length: Int) -> ServedAnswer {
    var answer = self
    answer.statedLength = length
    return answer
  }
}

/// What all connections of a server share.
final class ServerState: Sendable {
  private let kept = Mutex<[ServedRequest]>([])
  private let stopped = Atomic<Bool>(false)

  var requests: [ServedRequest] { kept.withLock { $0 } }
  func keep(_ request: ServedRequest) { kept.withLock { $0.append(request) } }
  var isStopped: Bool { stopped.load(ordering: .relaxed) }
  func stop() { stopped.store(true, ordering: .relaxed) }
}
