// Calls: macros, `caller`, methods, and the functions that every template has.

internal import Documents
internal import OrderedCollections

/// The functions that every template has.
enum Globals {
  static let names: Set<String> = ["range", "dict", "namespace"]
  /// Those of chat templates alone.
  static let chatNames: Set<String> = ["raise_exception", "strftime_now"]
  /// As in Jinja's sandbox.
  static let rangeLimit = 100_000
}

extension Interpreter {
  func call(_ function: Value, _ arguments: CallArguments) throws -> Value {
    try step()
    switch try defined(function) {
    case .callable(.macro(let macro, let scope)): return try call(macro, scope, arguments)
    case .callable(.caller(let definition, let scope)):
      return try nested {
        try inScope(below: scope) {
          try bind(definition.parameters, arguments, of: "caller", takesMore: false)
          return .string(try capturing { _ = try execute(definition.body) })
        }
      }
    case .callable(.method(let receiver, let name)): return try callMethod(receiver, name, arguments)
    case .callable(.global(let name)): return try callGlobal(name, arguments)
    case .loop(let loop):
      guard loop.definition.isRecursive else { throw Fault.type("the loop must have the 'recursive' marker to be called recursively") }
      guard let elements = arguments.positional.first else { throw Fault.type("loop() needs what to go over") }
      return try nested { .string(try capturing { try run(loop.definition, over: elements, depth: loop.depth + 1) }) }
    default: throw Fault.type("'\(function.typeName)' object is not callable")
    }
  }

  private func call(_ macro: MacroDefinition, _ scope: ScopeReference, _ arguments: CallArguments) throws -> Value {
    try nested {
      try inScope(below: scope) {
        try bind(macro.parameters, arguments, of: "macro '\(macro.name)'", takesMore: true)
        return .string(try capturing { _ = try execute(macro.body) })
      }
    }
  }

  /// Makes the parameters' names in the open scope.
  private func bind(
    _ parameters: [(name: String, fallback: Expression?)], _ arguments: CallArguments, of function: String, takesMore: Bool
  ) throws {
    if arguments.positional.count > parameters.count, !takesMore {
      throw Fault.type("\(function) takes not more than \(parameters.count) argument(s)")
    }
    for (parameter, value) in zip(parameters, arguments.positional) { assign(parameter.name, value) }
    var more: [(Value, Value)] = []
    for (name, value) in arguments.named {
      guard let index = parameters.firstIndex(where: { $0.name == name }) else {
        if name == "caller" { assign(name, value) } else { more.append((.string(name), value)) }
        continue
      }
      if index < arguments.positional.count { throw Fault.type("\(function) got multiple values for argument '\(name)'") }
      assign(name, value)
    }
    for (index, parameter) in parameters.enumerated() where index >= arguments.positional.count {
      if arguments.named.contains(where: { $0.name == parameter.name }) { continue }
      assign(
        parameter.name,
        try parameter.fallback.map { try evaluate($0) } ?? .undefined("parameter '\(parameter.name)' was not provided"))
    }
    if takesMore {
      assign("varargs", try .tuple(Array(arguments.positional.dropFirst(parameters.count))))
      assign("kwargs", try .dictionary(more))
    }
  }

  private func callGlobal(_ name: String, _ arguments: CallArguments) throws -> Value {
    switch name {
    case "range": return try range(arguments)
    case "dict":
      var pairs: [(Value, Value)] = []
      if let first = arguments.positional.first {
        if case .dictionary(let dictionary) = first {
          pairs = dictionary.members.map { ($0.key, $0.value) }
        } else {
          for pair in try elements(of: first) {
            let parts = try elements(of: pair)
            guard parts.count == 2 else { throw Fault.value("dict() needs pairs of a key and a value") }
            pairs.append((parts[0], parts[1]))
          }
        }
      }
      pairs += arguments.named.map { (.string($0.name), $0.value) }
      try allocate(pairs.count * 32)
      return try .dictionary(pairs)
    case "namespace":
      let namespace = Value.Namespace()
      if let first = arguments.positional.first {
        guard case .dictionary(let dictionary) = first else { throw Fault.type("namespace() takes a dictionary") }
        for (key, value) in dictionary.members {
          try checkNamespaceName(key.text)
          namespace.members[key.text] = value
        }
      }
      for (name, value) in arguments.named {
        try checkNamespaceName(name)
        _ = try Value.Extent(over: [value])
        namespace.members[name] = value
      }
      try allocate(64)
      return .namespace(namespace)
    case "raise_exception": throw Fault(.raised(try arguments.positional.first.map { try text(of: $0) } ?? ""))
    case "strftime_now": return try formattedDate(arguments)
    default: throw Fault(.undefined("'\(name)' is undefined"))
    }
  }

  /// transformers keeps names with an underscore in front out of namespaces.
  func checkNamespaceName(_ name: String) throws {
    if environment.isChat, name.hasPrefix("_") {
      throw Fault(.unsupported("the name \(quoted(name)) in a namespace, which begins with an underscore,"))
    }
  }

  private func range(_ arguments: CallArguments) throws -> Value {
    let bounds = try arguments.positional.map { value in
      guard let bound = try defined(value).integer else {
        throw Fault.type("'\(value.typeName)' object cannot be interpreted as an integer")
      }
      return bound
    }
    guard (1...3).contains(bounds.count), arguments.named.isEmpty else {
      throw Fault.type("range expected 1 to 3 arguments, got \(bounds.count)")
    }
    let start = bounds.count > 1 ? bounds[0] : 0
    let end = bounds.count > 1 ? bounds[1] : bounds[0]
    let step = bounds.count > 2 ? bounds[2] : 1
    if step == 0 { throw Fault.value("range() arg 3 must not be zero") }
    var values: [Value] = []
    for number in stride(from: start, to: end, by: step) {
      if values.count == Globals.rangeLimit { throw Fault(.limit("range() has more than \(Globals.rangeLimit) elements")) }
      values.append(.integer(number))
    }
    try allocate(values.count * 16)
    return try .list(values)
  }
}
