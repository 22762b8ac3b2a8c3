// One connection of the loopback server: reads a request, answers it as told, and closes.

internal import Foundation
internal import Glibc

struct Connection {
  private let descriptor: Int32
  private let state: ServerState

  init(_ descriptor: Int32, state: ServerState) {
    self.descriptor = descriptor
    self.state = state
  }

  func serve(_ handler: LoopbackServer.Handler) {
    defer { close(descriptor) }
    guard let request = readRequest() else { return }
    state.keep(request)
    let answer = handler(request)
    switch answer.delivery {
    case .hang:
      while !state.isStopped && !isClosedByPeer { Thread.sleep(forTimeInterval: 0.02) }
      return
    case .resetAtOnce: return reset()
    default: break
    }
    var head = "HTTP/1.1 \(answer.status) Status\r\n"
    for (name, value) in answer.headers { head += "\(name): \(value)\r\n" }
    head += "Content-Length: \(answer.statedLength ?? answer.body.count)\r\nConnection: close\r\n\r\n"
    guard send(Array(head.utf8)), request.method != "HEAD" else { return }
    switch answer.delivery {
    case .reset(let count):
      _ = send(Array(answer.body.prefix(count)))
      // The bytes are to arrive before the reset, which would overtake what still waits to be sent.
      Thread.sleep(forTimeInterval: 0.1)
      reset()
    case .close(let count): _ = send(Array(answer.body.prefix(count)))
    case .slowly(let count, let seconds):
      var rest = answer.body[...]
      while !rest.isEmpty, !state.isStopped, send(Array(rest.prefix(count))) {
        rest = rest.dropFirst(count)
        Thread.sleep(forTimeInterval: seconds)
      }
    default: _ = send(answer.body)
    }
  }

  /// The request with its body, nil where the connection ends first.
  private func readRequest() -> ServedRequest? {
    var bytes: [UInt8] = []
    while true {
      if let (request, _) = ServedRequest.first(in: bytes) { return request }
      guard let more = receive() else { return nil }
      bytes += more
    }
  }

  private func receive() -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
    return count > 0 ? Array(buffer[..<count]) : nil
  }

  /// Whether everything was taken; a client that goes away is no failure of a test.
  private func send(_ bytes: [UInt8]) -> Bool {
    var done = 0
    while done < bytes.count {
      let start = done
      let sent = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.send(descriptor, buffer.baseAddress.map { unsafe $0 + start }, buffer.count - start, Int32(MSG_NOSIGNAL))
      }
      if sent <= 0 { return false }
      done += sent
    }
    return true
  }

  /// Makes the close that follows a reset, not an orderly end.
  private func reset() {
    var now = linger(l_onoff: 1, l_linger: 0)
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
  }

  private var isClosedByPeer: Bool {
    var byte: UInt8 = 0
    return unsafe recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) == 0
  }
}

extension ServedRequest {
  /// The first whole request in what was received, and what follows it; nil where more is to come.
  static func first(in bytes: [UInt8]) -> (ServedRequest, rest: [UInt8])? {
    let blank = Array("\r\n\r\n".utf8)
    guard let end = bytes.indices.dropLast(3).first(where: { bytes[$0..<$0 + 4].elementsEqual(blank) }) else { return nil }
    var lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
    let first = lines.removeFirst().split(separator: " ").map(String.init)
    guard first.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    let body = bytes[(end + 4)...]
    let length = headers["content-length"].flatMap { Int($0) } ?? 0
    guard body.count >= length else { return nil }
    return (ServedRequest(method: first[0], target: first[1], headers: headers, body: Array(body.prefix(length))), Array(body.dropFirst(length)))
  }
}
