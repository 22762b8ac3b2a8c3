// The tree of a template: statements that write, expressions that have a value.

/// An expression and where it stands.
struct Expression: Sendable {
  indirect enum Kind: Sendable {
    case none
    case boolean(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    case name(String)
    case list([Expression])
    case tuple([Expression])
    case dictionary([(key: Expression, value: Expression)])
    case attribute(Expression, String)
    case index(Expression, Expression)
    case slice(Expression, start: Expression?, end: Expression?, step: Expression?)
    case call(Expression, Arguments)
    case filter(Filter, Expression?, Arguments)
    case test(TestName, Expression, Arguments)
    /// An unknown filter or test in a branch of an `if`: an error only once the branch is taken, as in Jinja.
    case fault(TemplateError.Problem)
    case not(Expression)
    case negative(Expression)
    case positive(Expression)
    case binary(BinaryOperator, Expression, Expression)
    case concatenation([Expression])
    case comparison(Expression, [(ComparisonOperator, Expression)])
    case and(Expression, Expression)
    case or(Expression, Expression)
    case conditional(condition: Expression, then: Expression, otherwise: Expression?)
  }

  var kind: Kind
  /// Offset in the template's Unicode scalars.
  var position: Int
  /// How deep the tree is below here.
  var depth: Int
}

enum BinaryOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case floorDivide = "//"
  case modulo = "%"
  case power = "**"
}

enum ComparisonOperator: String, Sendable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case contained = "in"
  case notContained = "not in"
}

/// The arguments of a call, as written.
struct Arguments: Sendable {
  var positional: [Expression] = []
  var named: [(name: String, value: Expression)] = []
  /// `*list` and `**dictionary`.
  var spread: Expression?
  var namedSpread: Expression?

  var depth: Int {
    max(
      positional.map(\.depth).max() ?? 0, named.map(\.value.depth).max() ?? 0, spread?.depth ?? 0, namedSpread?.depth ?? 0)
  }
}

/// What is assigned to.
indirect enum Target: Sendable {
  case name(String)
  case attribute(of: String, String)
  case tuple([Target])
}

struct Statement: Sendable {
  indirect enum Kind: Sendable {
    case text(String)
    case output(Expression)
    case conditional([(condition: Expression, body: [Statement])], otherwise: [Statement])
    case loop(LoopDefinition)
    case assignment(Target, Expression)
    case capture(Target, filters: Expression?, body: [Statement])
    case macro(MacroDefinition)
    case call(CallDefinition)
    case filtered(Expression, body: [Statement])
    case with([(Target, Expression)], body: [Statement])
    /// What the assistant is trained on.
    case generation([Statement])
    case breakLoop
    case continueLoop
  }

  var kind: Kind
  var position: Int
}

final class LoopDefinition: Sendable {
  let target: Target
  let elements: Expression
  let condition: Expression?
  let body: [Statement]
  let otherwise: [Statement]
  let isRecursive: Bool

  init(target: Target, elements: Expression, condition: Expression?, body: [Statement], otherwise: [Statement], isRecursive: Bool) {
    self.target = target
    self.elements = elements
    self.condition = condition
    self.body = body
    self.otherwise = otherwise
    self.isRecursive = isRecursive
  }
}

final class MacroDefinition: Sendable {
  let name: String
  let parameters: [(name: String, fallback: Expression?)]
  let body: [Statement]

  init(name: String, parameters: [(name: String, fallback: Expression?)], body: [Statement]) {
    self.name = name
    self.parameters = parameters
    self.body = body
  }
}

final class CallDefinition: Sendable {
  let parameters: [(name: String, fallback: Expression?)]
  let call: Expression
  let body: [Statement]

  init(parameters: [(name: String, fallback: Expression?)], call: Expression, body: [Statement]) {
    self.parameters = parameters
    self.call = call
    self.body = body
  }
}
