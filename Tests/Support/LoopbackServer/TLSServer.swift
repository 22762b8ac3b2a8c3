// A server that speaks TLS, by the openssl tool, with certificates made for the occasion.

internal import Foundation
internal import Glibc
internal import Synchronization

/// An authority, a server's certificate for `127.0.0.1` and `hooks.test`, and a client's, in a folder of their own that goes with them.
public final class TestCertificates: Sendable {
  /// Whether this machine has the tool that makes them.
  public static var isAvailable: Bool { tool != nil }

  fileprivate static let tool: String? = ["/usr/bin/openssl", "/usr/local/bin/openssl", "/bin/openssl"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  private let folder: String
  /// PEM files: the authority, the server's pair, the client's pair, and the client's key under ``password``.
  public var authority: String { folder + "/authority.pem" }
  public var server: String { folder + "/server.pem" }
  public var serverKey: String { folder + "/server.key" }
  public var client: String { folder + "/client.pem" }
  public var clientKey: String { folder + "/client.key" }
  public var lockedClientKey: String { folder + "/locked.key" }
  public static let password = "correct horse"

  public init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "flipgate-certificates-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try make("authority", subject: "Flipgate test authority", extensions: nil)
    try make("server", subject: "server", extensions: "subjectAltName=IP:127.0.0.1,DNS:hooks.test\n")
    try make("client", subject: "client", extensions: "extendedKeyUsage=clientAuth\n")
    try run(["ec", "-in", clientKey, "-aes128", "-passout", "pass:" + Self.password, "-out", lockedClientKey])
  }

  // A folder that is left behind does no harm.
  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A key of an elliptic curve and its certificate, by the authority or, without extensions, by itself.
  private func make(_ name: String, subject: String, extensions: String?) throws {
    let (certificate, key, request) = ("\(folder)/\(name).pem", "\(folder)/\(name).key", "\(folder)/\(name).csr")
    let pair = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-subj", "/CN=\(subject)"]
    guard let extensions else { return try run(["req", "-x509", "-days", "2", "-out", certificate] + pair) }
    try run(["req", "-out", request] + pair)
    let file = "\(folder)/\(name).ext"
    try extensions.write(toFile: file, atomically: true, encoding: .utf8)
    try run([
      "x509", "-req", "-in", request, "-CA", authority, "-CAkey", folder + "/authority.key", "-CAcreateserial", "-days", "2", "-out", certificate,
      "-extfile", file,
    ])
  }

  private func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: Self.tool ?? "openssl")
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw POSIXError(.EINVAL) }
  }
}

/// Answers every request with 200 and `ok`, one connection after the other.
public final class TLSServer: Sendable {
  public let port: Int
  private let identifier: Int32
  private let kept = Mutex<[ServedRequest]>([])

  /// - Parameter asksClients: connections whose client shows no certificate of the authority's are refused.
  public init(_ certificates: TestCertificates, asksClients: Bool = false) throws {
    let chosen = try Self.freePort()
    let process = Process()
    process.executableURL = URL(filePath: TestCertificates.tool ?? "openssl")
    process.arguments =
      [
        "s_server", "-quiet", "-accept", "127.0.0.1:\(chosen)", "-cert", certificates.server, "-key", certificates.serverKey, "-CAfile",
        certificates.authority, "-no_ticket",
      ] + (asksClients ? ["-Verify", "1", "-verify_return_error"] : [])
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    port = chosen
    identifier = process.processIdentifier
    let (reading, writing) = (output.fileHandleForReading.fileDescriptor, input.fileHandleForWriting.fileDescriptor)
    Thread.detachNewThread { [weak self, output, input] in
      var bytes: [UInt8] = []
      while let more = Self.read(reading) {
        bytes += more
        guard let (request, rest) = ServedRequest.first(in: bytes) else { continue }
        bytes = rest
        self?.kept.withLock { $0.append(request) }
        Self.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok", to: writing)
      }
      _ = (output, input)
    }
    try Self.waitUntilItListens(on: chosen)
  }

  deinit { kill(identifier, SIGKILL) }

  public var origin: String { "https://127.0.0.1:\(port)" }
  public var requests: [ServedRequest] { kept.withLock { $0 } }

  private static func address(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = UInt16(port).bigEndian
    return address
  }

  private static func withAddress(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = address(port)
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, size) }
    }
  }

  /// A port that is free now; that another program takes it before the tool does is not to be expected.
  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var (address, size) = (address(0), socklen_t(MemoryLayout<sockaddr_in>.size))
    let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard status else { throw POSIXError(.EADDRNOTAVAIL) }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  private static func waitUntilItListens(on port: Int) throws {
    for _ in 0..<500 {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      defer { close(descriptor) }
      if unsafe withAddress(port, { unsafe connect(descriptor, $0, $1) }) == 0 { return }
      Thread.sleep(forTimeInterval: 0.02)
    }
    throw POSIXError(.ETIMEDOUT)
  }

  private static func read(_ descriptor: Int32) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
    return count > 0 ? Array(buffer[..<count]) : nil
  }

  private static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }
}
