// What is wrong with a template, or with what it was asked to do, and where in the template.

public import Documents

/// A template that can't be compiled or rendered; line and column are those of the template's own text, from 1.
public struct TemplateError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    /// The text is no template: what was found where something else was expected.
    case syntax(String)
    case unknownTag(String, nearest: String?)
    case unknownFilter(String, nearest: String?)
    case unknownTest(String, nearest: String?)
    /// Jinja knows it, this interpreter doesn't offer it.
    case unsupported(String)
    /// A name or attribute that is not there; the text is Jinja's (`'x' is undefined`).
    case undefined(String)
    /// An operation that does not go with its operands.
    case type(String)
    /// A value out of range: an index, a division by zero, an integer over 64 bits.
    case value(String)
    /// The template itself called `raise_exception`.
    case raised(String)
    case limit(String)
  }

  /// What the template is called: a file, a key of a task file, a chat template.
  public var template: String
  public var line: Int
  public var column: Int
  public var problem: Problem

  public init(template: String, line: Int, column: Int, problem: Problem) {
    self.template = template
    self.line = line
    self.column = column
    self.problem = problem
  }
}

extension TemplateError {
  public var description: String { "\(template), line \(line), column \(column): \(problem.sentence)" }
}

extension TemplateError.Problem {
  var sentence: String {
    switch self {
    case .syntax(let text): text
    case .unknownTag(let name, let nearest): "there is no tag \(quoted(name))\(Self.hint(nearest))"
    case .unknownFilter(let name, let nearest): "there is no filter \(quoted(name))\(Self.hint(nearest))"
    case .unknownTest(let name, let nearest): "there is no test \(quoted(name))\(Self.hint(nearest))"
    case .unsupported(let what): "\(what) is not supported in templates here"
    case .undefined(let text), .type(let text), .value(let text): text
    case .raised(let message): "the template raises an exception: \(message)"
    case .limit(let what): "\(what); the template was stopped"
    }
  }

  private static func hint(_ nearest: String?) -> String { nearest.map { "; did you mean \(quoted($0))?" } ?? "" }
}

/// A problem that does not know its place yet; the interpreter adds it.
struct Fault: Error {
  var problem: TemplateError.Problem
  init(_ problem: TemplateError.Problem) { self.problem = problem }
  static func type(_ text: String) -> Fault { Fault(.type(text)) }
  static func value(_ text: String) -> Fault { Fault(.value(text)) }
}
