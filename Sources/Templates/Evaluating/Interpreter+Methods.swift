// Methods of texts, dictionaries, lists and loops: those of Python that change nothing.

internal import OrderedCollections

extension Interpreter {
  private static let textMethods: Set<String> = [
    "capitalize", "center", "count", "encode", "endswith", "expandtabs", "find", "format", "index", "isalnum", "isalpha", "isdecimal",
    "isdigit", "islower", "isnumeric", "isspace", "istitle", "isupper", "join", "ljust", "lower", "lstrip", "partition", "removeprefix",
    "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip",
    "swapcase", "title", "upper", "zfill",
  ]
  private static let dictionaryMethods: Set<String> = [
    "clear", "copy", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values",
  ]
  private static let listMethods: Set<String> = [
    "append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse", "sort",
  ]

  func hasMethod(_ value: Value, _ name: String) -> Bool {
    switch value {
    case .string, .markup: Self.textMethods.contains(name)
    case .dictionary: Self.dictionaryMethods.contains(name)
    case .list: Self.listMethods.contains(name)
    case .tuple: name == "count" || name == "index"
    case .loop: name == "cycle" || name == "changed"
    default: false
    }
  }

  func callMethod(_ receiver: Value, _ name: String, _ arguments: CallArguments) throws -> Value {
    try step()
    try passOver(receiver)
    for argument in arguments.positional { try passOver(argument) }
    switch receiver {
    case .markup(let text): return try markupMethod(text, name, arguments)
    case .string(let text):
      let result = try TextMethods(interpreter: self, text: text, name: name, arguments: arguments.unmarked).call()
      if case .string(let made) = result { try allocate(made.utf8.count) }
      return result
    case .dictionary(let dictionary): return try callMethod(dictionary, name, arguments)
    case .list(let elements), .tuple(let elements): return try callMethod(elements, name, arguments)
    case .loop(let loop):
      if name == "cycle" {
        guard !arguments.positional.isEmpty else { throw Fault.type("no items for cycling given") }
        return arguments.positional[loop.index0 % arguments.positional.count]
      }
      defer { loop.lastChecked = arguments.positional }
      return .boolean(loop.lastChecked != arguments.positional)
    default: throw Fault.type("'\(receiver.typeName)' object has no method '\(name)'")
    }
  }

  private func callMethod(_ dictionary: Value.Dictionary, _ name: String, _ arguments: CallArguments) throws -> Value {
    switch name {
    case "get":
      let values = try arguments.bound(to: ["key", "default"], of: "get()")
      guard let key = values[0] else { throw Fault.type("get expected at least 1 argument, got 0") }
      if !(try checked(key)).isHashable { throw Fault.type("unhashable type: '\(key.typeName)'") }
      return dictionary.members[key] ?? values[1] ?? .none
    case "keys", "values":
      try allocate(dictionary.members.count * 16)
      return try .list(name == "keys" ? Array(dictionary.members.keys) : Array(dictionary.members.values))
    case "items":
      try allocate(dictionary.members.count * 48)
      return try .list(try dictionary.members.map { try .tuple([$0.key, $0.value]) })
    case "copy": return .dictionary(dictionary)
    default: throw Fault(.unsupported("the method '\(name)', which changes a dictionary,"))
    }
  }

  private func callMethod(_ elements: Value.Elements, _ name: String, _ arguments: CallArguments) throws -> Value {
    switch name {
    case "count":
      let wanted = try arguments.bound(to: ["value"], of: "count()")[0] ?? .none
      return .integer(elements.values.count { $0 == wanted })
    case "index":
      let wanted = try arguments.bound(to: ["value"], of: "index()")[0] ?? .none
      guard let index = elements.values.firstIndex(of: wanted) else { throw Fault.value("\(wanted.representation) is not in list") }
      return .integer(index)
    case "copy": return .list(elements)
    default: throw Fault(.unsupported("the method '\(name)', which changes a list,"))
    }
  }
}

