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
  /// Both streams go to files: a pipe that nobody empties would stop the child, and tests must not wait for each other's threads.
  ///
  /// - Parameter shell: text in front of the program in a shell, such as `ulimit -f 8;`.
  static func run(
    _ arguments: [String], folder: String? = nil, environment: [String: String] = [:], shell: String? = nil
  ) throws -> ProgramRun {
    let streams = try TemporaryFolder()
    let process = try start(arguments, streams: streams, folder: folder, environment: environment, shell: shell)
    process.waitUntilExit()
    return ProgramRun(
      status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
      output: try Files.readText(streams.path("output")), errors: try Files.readText(streams.path("errors")))
  }

  /// Starts the program, stops it by Ctrl-C once a file that it writes has some lines, and gives its exit status.
  static func interrupted(_ arguments: [String], onceLarge file: String, streams: TemporaryFolder) throws -> Int32 {
    let child = try start(arguments, streams: streams)
    let deadline = Date().addingTimeInterval(120)
    while (Files.size(file) ?? 0) < 3_000, child.isRunning, Date() < deadline { usleep(500) }
    kill(child.processIdentifier, SIGINT)
    child.waitUntilExit()
    return child.terminationStatus
  }

  /// Starts the program; what it prints goes to the files `output` and `errors` of a folder.
  static func start(
    _ arguments: [String], streams: TemporaryFolder, folder: String? = nil, environment: [String: String] = [:], shell: String? = nil
  ) throws -> Process {
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
    try streams.write("", to: "output")
    try streams.write("", to: "errors")
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(forWritingAtPath: streams.path("output"))
    process.standardError = FileHandle(forWritingAtPath: streams.path("errors"))
    try process.run()
    return process
  }
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
