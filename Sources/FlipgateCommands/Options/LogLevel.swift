// How much the log says.

internal import ArgumentParser
internal import Logging

enum LogLevel: String, ExpressibleByArgument, CaseIterable {
  case debug, info, notice, warning, error

  var logging: Logger.Level {
    switch self {
    case .debug: .debug
    case .info: .info
    case .notice: .notice
    case .warning: .warning
    case .error: .error
    }
  }
}

extension OutputOptions {
  /// A logger to standard error; `--quiet` leaves errors alone.
  var logger: Logger {
    var logger = Logger(label: "flipgate") { label in StreamLogHandler.standardError(label: label) }
    logger.logLevel = quiet ? .error : logLevel.logging
    return logger
  }
}
