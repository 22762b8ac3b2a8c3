// GitHub Actions' channels of a step: annotations on standard output, its summary and its outputs in files that the runner names.

internal import Delivery
internal import Documents
internal import Foundation
internal import Policies
internal import Reports

struct GitHubChannels {
  /// Files that the runner made for this step; nil where there is no runner.
  var summary: String?
  var outputs: String?
  /// Ends values in the outputs file: nobody can know it beforehand.
  var delimiter: String

  static var process: GitHubChannels {
    let environment = ProcessInfo.processInfo.environment
    func path(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    return GitHubChannels(
      summary: path("GITHUB_STEP_SUMMARY"), outputs: path("GITHUB_OUTPUT"),
      delimiter: "flipgate-" + UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased())
  }

  /// Tells of a result; what can't be told is said in one line and changes nothing.
  func publish(_ result: GateResult, files: [(name: String, path: String)]) {
    tell { try StandardOutputSink().deliver(GitHubReport().render(result)) }
    // What earlier commands of the step wrote counts as well.
    append(to: summary, named: "GITHUB_STEP_SUMMARY") { taken in MarkdownReport(room: (1 << 20) - taken).render(result) }
    append(to: outputs, named: "GITHUB_OUTPUT") { _ in GitHubOutputs(delimiter: delimiter, files: files).render(result) }
  }

  /// Tells of a run that came to no result.
  func publish(failure explanation: String, status: ExitStatus) {
    tell { try StandardOutputSink().deliver(GitHubReport.render(failedRun: explanation)) }
    append(to: summary, named: "GITHUB_STEP_SUMMARY") { taken in
      MarkdownReport(room: (1 << 20) - taken).render(failedRun: explanation)
    }
    append(to: outputs, named: "GITHUB_OUTPUT") { _ in GitHubOutputs(delimiter: delimiter).render(failedRun: status) }
  }

  /// - Parameter bytes: what to append, given how many bytes the file holds.
  private func append(to path: String?, named variable: String, _ bytes: (Int) -> [UInt8]) {
    guard let path else {
      Console.error("--github: \(variable) is not set, as it is in a step of GitHub Actions; the verdict stands without it")
      return
    }
    tell {
      let taken = Files.size(path) ?? 0
      let file = try AppendFile(appendingTo: path)
      try file.append(bytes(taken))
    }
  }

  private func tell(_ deliver: () throws -> Void) {
    do { try deliver() } catch {
      Console.error("--github: \(explanation(of: error).replacingOccurrences(of: "\n", with: " ")); the verdict stands without it")
    }
  }
}
