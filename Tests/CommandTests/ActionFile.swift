// action.yml as the runner reads it, and its steps run with a real shell and the runner's files.

import Documents
import Foundation

struct ActionFile {
  struct Input {
    var name: String
    var description: String
    var isRequired: Bool
    var initial: String
  }

  struct Step {
    var name: String
    var id: String?
    var condition: String?
    var shell: String?
    var command: String?
    var uses: String?
    var environment: [(name: String, value: String)]
    var settings: [(name: String, value: String)]
    var mayFail: Bool
  }

  var text: String
  var inputs: [Input]
  var outputs: [(name: String, value: String)]
  var steps: [Step]

  static func load(_ name: String = "action.yml") throws -> ActionFile {
    let path = Program.repository + "/" + name
    let text = try Files.readText(path)
    let root = try YAMLNode.parse(text, file: path)
    func pairs(_ node: YAMLNode?) -> [(name: String, value: String)] {
      (node?.mapping ?? []).map { ($0.key.text ?? "", $0.value.text ?? "") }
    }
    return ActionFile(
      text: text,
      inputs: (root["inputs"]?.mapping ?? []).map {
        Input(
          name: $0.key.text ?? "", description: $0.value["description"]?.text ?? "", isRequired: $0.value["required"]?.text == "true",
          initial: $0.value["default"]?.text ?? "")
      },
      outputs: (root["outputs"]?.mapping ?? []).map { ($0.key.text ?? "", $0.value["value"]?.text ?? "") },
      steps: (root["runs"]?["steps"]?.sequence ?? []).map {
        Step(
          name: $0["name"]?.text ?? "", id: $0["id"]?.text, condition: $0["if"]?.text, shell: $0["shell"]?.text, command: $0["run"]?.text,
          uses: $0["uses"]?.text, environment: pairs($0["env"]), settings: pairs($0["with"]), mayFail: $0["continue-on-error"]?.text == "true")
      })
  }
}

/// What a job gives the action.
struct ActionJob {
  var inputs: [String: String]
  var workspace: String
  var eventName = "push"
  var event = "{}"
  var api = "http://127.0.0.1:9"
  var token = "ghs_0123456789abcdef"
}

/// What became of a job.
struct ActionOutcome {
  /// Of the step that ended the job, 0 if none did.
  var status: Int32 = 0
  var outputs: [String: String] = [:]
  /// Both streams of all steps, as the runner reads them.
  var log = ""
  var summary = ""
  /// Other people's actions that would have run, with their filled-in settings.
  var used: [(action: String, settings: [String: String])] = []
}

extension ActionFile {
  /// Runs the steps in order, as a runner does: a step that fails ends the job; other people's actions are noted and not run.
  func run(_ job: ActionJob) throws -> ActionOutcome {
    let folder = try TemporaryFolder()
    try Files.makeDirectory(folder.path("temp"))
    var values: [String: String] = [
      "github.token": job.token, "github.server_url": "https://github.example", "github.repository": "acme/assistant", "github.run_id": "77",
    ]
    for input in inputs {
      values["inputs.\(input.name)"] = try job.inputs[input.name] ?? ActionExpression.fill(input.initial) { values[$0] }
    }
    for step in steps {
      guard let id = step.id else { continue }
      // An output that a step did not give is empty; one that nobody could give stays an error.
      for name in text.matches(of: try Regex("steps\\.\(id)\\.outputs\\.([a-z-]+)", as: (Substring, Substring).self)) {
        values[String(name.output.0)] = ""
      }
    }
    var outcome = ActionOutcome()
    for (place, step) in steps.enumerated() {
      if let condition = step.condition, !ActionExpression.isTrue(try ActionExpression.evaluate(condition) { values[$0] }) { continue }
      guard let command = step.command else {
        let settings = try step.settings.map { ($0.name, try ActionExpression.fill($0.value) { values[$0] }) }
        outcome.used.append((step.uses ?? "", Dictionary(settings) { $1 }))
        continue
      }
      let (status, log) = try shell(command, step: step, place: place, job: job, values: values, folder: folder)
      outcome.log += log
      for (name, value) in try Self.outputs(folder.path("output-\(place)")) { values["steps.\(step.id ?? "").outputs.\(name)"] = value }
      if Files.exists(folder.path("summary-\(place)")) { outcome.summary += try Files.readText(folder.path("summary-\(place)")) }
      if status != 0, !step.mayFail {
        outcome.status = status
        break
      }
    }
    for output in outputs { outcome.outputs[output.name] = try ActionExpression.fill(output.value) { values[$0] } }
    return outcome
  }

  private func shell(
    _ command: String, step: Step, place: Int, job: ActionJob, values: [String: String], folder: TemporaryFolder
  ) throws -> (Int32, String) {
    for file in ["output", "summary", "environment"] { try folder.write("", to: "\(file)-\(place)") }
    var environment = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "TMPDIR", "LANG"].contains($0.key) }
    environment.merge([
      "GITHUB_ACTION_PATH": Program.repository, "GITHUB_WORKSPACE": job.workspace, "RUNNER_TEMP": folder.path("temp"),
      "GITHUB_OUTPUT": folder.path("output-\(place)"), "GITHUB_STEP_SUMMARY": folder.path("summary-\(place)"),
      "GITHUB_ENV": folder.path("environment-\(place)"), "GITHUB_EVENT_NAME": job.eventName,
      "GITHUB_EVENT_PATH": try folder.write(job.event, to: "event.json"), "GITHUB_API_URL": job.api,
      "GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": "acme/assistant", "GITHUB_RUN_ID": "77", "GITHUB_ACTIONS": "true",
      "CI": "true", "no_proxy": "127.0.0.1",
    ]) { $1 }
    for (name, value) in step.environment { environment[name] = try ActionExpression.fill(value) { values[$0] } }
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["--noprofile", "--norc", "-eo", "pipefail", try folder.write(command, to: "step-\(place).sh")]
    process.currentDirectoryURL = URL(filePath: job.workspace)
    process.environment = environment
    try folder.write("", to: "log-\(place)")
    let log = FileHandle(forWritingAtPath: folder.path("log-\(place)"))
    _ = try log?.seekToEnd()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = log
    process.standardError = log
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try Files.readText(folder.path("log-\(place)")))
  }

  /// The runner's format: `name<<delimiter`, lines, the delimiter.
  private static func outputs(_ path: String) throws -> [(String, String)] {
    var lines = try Files.readText(path).split(separator: "\n", omittingEmptySubsequences: false)[...]
    var found: [(String, String)] = []
    while let line = lines.popFirst(), !line.isEmpty {
      guard let mark = line.range(of: "<<") else { throw ActionExpressionError(text: String(line)) }
      let delimiter = line[mark.upperBound...]
      var value: [Substring] = []
      while let next = lines.popFirst(), next != delimiter { value.append(next) }
      found.append((String(line[..<mark.lowerBound]), value.joined(separator: "\n")))
    }
    return found
  }
}
