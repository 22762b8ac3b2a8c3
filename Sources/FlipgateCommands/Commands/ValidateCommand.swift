// `flipgate validate`: all problems of policies and task files, with their places.

internal import ArgumentParser
internal import Documents
internal import Metrics
internal import Policies
internal import Tasks

struct ValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check policies and task files; every problem with file:line:column.")

  @Argument(help: ArgumentHelp("Policy and task files, or folders of them.", valueName: "path"))
  var paths: [String]

  @OptionGroup var messages: OutputOptions

  func run() async throws {
    var files: [String] = []
    for path in paths { files += try Self.files(at: path) }
    if files.isEmpty { throw ValidationError("no .yaml or .yml file there") }
    var faulty = 0
    for file in files {
      let problems = try Self.problems(of: file)
      for problem in problems { Console.output(problem) }
      if !problems.isEmpty { faulty += 1 }
    }
    if !messages.quiet { Console.output("\(files.count) files, \(faulty == 0 ? "no problems" : "\(faulty) with problems")") }
    if faulty > 0 { throw CommandExit(status: .configuration) }
  }

  private static func files(at path: String) throws(FileError) -> [String] {
    guard Files.isDirectory(path) else { return [path] }
    return try Files.list(path).filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.map { Files.path($0, relativeTo: path) }
  }

  /// A file that says `kind: Policy` or `apiVersion` is a policy, every other a task.
  private static func problems(of file: String) throws -> [String] {
    let text = try Files.readText(file)
    let root: YAMLNode
    do { root = try YAMLNode.parse(text, file: file) } catch { return ["\(error)"] }
    if root["apiVersion"] != nil || root["kind"] != nil {
      do {
        _ = try Policy.parse(text, file: file, knownMetrics: MetricCatalog.all.map(\.name))
        return []
      } catch {
        return error.problems.map { "\($0)" }
      }
    }
    return TaskFile.problems(file).map { "\($0)" }
  }
}
