// The command line: one file a subcommand, exit statuses in one place.

public import ArgumentParser
internal import Documents
internal import Foundation
internal import Gate
internal import Policies

/// `flipgate`.
public struct FlipgateCommand: AsyncParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "flipgate",
    abstract: "A regression gate for language-model updates.",
    discussion: """
      Asks a baseline and a candidate the same questions, finds every item that was right before and is wrong now, and holds the \
      changes against the budgets of a policy.

      Exit status: 0 passed, 1 a budget is broken, 2 usage or configuration, 3 undecided, 4 the run itself failed.
      """,
    version: FlipgateVersion.program,
    subcommands: [
      RunCommand.self, EvaluateCommand.self, AdaptCommand.self, CompareCommand.self, CheckCommand.self, ReportCommand.self, DeliverCommand.self,
      MergeCommand.self,
      ValidateCommand.self, PolicyCommand.self, PlanCommand.self, InspectCommand.self, TokenizeCommand.self, ProbeCommand.self,
      ManualCommand.self,
    ])

  public init() {}

  /// Parses the arguments, runs the subcommand and ends the process with its exit status.
  public static func runToExit() async -> Never {
    Interruption.listen()
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
      Foundation.exit(ExitStatus.passed.rawValue)
    } catch let status as CommandExit {
      Foundation.exit(status.status.rawValue)
    } catch let error as any Diagnostic {
      Console.error(explanation(of: error))
      Foundation.exit(ExitStatus(of: error).rawValue)
    } catch {
      // The parser's own: help and version are successes, everything else is usage.
      let code = exitCode(for: error)
      let text = fullMessage(for: error)
      if code == ExitCode.success {
        Console.output(plain: text)
        Foundation.exit(ExitStatus.passed.rawValue)
      }
      Console.error(text, isPlain: true)
      Foundation.exit(ExitStatus.configuration.rawValue)
    }
  }
}

/// Ends a command with a status, everything having been said.
struct CommandExit: Error {
  var status: ExitStatus
}

extension ExitStatus {
  /// What an error that ends a command means for the process.
  init(of error: any Error) { self = (error as? any Diagnostic).map { ExitStatus($0.severity) } ?? .configuration }
}
