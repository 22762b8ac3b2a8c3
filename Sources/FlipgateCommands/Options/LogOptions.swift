// What kind of log a side is that is no model.

internal import ArgumentParser
internal import Records

struct LogOptions: ParsableArguments {
  @Option(help: ArgumentHelp("What logs are: \(LogFormatArgument.list); auto tells it from the contents.", valueName: "format"))
  var format: LogFormatArgument = .auto

  /// Reads two records or logs side by side.
  func read(_ baseline: String, _ candidate: String) async throws -> (RecordedRun, RecordedRun) {
    async let old = Self.read(baseline, format.format)
    async let new = Self.read(candidate, format.format)
    return (try await old, try await new)
  }

  @concurrent private static func read(_ path: String, _ format: LogFormat?) async throws -> RecordedRun {
    try RecordedRun(path: path, format: format)
  }
}

/// A log format by its name, or `auto`.
struct LogFormatArgument: ExpressibleByArgument {
  static let auto = LogFormatArgument(format: nil)
  static let list = allValueStrings.joined(separator: ", ")

  /// nil to tell it from the contents.
  let format: LogFormat?

  private init(format: LogFormat?) { self.format = format }

  init?(argument: String) {
    if argument == "auto" {
      self = .auto
    } else if let format = LogFormat(rawValue: argument) {
      self.init(format: format)
    } else {
      return nil
    }
  }

  static var allValueStrings: [String] { ["auto"] + LogFormat.allCases.map(\.rawValue) }
  var defaultValueDescription: String { format?.rawValue ?? "auto" }
}
