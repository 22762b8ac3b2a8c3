// Filters that work on lists and dictionaries.

internal import Documents
internal import OrderedCollections

extension Interpreter {
  func applyCollection(_ filter: Filter, to value: Value, _ arguments: FilterArguments) throws -> Value {
    switch filter {
    case .length, .count: return .integer(try length(of: value))
    case .first: return try elements(of: value).first ?? .undefined("No first item, sequence was empty.")
    case .last: return try elements(of: value).last ?? .undefined("No last item, sequence was empty.")
    case .list: return try .list(try elements(of: value))
    case .reverse:
      if case .string(let text) = value { return .string(PythonText.text(of: text.unicodeScalars.reversed())) }
      return try .iterator(try elements(of: value).reversed())
    case .join:
      let attribute = arguments[1]
      let texts = try elements(of: value).map { element in
        try text(of: try attribute.map { try self.attribute(path: $0, of: element) } ?? element)
      }
      return .string(try joined(texts, separator: try arguments.text(0, "")))
    case .items:
      if try checked(value).isUndefined { return try .iterator([]) }
      guard case .dictionary(let dictionary) = value else { throw Fault.type("Can only get item pairs from a mapping.") }
      return try .iterator(try dictionary.members.map { try .tuple([$0.key, $0.value]) })
    case .attr:
      // Python's `getattr` alone: a key of a dictionary is no attribute.
      guard let name = arguments[0]?.string else { throw Fault.type("the filter 'attr' needs the name of an attribute") }
      if case .dictionary = value, !hasMethod(value, name) { return .undefined("'dict object' has no attribute '\(name)'") }
      return try attribute(of: value, name)
    case .sort, .dictsort, .unique, .groupby: return try applyOrder(filter, to: value, arguments)
    case .batch: return try batches(value, arguments)
    case .slice: return try slices(value, arguments)
    default:
      let text = try jsonText(value, arguments)
      return environment.jsonText == .plain ? .string(text) : .markup(text)
    }
  }

  func length(of value: Value) throws -> Int {
    switch try checked(value) {
    case .string(let text), .markup(let text): return PythonText.length(text)
    case .list(let elements), .tuple(let elements): return elements.values.count
    case .dictionary(let dictionary): return dictionary.members.count
    case .undefined: return 0
    case .loop(let loop): return loop.values.count
    default: throw Fault.type("object of type '\(value.typeName)' has no len()")
    }
  }

  /// `a.b.0` as Jinja's filters look attributes up.
  func attribute(path: Value, of element: Value) throws -> Value {
    if let index = path.integer { return try item(of: element, .integer(index)) }
    guard case .string(let text) = path else { throw Fault.type("the attribute must be a text or a number") }
    var value = element
    for part in text.split(separator: ".", omittingEmptySubsequences: false) {
      value = try item(of: value, Int(part).map { .integer($0) } ?? .string(String(part)))
    }
    return value
  }

  /// What an element is ordered by: an attribute, or several with commas between them; texts in lower case unless case counts.
  func sortKey(_ element: Value, attribute: Value?, isCaseSensitive: Bool) throws -> Value {
    func folded(_ value: Value) -> Value {
      if case .string(let text) = value, !isCaseSensitive { .string(PythonText.lower(text)) } else { value }
    }
    guard let attribute, !attribute.isNone else { return folded(try defined(element)) }
    if case .string(let text) = attribute, text.contains(",") {
      return try .tuple(text.split(separator: ",").map { folded(try defined(try self.attribute(path: .string(String($0)), of: element))) })
    }
    return folded(try defined(try self.attribute(path: attribute, of: element)))
  }

  private func applyOrder(_ filter: Filter, to value: Value, _ arguments: FilterArguments) throws -> Value {
    switch filter {
    case .sort:
      let isCaseSensitive = try arguments.flag(1, false)
      let keyed = try elements(of: value).map { element in
        try step()
        return (key: try sortKey(element, attribute: arguments[2], isCaseSensitive: isCaseSensitive), element: element)
      }
      return try .list(try Value.sorted(keyed, reverse: try arguments.flag(0, false)))
    case .dictsort:
      guard case .dictionary(let dictionary) = try checked(value) else { throw Fault.type("the filter 'dictsort' needs a dictionary") }
      let isCaseSensitive = try arguments.flag(0, false)
      let by = try arguments.text(1, "key")
      guard by == "key" || by == "value" else { throw Fault.value("You can only sort by either \"key\" or \"value\"") }
      let keyed = try dictionary.members.map { key, value in
        (
          key: try sortKey(by == "key" ? key : value, attribute: nil, isCaseSensitive: isCaseSensitive),
          element: try Value.tuple([key, value])
        )
      }
      return try .list(try Value.sorted(keyed, reverse: try arguments.flag(2, false)))
    case .unique:
      let isCaseSensitive = try arguments.flag(0, false)
      var seen: Set<Value> = []
      let kept = try elements(of: value).filter { element in
        try step()
        let key = try sortKey(element, attribute: arguments[1], isCaseSensitive: isCaseSensitive)
        if !key.isHashable { throw Fault.type("unhashable type: '\(key.typeName)'") }
        return seen.insert(key).inserted
      }
      return try .iterator(kept)
    default:
      guard let attribute = arguments[0] else { throw Fault.type("the filter 'groupby' needs an attribute") }
      let isCaseSensitive = try arguments.flag(2, false)
      let keyed = try elements(of: value).map { element in
        let found = try self.attribute(path: attribute, of: element)
        let key = found.isUndefined ? arguments[1] ?? found : found
        return (key: try sortKey(key, attribute: nil, isCaseSensitive: isCaseSensitive), element: (key, element))
      }
      var groups: [(key: Value, folded: Value, elements: [Value])] = []
      for (key, element) in try Value.sorted(keyed) {
        let folded = try sortKey(key, attribute: nil, isCaseSensitive: isCaseSensitive)
        if groups.last?.folded == folded {
          groups[groups.count - 1].elements.append(element)
        } else {
          groups.append((key, folded, [element]))
        }
      }
      return try .list(try groups.map { try .tuple([$0.key, try .list($0.elements)]) })
    }
  }