/// One call of a method of Python's `str`.
struct TextMethods {
  let interpreter: Interpreter
  let text: String
  let name: String
  let arguments: CallArguments

  func call() throws -> Value {
    switch name {
    case "lower": return .string(PythonText.lower(text))
    case "upper": return .string(PythonText.upper(text))
    case "title": return .string(PythonText.title(text))
    case "capitalize": return .string(PythonText.capitalize(text))
    case "swapcase": return .string(PythonText.swapCase(text))
    case "strip", "lstrip", "rstrip":
      return .string(PythonText.strip(text, characters: try optionalText(["chars"])[0], start: name != "rstrip", end: name != "lstrip"))
    case "startswith", "endswith": return .boolean(try hasAffix())
    case "removeprefix":
      let prefix = try requiredText(0)
      return .string(isPrefix(prefix) ? String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self) : text)
    case "removesuffix":
      let suffix = try requiredText(0)
      return .string(isSuffix(suffix) ? String(decoding: text.utf8.dropLast(suffix.utf8.count), as: UTF8.self) : text)
    case "split", "rsplit", "splitlines", "partition", "rpartition": return try cut()
    case "replace":
      let count = arguments.positional.count > 2 ? try integer(2) : -1
      return .string(try interpreter.replaced(text, try requiredText(0), with: try requiredText(1), count: count))
    case "join":
      let parts = try interpreter.elements(of: try interpreter.defined(required(0))).enumerated().map { index, part in
        guard let text = part.string else {
          throw Fault.type("sequence item \(index): expected str instance, \(part.typeName) found")
        }
        return text
      }
      return .string(try interpreter.joined(parts, separator: text))
    case "find", "rfind": return .integer(PythonText.find(text, try requiredText(0), last: name == "rfind"))
    case "index", "rindex":
      let place = PythonText.find(text, try requiredText(0), last: name == "rindex")
      if place < 0 { throw Fault.value("substring not found") }
      return .integer(place)
    case "count": return .integer(PythonText.count(text, try requiredText(0)))
    case "format": return .string(try PythonFormat.format(text, arguments, interpreter))
    case "center", "ljust", "rjust", "zfill": return .string(try padded())
    default: return try predicate()
    }
  }

  private func required(_ index: Int) throws -> Value {
    guard index < arguments.positional.count else { throw Fault.type("\(name)() takes at least \(index + 1) argument(s)") }
    return arguments.positional[index]
  }

  private func requiredText(_ index: Int) throws -> String {
    let value = try interpreter.defined(required(index))
    guard case .string(let text) = value else { throw Fault.type("\(name)() argument \(index + 1) must be str, not \(value.typeName)") }
    return text
  }

  private func integer(_ index: Int) throws -> Int {
    let value = try interpreter.defined(required(index))
    guard let integer = value.integer else { throw Fault.type("'\(value.typeName)' object cannot be interpreted as an integer") }
    return integer
  }

  private func optionalText(_ parameters: [String]) throws -> [String?] {
    try arguments.bound(to: parameters, of: "\(name)()").map { value in
      guard let value, !value.isNone else { return nil }
      guard case .string(let text) = try interpreter.defined(value) else {
        throw Fault.type("\(name)() arg must be None or str, not \(value.typeName)")
      }
      return text
    }
  }

  private func isPrefix(_ part: String) -> Bool { text.utf8.starts(with: part.utf8) }
  private func isSuffix(_ part: String) -> Bool { text.utf8.reversed().starts(with: part.utf8.reversed()) }

  private func hasAffix() throws -> Bool {
    func matches(_ value: Value) throws -> Bool {
      guard let part = try interpreter.defined(value).string else {
        throw Fault.type("\(name) first arg must be str or a tuple of str, not \(value.typeName)")
      }
      return name == "startswith" ? isPrefix(part) : isSuffix(part)
    }
    if case .tuple(let parts) = try required(0) { return try parts.values.contains(where: matches) }
    return try matches(required(0))
  }

  private func cut() throws -> Value {
    if name == "splitlines" {
      let keepsEnds = try arguments.bound(to: ["keepends"], of: "splitlines()")[0].map { try interpreter.isTrue($0) } ?? false
      return try list(PythonText.lines(text, keepsEnds: keepsEnds))
    }
    if name == "partition" || name == "rpartition" {
      let separator = try requiredText(0)
      if separator.isEmpty { throw Fault.value("empty separator") }
      let pieces = PythonText.split(text, separator: separator, limit: 1, fromRight: name == "rpartition")
      let whole = name == "partition" ? [text, "", ""] : ["", "", text]
      return try .tuple((pieces.count == 2 ? [pieces[0], separator, pieces[1]] : whole).map { .string($0) })
    }
    let values = try arguments.bound(to: ["sep", "maxsplit"], of: "\(name)()")
    let limit = try values[1].map { value -> Int in
      guard let limit = try interpreter.defined(value).integer else { throw Fault.type("maxsplit must be an integer") }
      return limit
    }
    guard let separator = values[0], !separator.isNone else {
      return try list(PythonText.words(text, limit: limit ?? -1, fromRight: name == "rsplit"))
    }
    guard case .string(let part) = try interpreter.defined(separator) else {
      throw Fault.type("must be str or None, not \(separator.typeName)")
    }
    if part.isEmpty { throw Fault.value("empty separator") }
    return try list(PythonText.split(text, separator: part, limit: limit ?? -1, fromRight: name == "rsplit"))
  }

  private func list(_ texts: [String]) throws -> Value {
    try interpreter.allocate(texts.count * 16 + text.utf8.count)
    return try .list(texts.map { .string($0) })
  }

  private func padded() throws -> String {
    let width = try integer(0)
    try interpreter.allocate(max(0, width) &* 4)
    if name == "zfill" {
      let sign = text.unicodeScalars.first.flatMap { $0 == "-" || $0 == "+" ? String($0) : nil } ?? ""
      let digits = String(text.unicodeScalars.dropFirst(sign.unicodeScalars.count))
      return sign + PythonText.padded(digits, width: width - sign.utf8.count, fill: "0", alignment: ">")
    }
    let fill = arguments.positional.count > 1 ? try requiredText(1) : " "
    guard fill.unicodeScalars.count == 1 else { throw Fault.type("The fill character must be exactly one character long") }
    return PythonText.padded(text, width: width, fill: fill, alignment: name == "ljust" ? "<" : name == "rjust" ? ">" : "^")
  }

  private func predicate() throws -> Value {
    let scalars = text.unicodeScalars
    func all(_ test: (UnicodeScalar) -> Bool) -> Value { .boolean(!scalars.isEmpty && scalars.allSatisfy(test)) }
    let cased = scalars.filter { $0.properties.isUppercase || $0.properties.isLowercase }
    switch name {
    case "isdigit": return .boolean(PythonText.isDigits(text))
    case "isdecimal": return all { $0.properties.numericType == .decimal }
    case "isnumeric": return all { $0.properties.numericType != nil }
    case "isspace": return all(PythonText.isSpace)
    case "isalpha": return all { PythonText.isWordCharacter($0) && $0 != "_" && $0.properties.numericType == nil }
    case "isalnum": return all { PythonText.isWordCharacter($0) && $0 != "_" }
    case "islower": return .boolean(!cased.isEmpty && cased.allSatisfy(\.properties.isLowercase))
    case "isupper": return .boolean(!cased.isEmpty && cased.allSatisfy(\.properties.isUppercase))
    case "istitle": return .boolean(!cased.isEmpty && PythonText.same(PythonText.title(text), text))
    default: throw Fault(.unsupported("the method '\(name)' of texts"))
    }
  }
}
