// What the program says: results on standard output, everything else on standard error.

internal import Documents
internal import Foundation
internal import Reports

enum Console {
  /// Writes a result for people; text from models and files in it can't act as a command of a CI runner.
  static func output(_ text: String) { write(withoutCommands(text) + "\n", to: FileHandle.standardOutput) }

  /// Writes a text of the program's own, such as help or a script for a shell, as it is.
  static func output(plain text: String) { write(text.hasSuffix("\n") ? text : text + "\n", to: FileHandle.standardOutput) }

  /// Writes a result for machines. A CI runner would act on `##[` anywhere; `#` stands only inside strings, where an escape is the same value.
  static func output(_ value: JSONValue, layout: JSONValue.Layout = .compact) {
    write(value.serialized(layout).replacingOccurrences(of: "##", with: "#\\u0023") + "\n", to: FileHandle.standardOutput)
  }

  /// Writes an error; `isPlain` leaves out the leading word where the text brings its own.
  static func error(_ text: String, isPlain: Bool = false) {
    write(withoutCommands((isPlain ? "" : "flipgate: ") + text) + "\n", to: FileHandle.standardError)
  }

  /// Writes to standard error as it is: progress.
  static func status(_ text: String) { write(text, to: FileHandle.standardError) }

  /// A closed pipe (`| head`) is no failure of the run.
  private static func write(_ text: String, to handle: FileHandle) { try? handle.write(contentsOf: Data(text.utf8)) }

  static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) != 0 }
  static var statusIsTerminal: Bool { isatty(STDERR_FILENO) != 0 }

  /// The terminal's columns: `COLUMNS` where it is set, 100 where there is no terminal.
  static var width: Int {
    if let columns = ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init), columns > 0 { return columns }
    var size = winsize()
    if unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return 100
  }
}
