// `flipgate validate`: all problems of policies and task files, with their places.

internal import ArgumentParser
internal import Documents
internal import Metrics
internal import Policies
internal import Tasks

struct ValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check policies and task files; every problem with file:line:column.",
    discussion: """
      EXAMPLE:
        $ flipgate validate policy.yaml tasks
      """)

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

  /// The file itself, or all YAML files below a folder; those that begin with `_` are there to be included by others.
  private static func files(at path: String, depth: Int = 0) throws(FileError) -> [String] {
    guard Files.isDirectory(path), depth < 32 else { return [path] }
    var files: [String] = []
    for name in try Files.list(path) where !name.hasPrefix("_") && !name.hasPrefix(".") {
      let inner = Files.path(name, relativeTo: path)
      if Files.isDirectory(inner) {
        files += try Self.files(at: inner, depth: depth + 1)
      } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
        files.append(inner)
      }
    }
    return files
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
