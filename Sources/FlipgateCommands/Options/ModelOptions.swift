// A MODEL argument: a path, or a name that is looked up in the local Hugging Face cache and, if asked for, fetched.

internal import ArgumentParser
internal import Foundation
internal import Gate
internal import ModelHub
internal import Transfers

/// How models are found.
struct ModelOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Fetch a model that is named org/name[@revision].",
      discussion: """
        From the hub of HF_ENDPOINT into the local Hugging Face cache, with the token of HF_TOKEN. A branch is asked for anew each \
        time. Without this flag nothing is fetched.
        """))
  var download = false

  /// The help of every MODEL argument.
  static let argument = ArgumentHelp(
    "A Hugging Face checkpoint folder, a .gguf file, or a name: org/name[@revision][:file.gguf].", valueName: "model")

  /// Finds models by path, in the cache of the process's environment, and with `--download` on the hub.
  func hub(_ messages: OutputOptions) -> ModelHub {
    let environment = ProcessInfo.processInfo.environment
    return ModelHub(
      settings: HubSettings(environment: environment, home: NSHomeDirectory()), downloads: download ? .process(environment, messages) : nil)
  }
}

extension ModelOptions {
  func locate(_ model: String, _ messages: OutputOptions) async throws -> ModelLocation { try await hub(messages).locate(model) }

  func path(of model: String, _ messages: OutputOptions) async throws -> String { try await locate(model, messages).path }
}

extension ModelHub.Downloads {
  /// Downloads of the process: its signals and clock, progress on standard error.
  static func process(_ environment: [String: String], _ messages: OutputOptions) -> ModelHub.Downloads {
    let retries = RetryPolicy(longestPause: 300, jitter: { Double.random(in: 0...1) }, sleep: Interruption.sleep)
    let display = DownloadDisplay(style: ProgressDisplay.style(isQuiet: messages.quiet, hasProgress: !messages.noProgress))
    return ModelHub.Downloads(client: .process(environment), retries: retries, report: { display.show($0) })
  }
}
