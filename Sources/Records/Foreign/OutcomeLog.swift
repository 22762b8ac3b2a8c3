// What a file of outcomes must be able to do to be compared, and the catalogue of all kinds of them.

/// A log of outcomes: our own record or that of another tool.
///
/// A new one is a file in this folder, a case of ``LogFormat`` and a line in ``LogFormat/readers``.
protocol OutcomeLog: Sendable {
  static var format: LogFormat { get }
  /// What a file of this kind looks like, for the error that none was found.
  static var appearance: String { get }
  static var repeats: RepeatMeaning { get }
  /// Whether a file's contents are of this kind; its name is not looked at.
  static func matches(_ probe: LogProbe) -> Bool

  var path: String { get }
  init(path: String) throws

  /// Calls `body` with the outcomes, in the log's order, in bounded memory.
  ///
  /// - Parameter places: only the outcomes of these places; nil for all.
  /// - Returns: what the log says beside them.
  @discardableResult
  func forEachOutcome(at places: Set<Int>?, _ body: (LoggedOutcome) throws -> Void) throws -> LogFrame
}

extension OutcomeLog {
  func forEachOutcome(_ body: (LoggedOutcome) throws -> Void) throws -> LogFrame { try forEachOutcome(at: nil, body) }
}

/// What a log says beside its outcomes.
struct LogFrame {
  /// Its tasks are those that the log knows something of; what the outcomes tell is added to them.
  var header: RecordHeader
  var isComplete = true
  var notes: [String] = []
}

/// The kinds of logs.
public enum LogFormat: String, Sendable, Hashable, CaseIterable {
  case flipgate
  case lmEval = "lm-eval"
  case inspect
  case promptfoo
  case nemo
  case helm
  case openAIEvals = "openai-evals"

  static let readers: [any OutcomeLog.Type] = [
    FlipgateLog.self, LMEvalLog.self, InspectLog.self, PromptfooLog.self, NeMoLog.self, HELMLog.self, OpenAIEvalsLog.self,
  ]

  /// What a file or folder is, told from its contents.
  ///
  /// - Throws: ``FileError``; ``LogError`` where it is none of them or may be several.
  public static func detect(_ path: String) throws -> LogFormat {
    let found = try matching(path)
    if found.count > 1 { throw LogError(path: path, problem: .ambiguous(found)) }
    guard let format = found.first else { throw LogError(path: path, problem: .unknown) }
    return format
  }

  /// Whether a path is a log that can be compared without a model.
  public static func isLog(_ path: String) -> Bool {
    // What can't be read is no log; whoever opens it says why.
    (try? !matching(path).isEmpty) ?? false
  }

  private static func matching(_ path: String) throws -> [LogFormat] {
    let probe = try LogProbe(path)
    return readers.filter { $0.matches(probe) }.map { $0.format }
  }

  func open(_ path: String) throws -> any OutcomeLog {
    guard let reader = Self.readers.first(where: { $0.format == self }) else { throw LogError(path: path, problem: .unknown) }
    return try reader.init(path: path)
  }
}