  private func batches(_ value: Value, _ arguments: FilterArguments) throws -> Value {
    let size = try arguments.integer(0, 0)
    guard size > 0 else { throw Fault.value("the filter 'batch' needs a number above 0") }
    let values = try elements(of: value)
    var batches: [Value] = []
    var start = 0
    while start < values.count {
      var batch = Array(values[start..<min(start + size, values.count)])
      if let fill = arguments[1], !fill.isNone, batch.count < size {
        try allocate((size - batch.count) &* 16)
        batch += Array(repeating: fill, count: size - batch.count)
      }
      batches.append(try .list(batch))
      start += min(size, values.count - start)
    }
    return try .iterator(batches)
  }

  private func slices(_ value: Value, _ arguments: FilterArguments) throws -> Value {
    let count = try arguments.integer(0, 0)
    guard count > 0 else { throw Fault.value("the filter 'slice' needs a number above 0") }
    try allocate(count &* 32)
    let values = try elements(of: value)
    let size = values.count / count
    let longer = values.count % count
    var slices: [Value] = []
    var start = 0
    for index in 0..<count {
      let end = start + size + (index < longer ? 1 : 0)
      var slice = Array(values[start..<end])
      if let fill = arguments[1], !fill.isNone, index >= longer, longer > 0 { slice.append(fill) }
      slices.append(try .list(slice))
      start = end
    }
    return try .iterator(slices)
  }

  private func jsonText(_ value: Value, _ arguments: FilterArguments) throws -> String {
    let isPlain = environment.jsonText == .plain
    var json = JSONText()
    json.escapesHTML = !isPlain
    json.escapesNonASCII = try arguments.flag(1, !isPlain)
    json.sortsKeys = try arguments.flag(3, !isPlain)
    if let indent = arguments[0], !indent.isNone {
      let width = try arguments.integer(0, 0)
      guard (0...16).contains(width) else { throw Fault.value("the indent of 'tojson' must be 0 to 16") }
      json.indent = width
    }
    if let separators = arguments[2], !separators.isNone {
      let parts = try elements(of: separators)
      guard parts.count == 2 else { throw Fault.value("the separators of 'tojson' must be two texts") }
      json.itemSeparator = parts[0].text
      json.keySeparator = parts[1].text
    }
    let text = json.text(of: try defined(value).json())
    try allocate(text.utf8.count)
    return text
  }

  /// `map`, `select`, `reject` and their forms with an attribute.
  func applyEach(_ filter: Filter, to value: Value, _ arguments: CallArguments) throws -> Value {
    // What is false, such as none, has no elements here, as in Jinja.
    let values = try isTrue(value) ? elements(of: value) : []
    var rest = arguments
    if filter == .map {
      if let attribute = arguments.named.first(where: { $0.name == "attribute" })?.value {
        let fallback = arguments.named.first { $0.name == "default" }?.value
        return try .iterator(
          try values.map { element in
            try step()
            let found = try self.attribute(path: attribute, of: element)
            return found.isUndefined ? fallback ?? found : found
          })
      }
      guard case .string(let name)? = rest.positional.first else { throw Fault.type("map requires a filter argument") }
      guard let inner = Filter(name: name, environment) else {
        throw Fault(.unknownFilter(name, nearest: nearestName(to: name, among: Filter.allCases.map(\.rawValue))))
      }
      rest.positional.removeFirst()
      return try nested {
        try .iterator(
          try values.map { element in
            try step()
            return try apply(inner, to: element, rest)
          })
      }
    }
    var attribute: Value?
    if filter == .selectattr || filter == .rejectattr {
      guard !rest.positional.isEmpty else { throw Fault.type("Missing parameter for attribute name") }
      attribute = rest.positional.removeFirst()
    }
    var test: TestName?
    if let name = rest.positional.first {
      guard case .string(let text) = name, let found = TestName(name: text) else { throw Fault(.unknownTest(name.text, nearest: nil)) }
      test = found
      rest.positional.removeFirst()
    }
    let keeps = filter == .select || filter == .selectattr
    return try .iterator(
      try values.filter { element in
        try step()
        let subject = try attribute.map { try self.attribute(path: $0, of: element) } ?? element
        return try (test.map { try self.test($0, subject, rest) } ?? isTrue(subject)) == keeps
      })
  }
}
