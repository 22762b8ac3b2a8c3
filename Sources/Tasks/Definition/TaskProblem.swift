// What is wrong with a task file, and where in it.

public import Documents

/// One thing in a task file that can't be used as it is.
public struct TaskProblem: Diagnostic {
  public enum Problem: Sendable, Equatable {
    case unknownKey(String, inside: String?, nearest: String?)
    /// A key that would change the results and is not supported: the reason.
    case unsupported(key: String, reason: String)
    case wrongKind(key: String, found: String, expected: String)
    case unknownValue(key: String, found: String, known: [String])
    case missingKey(String, why: String)
    /// Python code, and the built-in task that does the same.
    case function(key: String, name: String, builtIn: String?)
    case template(key: String)
    case metric(String)
    case filter(String)
    case include(String)
    case includeCycle(String)
    case noTask
    case member(String)
  }

  public var location: SourceLocation
  public var problem: Problem
  public var cause: (any Error)?

  init(_ location: SourceLocation, _ problem: Problem, cause: (any Error)? = nil) {
    self.location = location
    self.problem = problem
    self.cause = cause
  }
}

extension TaskProblem {
  public var description: String { "\(location): \(problem.sentence)" }
}

extension TaskProblem.Problem {
  var sentence: String {
    switch self {
    case .unknownKey(let key, let parent, let nearest):
      "there is no key \(quoted(key))\(parent.map { " in \($0)" } ?? "")" + (nearest.map { "; did you mean \(quoted($0))?" } ?? "")
    case .unsupported(let key, let reason): "\(quoted(key)) is not supported: \(reason)"
    case .wrongKind(let key, let found, let expected): "\(quoted(key)) is \(found), expected \(expected)"
    case .unknownValue(let key, let found, let known):
      "\(quoted(key)) is \(quoted(found)), expected \(known.map { quoted($0) }.joined(separator: " or "))"
        + (nearestName(to: found, among: known).map { "; did you mean \(quoted($0))?" } ?? "")
    case .missingKey(let key, let why): "the key \(quoted(key)) is missing: \(why)"
    case .function(let key, let name, let builtIn):
      "\(quoted(key)) is the Python function \(quoted(name)), and Python code is never run"
        + (builtIn.map { "; the built-in task \(quoted($0)) does the same: use --tasks \($0) --data \($0)=FILE" }
          ?? "; prepare the data with it beforehand, and leave the key out")
    case .template(let key): "the template of \(quoted(key)) can't be compiled"
    case .filter(let name): "the filter pipeline \(quoted(name)) can't be used"
    case .metric(let name): "the metric \(quoted(name)) can't be used"
    case .include(let path): "the included file \(quoted(path)) can't be read"
    case .includeCycle(let path): "the file \(quoted(path)) includes itself"
    case .noTask: "the file has neither a key \"task\" nor a key \"group\""
    case .member(let sentence): sentence
    }
  }
}
