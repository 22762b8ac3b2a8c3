// Equality and order of values as Python has them: `1 == 1.0 == True`, texts by code point, lists element by element.

internal import OrderedCollections

extension Value: Hashable {
  static func == (a: Value, b: Value) -> Bool {
    switch (a, b) {
    case (.undefined, .undefined), (.none, .none): true
    case (.string(let a), .string(let b)): PythonText.same(a, b)
    case (.markup, .string), (.string, .markup), (.markup, .markup): a.unmarked == b.unmarked
    case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)): a.values == b.values
    case (.dictionary(let a), .dictionary(let b)):
      a.members.count == b.members.count && a.members.allSatisfy { key, value in b.members[key].map { $0 == value } ?? false }
    case (.namespace(let a), .namespace(let b)): a === b
    case (.loop(let a), .loop(let b)): a === b
    default:
      if let a = a.integer, let b = b.integer { a == b } else if let a = a.number, let b = b.number { a == b } else { false }
    }
  }

  func hash(into hasher: inout Hasher) {
    switch self {
    case .string(let text), .markup(let text): hasher.combine(text)
    case .tuple(let elements): hasher.combine(elements.values)
    default: if let number { hasher.combine(number) } else { hasher.combine(typeName) }
    }
  }

  /// `a < b`; values of different kinds have no order.
  static func precedes(_ a: Value, _ b: Value, operation: String = "<") throws(Fault) -> Bool {
    switch (a.unmarked, b.unmarked) {
    case (.string(let a), .string(let b)): return PythonText.precedes(a, b)
    case (.list(let x), .list(let y)), (.tuple(let x), .tuple(let y)):
      for (left, right) in zip(x.values, y.values) where left != right { return try precedes(left, right, operation: operation) }
      return x.values.count < y.values.count
    default:
      if let x = a.integer, let y = b.integer { return x < y }
      if let x = a.number, let y = b.number { return x < y }
      throw .type("'\(operation)' not supported between instances of '\(a.typeName)' and '\(b.typeName)'")
    }
  }

  /// Python's `sorted`: stable, by the keys' order.
  static func sorted<Element>(_ elements: [(key: Value, element: Element)], reverse: Bool = false) throws(Fault) -> [Element] {
    var fault: Fault?
    // Sorting a reversed list and reversing it again keeps equal elements in their order, as Python's `reverse=True` does.
    let input = reverse ? elements.reversed() : elements
    let result = input.sorted { a, b in
      guard fault == nil else { return false }
      do throws(Fault) {
        return try precedes(a.key, b.key)
      } catch {
        fault = error
        return false
      }
    }
    if let fault { throw fault }
    return (reverse ? result.reversed() : result).map(\.element)
  }
}
