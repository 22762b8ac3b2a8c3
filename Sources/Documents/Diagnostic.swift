// What an error must be able to say, and what it means for the exit status.

/// An error that carries facts; its `description` is one sentence: what, where, found, expected, what to do.
public protocol Diagnostic: Error, Sendable, CustomStringConvertible {
  /// The error below this one, if it was caused by another.
  var cause: (any Error)? { get }
  /// What the error means for the run.
  var severity: DiagnosticSeverity { get }
}

/// What an error means for the exit status of the command.
public enum DiagnosticSeverity: Sendable, Equatable {
  /// Flag, policy, task, adapter or checkpoint that can't be used as asked: exit status 2.
  case configuration
  /// Evidence is missing or the two sides can't be compared: exit status 3.
  case undecided
  /// The run itself failed, I/O, memory, engine, interruption: exit status 4.
  case run
}

extension Diagnostic {
  public var cause: (any Error)? { nil }
  public var severity: DiagnosticSeverity { .configuration }
}

/// The sentence of an error followed by the sentences of its causes, a line each.
public func explanation(of error: any Error) -> String {
  var lines: [String] = []
  var current: (any Error)? = error
  while let error = current, lines.count < 16 {
    lines.append((lines.isEmpty ? "" : "  because ") + String(describing: error))
    current = (error as? any Diagnostic)?.cause
  }
  return lines.joined(separator: "\n")
}

/// Text in double quotes for an error sentence: control characters made visible, at most 80 characters.
public func quoted(_ text: some StringProtocol) -> String { "\"" + visible(text, limit: 80, escapesQuotes: true) + "\"" }

/// Text for an error sentence without quotes, a path or another program's words: control characters made visible.
///
/// - Parameter limit: how many Unicode scalars are shown; a cut is marked with `…`.
public func visible(_ text: some StringProtocol, limit: Int = 1024) -> String { visible(text, limit: limit, escapesQuotes: false) }

private func visible(_ text: some StringProtocol, limit: Int, escapesQuotes: Bool) -> String {
  var result = ""
  var count = 0
  for scalar in text.unicodeScalars {
    if count == limit {
      result += "…"
      break
    }
    switch scalar {
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case "\"" where escapesQuotes: result += "\\\""
    default:
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    count += 1
  }
  return result
}

/// The known name that is nearest to a misspelt one, if any is near: at most a third of its letters differ.
public func nearestName(to name: String, among known: some Sequence<String>) -> String? {
  var best: (name: String, distance: Int)?
  for candidate in known {
    let distance = editDistance(Array(name.lowercased().unicodeScalars), Array(candidate.lowercased().unicodeScalars))
    let length = max(name.count, candidate.count)
    // At least one letter must be common: any letter is one edit from any other.
    if distance <= max(1, length / 3), distance < length, distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.name
}

/// Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions and swaps of neighbours.
func editDistance(_ a: [UnicodeScalar], _ b: [UnicodeScalar]) -> Int {
  if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [i] + Array(repeating: 0, count: b.count)
    for j in 1...b.count {
      row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], beforeLast[j - 2] + 1) }
    }
    beforeLast = last
    last = row
  }
  return last[b.count]
}
