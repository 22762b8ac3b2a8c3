// The built program as a child process: what it prints, and how it ends.

import Documents
import Foundation

/// A finished run of `flipgate`.
struct ProgramRun {
  var status: Int32
  var output: String
  var errors: String
}

enum Program {
  /// The program beside the test bundle.
  static let path: String = {
    let bundle = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    var folder = bundle.deletingLastPathComponent()
    while folder.path != "/" {
      let candidate = folder.appending(path: "flipgate").path
      if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
      folder.deleteLastPathComponent()
    }
    return "flipgate"
  }()

  static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  static func fixture(_ name: String) -> String { repository + "/fixtures/" + name }

  /// Runs to the end.
  ///
  /// - Parameter shell: text in front of the program in a shell, such as `ulimit -f 8;`.
  static func run(_ arguments: [String], folder: String? = nil, environment: [String: String] = [:], shell: String? = nil) throws -> ProgramRun {
    let child = try start(arguments, folder: folder, environment: environment, shell: shell)
    let errors = child.errors
    let collected = Task.detached { errors.fileHandleForReading.readDataToEndOfFile() }
    let output = child.output.fileHandleForReading.readDataToEndOfFile()
    child.process.waitUntilExit()
    let semaphore = DispatchSemaphore(value: 0)
    let box = ResultBox()
    Task.detached {
      box.data = await collected.value
      semaphore.signal()
    }
    semaphore.wait()
    return ProgramRun(
      status: child.process.terminationReason == .exit ? child.process.terminationStatus : 128 + child.process.terminationStatus,
      output: String(decoding: output, as: UTF8.self), errors: String(decoding: box.data, as: UTF8.self))
  }

  static func start(
    _ arguments: [String], folder: String? = nil, environment: [String: String] = [:], shell: String? = nil
  ) throws -> (process: Process, output: Pipe, errors: Pipe) {
    let process = Process()
    if let shell {
      process.executableURL = URL(filePath: "/bin/bash")
      process.arguments = ["-c", shell + " exec \"$0\" \"$@\"", path] + arguments
    } else {
      process.executableURL = URL(filePath: path)
      process.arguments = arguments
    }
    if let folder { process.currentDirectoryURL = URL(filePath: folder) }
    var merged = ProcessInfo.processInfo.environment
    merged["NO_COLOR"] = "1"
    merged.merge(environment) { $1 }
    process.environment = merged
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    return (process, output, errors)
  }

  private final class ResultBox: @unchecked Sendable { var data = Data() }
}

/// A folder that goes away with the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "flipgate-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    // What is left in a temporary folder is the system's to remove.
    try? FileManager.default.removeItem(atPath: path)
  }

  func path(_ name: String) -> String { path + "/" + name }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try Files.write(text, to: path(name))
    return path(name)
  }
}
