// A real browser for tests: Chromium without a window, driven through the DevTools protocol over two pipes, so that no port is opened.
// https://chromedevtools.github.io/devtools-protocol/

internal import Documents
internal import Foundation

/// Why a browser could not be used, and what to do about it.
public enum BrowserError: Error, CustomStringConvertible {
  case missing(searched: [String])
  case ended(log: String)
  case refused(method: String, message: String)
  case silent(method: String, seconds: Int)

  public var description: String {
    switch self {
    case .missing(let names):
      "no browser was found on PATH (looked for \(names.joined(separator: ", "))); install Debian's package `chromium`: apt-get install --no-install-recommends chromium"
    case .ended(let log): "the browser ended; its last words: \(log.suffix(600))"
    case .refused(let method, let message): "the browser refused \(method): \(message)"
    case .silent(let method, let seconds): "the browser did not answer \(method) within \(seconds) s"
    }
  }
}

/// One browser process with its own profile; it ends with ``close()``, and with the process that started it.
public actor Browser {
  static let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let folder: URL
  private var reader: Task<Void, Never>?
  private var nextIdentifier = 1
  private var waiting: [Int: CheckedContinuation<JSONValue, any Error>] = [:]
  private var isOver = false
  /// What the browser said without being asked, in order.
  private(set) var events: [JSONValue] = []

  private init(folder: URL) { self.folder = folder }

  /// Starts a browser for the time of `body`, with a page that shows a document.
  public static func showing<Value: Sendable>(
    _ document: [UInt8], width: Int = 1280, _ body: (BrowserPage) async throws -> Value
  ) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "flipgate-browser-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let browser = Browser(folder: folder)
    do {
      try await browser.start()
      let file = folder.appending(path: "page.html")
      try Data(document).write(to: file)
      let page = try await BrowserPage.open(file.absoluteString, width: width, in: browser)
      let value = try await body(page)
      await browser.close()
      return value
    } catch {
      await browser.close()
      throw error
    }
  }

  private func start() throws {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let program = Self.names.lazy.flatMap { name in path.split(separator: ":").lazy.map { "\($0)/\(name)" } }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let program else { throw BrowserError.missing(searched: Self.names) }
    let profile = folder.appending(path: "profile").path
    // The browser reads commands from descriptor 3 and answers on 4.
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = [
      "-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>\"$0\"", folder.appending(path: "log").path, program, "--headless", "--no-sandbox",
      "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--disable-background-networking", "--no-first-run",
      "--remote-debugging-pipe", "--user-data-dir=\(profile)", "about:blank",
    ]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let (chunks, continuation) = AsyncStream<Data>.makeStream()
    output.fileHandleForReading.readabilityHandler = { handle in
      let data = handle.availableData
      continuation.yield(data)
      if data.isEmpty {
        handle.readabilityHandler = nil
        continuation.finish()
      }
    }
    reader = Task { [weak self] in
      var pending: [UInt8] = []
      for await chunk in chunks {
        pending += chunk
        while let end = pending.firstIndex(of: 0) {
          await self?.receive(Array(pending[..<end]))
          pending.removeSubrange(...end)
        }
      }
      await self?.end()
    }
  }

  private func close() async {
    if !isOver { _ = try? await send("Browser.close", patience: 10) }  // It ends in either case.
    isOver = true
    if process.isRunning { process.terminate() }
    reader?.cancel()
    // What can't be removed is a temporary folder.
    try? FileManager.default.removeItem(at: folder)
  }

  /// Sends a command and waits for its answer.
  func send(_ method: String, _ parameters: JSONValue = [:], session: String? = nil, patience: Int = 60) async throws -> JSONValue {
    if isOver { throw BrowserError.ended(log: log) }
    let identifier = nextIdentifier
    nextIdentifier += 1
    var message: [(String, JSONValue)] = [("id", .integer(identifier)), ("method", .string(method)), ("params", parameters)]
    if let session { message.append(("sessionId", .string(session))) }
    let bytes = Data(JSONValue.object(of: message).serialized().utf8) + [0]
    let clock = Task { [weak self] in
      try await Task.sleep(for: .seconds(patience))
      await self?.resume(identifier, .failure(.silent(method: method, seconds: patience)))
    }
    defer { clock.cancel() }
    let answer = try await withCheckedThrowingContinuation { continuation in
      waiting[identifier] = continuation
      do { try input.fileHandleForWriting.write(contentsOf: bytes) } catch { resume(identifier, .failure(.ended(log: "\(error)"))) }
    }
    if let problem = answer["error"] { throw BrowserError.refused(method: method, message: problem.serialized()) }
    return answer["result"] ?? [:]
  }

  private func receive(_ bytes: [UInt8]) {
    // A message that is no JSON would leave its command without an answer, and that is said then.
    guard let message = try? JSONValue.parse(bytes, file: "browser") else { return }
    if let identifier = message["id"]?.integer { resume(identifier, .success(message)) } else { events.append(message) }
  }

  private func resume(_ identifier: Int, _ result: Result<JSONValue, BrowserError>) {
    waiting.removeValue(forKey: identifier)?.resume(with: result.mapError { $0 as any Error })
  }

  private func end() {
    isOver = true
    for identifier in waiting.keys { resume(identifier, .failure(.ended(log: log))) }
  }

  private var log: String { (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? "" }  // No log, no last words.
}
