// Statements: what they write and which names they make.

internal import OrderedCollections

extension Interpreter {
  func execute(_ statement: Statement) throws -> Flow {
    try step()
    position = statement.position
    switch statement.kind {
    case .text(let text): try write(text)
    case .output(let expression): try write(try text(of: try evaluate(expression)))
    case .conditional(let branches, let otherwise):
      for branch in branches where try isTrue(try evaluate(branch.condition)) { return try nested { try execute(branch.body) } }
      return try nested { try execute(otherwise) }
    case .loop(let loop): try nested { try run(loop, over: try evaluate(loop.elements), depth: 0) }
    case .assignment(let target, let expression): try assign(target, try evaluate(expression))
    case .capture(let target, let filters, let body):
      let text = try capturing { _ = try nested { try inScope { try execute(body) } } }
      try assign(target, try filters.map { try evaluate($0, piped: .string(text)) } ?? .string(text))
    case .macro(let macro): assign(macro.name, .callable(.macro(macro, scope: scopeReference)))
    case .call(let call): try run(call)
    case .filtered(let filters, let body):
      let text = try capturing { _ = try nested { try inScope { try execute(body) } } }
      try write(try self.text(of: try evaluate(filters, piped: .string(text))))
    case .with(let assignments, let body):
      var values: [(Target, Value)] = []
      for (target, expression) in assignments { values.append((target, try evaluate(expression))) }
      return try nested {
        try inScope {
          for (target, value) in values { try assign(target, value) }
          return try execute(body)
        }
      }
    case .generation(let body): try writeGenerated(body)
    case .breakLoop: return .breakLoop
    case .continueLoop: return .continueLoop
    }
    return .next
  }

  /// Runs a loop's body for each element, or its `else` where there is none.
  func run(_ loop: LoopDefinition, over value: Value, depth: Int) throws {
    var values = try elements(of: value)
    if let condition = loop.condition {
      values = try inScope {
        try values.filter { value in
          try step()
          clearScope()
          try assign(loop.target, value)
          return try isTrue(try evaluate(condition))
        }
      }
    }
    if values.isEmpty {
      _ = try inScope { try execute(loop.otherwise) }
      return
    }
    let state = LoopState(values: values, depth: depth, definition: loop)
    try inScope {
      for index in values.indices {
        try step()
        clearScope()
        state.index0 = index
        assign("loop", .loop(state))
        try assign(loop.target, values[index])
        if try execute(loop.body) == .breakLoop { break }
      }
    }
  }

  private func run(_ call: CallDefinition) throws {
    guard case .call(let callee, let arguments) = call.call.kind else { return }
    let function = try evaluate(callee)
    var values = try evaluate(arguments)
    values.named.append(("caller", .callable(.caller(call, scope: scopeReference))))
    position = call.call.position
    try write(try text(of: try nested { try self.call(function, values) }))
  }
}

/// `loop` inside of a `for`.
final class LoopState {
  let values: [Value]
  let depth: Int
  let definition: LoopDefinition
  var index0 = 0
  var lastChecked: [Value]?

  init(values: [Value], depth: Int, definition: LoopDefinition) {
    self.values = values
    self.depth = depth
    self.definition = definition
  }

  func attribute(_ name: String) -> Value? {
    switch name {
    case "index": .integer(index0 + 1)
    case "index0": .integer(index0)
    case "revindex": .integer(values.count - index0)
    case "revindex0": .integer(values.count - index0 - 1)
    case "first": .boolean(index0 == 0)
    case "last": .boolean(index0 == values.count - 1)
    case "length": .integer(values.count)
    case "depth": .integer(depth + 1)
    case "depth0": .integer(depth)
    case "previtem": index0 > 0 ? values[index0 - 1] : .undefined("there is no previous item")
    case "nextitem": index0 + 1 < values.count ? values[index0 + 1] : .undefined("there is no next item")
    case "cycle", "changed": .callable(.method(.loop(self), name))
    default: nil
    }
  }
}
