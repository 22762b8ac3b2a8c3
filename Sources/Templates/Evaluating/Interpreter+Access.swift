// Attributes, items and slices: what `.name`, `[key]` and `[a:b]` find.

internal import OrderedCollections

extension Interpreter {
  /// `object.name`: a method or attribute first, then a key.
  func attribute(of object: Value, _ name: String) throws -> Value {
    try defined(object)
    if hasMethod(object, name) { return .callable(.method(object, name)) }
    switch object {
    case .dictionary(let dictionary):
      if let value = dictionary.members[.string(name)] { return value }
    case .namespace(let namespace):
      if let value = namespace.members[name] { return value }
    case .loop(let loop):
      if let value = loop.attribute(name) { return value }
    case .callable(.macro(let macro, _)):
      switch name {
      case "name": return .string(macro.name)
      case "arguments": return try .tuple(macro.parameters.map { .string($0.name) })
      default: break
      }
    default: break
    }
    return .undefined(Self.missing(object, name))
  }

  /// `object[key]`: an item first, then a method or attribute.
  func item(of object: Value, _ key: Value) throws -> Value {
    try defined(object)
    try checked(key)
    if object.string != nil { try passOver(object) }
    try passOver(key)
    switch object {
    case .dictionary(let dictionary):
      if key.isHashable, let value = dictionary.members[key] { return value }
    case .list(let elements), .tuple(let elements):
      if let index = key.integer {
        guard let place = Self.place(index, count: elements.values.count) else { return .undefined(Self.missing(object, element: key)) }
        return elements.values[place]
      }
    case .markup(let text): return try marked(try item(of: .string(text), key))
    case .string(let text):
      if let index = key.integer {
        let scalars = text.unicodeScalars
        guard let place = Self.place(index, count: scalars.count) else { return .undefined(Self.missing(object, element: key)) }
        return .string(String(scalars[scalars.index(scalars.startIndex, offsetBy: place)]))
      }
    default: break
    }
    if let name = key.string {
      if case .dictionary = object, !hasMethod(object, name) { return .undefined(Self.missing(object, name)) }
      return try attribute(of: object, name)
    }
    return .undefined(Self.missing(object, element: key))
  }

  /// Jinja's sentence about an attribute that is not there.
  private static func missing(_ object: Value, _ name: String) -> String { "'\(typeName(object))' has no attribute '\(name)'" }
  /// Jinja's sentence about an element that is not there.
  private static func missing(_ object: Value, element key: Value) -> String { "\(typeName(object)) has no element \(key.representation)" }
  private static func typeName(_ object: Value) -> String { object.isNone ? "None" : "\(object.typeName) object" }

  private static func place(_ index: Int, count: Int) -> Int? {
    let place = index < 0 ? index &+ count : index
    return (0..<count).contains(place) ? place : nil
  }

  /// `object[start:end:step]` of texts, lists and tuples.
  func slice(of object: Value, _ start: Value, _ end: Value, _ step: Value) throws -> Value {
    if object.isMarked { return try marked(try slice(of: object.unmarked, start, end, step)) }
    try defined(object)
    try passOver(object)
    func bound(_ value: Value) throws -> Int? {
      if value.isNone { return nil }
      guard let integer = try defined(value).integer else {
        throw Fault.type("slice indices must be integers or None or have an __index__ method")
      }
      return integer
    }
    let count: Int
    switch object {
    case .string(let text): count = PythonText.length(text)
    case .list(let elements), .tuple(let elements): count = elements.values.count
    case .undefined: return object
    default: throw Fault.type("'\(object.typeName)' object is not subscriptable")
    }
    let indices = try Self.indices(start: bound(start), end: bound(end), step: bound(step) ?? 1, count: count)
    try allocate(indices.count &* 16)
    switch object {
    case .string(let text):
      let scalars = Array(text.unicodeScalars)
      return .string(PythonText.text(of: indices.map { scalars[$0] }))
    case .list(let elements): return try .list(indices.map { elements.values[$0] })
    case .tuple(let elements): return try .tuple(indices.map { elements.values[$0] })
    default: return object
    }
  }

  /// The places that a slice takes (CPython's `PySlice_AdjustIndices`).
  private static func indices(start: Int?, end: Int?, step: Int, count: Int) throws -> [Int] {
    if step == 0 { throw Fault.value("slice step cannot be zero") }
    func clamped(_ index: Int?, _ fallback: Int) -> Int {
      guard let index else { return fallback }
      let place = index < 0 ? index &+ count : index
      return step > 0 ? min(max(place, 0), count) : min(max(place, -1), count - 1)
    }
    var place = clamped(start, step > 0 ? 0 : count - 1)
    let last = clamped(end, step > 0 ? count : -1)
    var places: [Int] = []
    while step > 0 ? place < last : place > last {
      places.append(place)
      let (next, overflows) = place.addingReportingOverflow(step)
      if overflows { break }
      place = next
    }
    return places
  }
}
