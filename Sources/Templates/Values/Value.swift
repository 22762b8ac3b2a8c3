// What a template computes with: Python's values, as far as templates can make them.

internal import Documents
internal import OrderedCollections

/// A value while a template is rendered.
enum Value {
  /// A name or attribute that is not there, with Jinja's sentence about it.
  case undefined(String)
  case none
  case boolean(Bool)
  case integer(Int)
  case float(Double)
  case string(String)
  /// A text that is marked as safe for HTML.
  case markup(String)
  case list(Elements)
  case tuple(Elements)
  /// What Python's generators are (`map`, `select`): true, without length or index.
  case iterator(Elements)
  case dictionary(Dictionary)
  case namespace(Namespace)
  case loop(LoopState)
  case callable(Callable)

  /// Values in a row; how deep they nest and how much they hold is kept, so that no template can nest or share them without bound.
  struct Elements {
    let values: [Value]
    let extent: Extent

    init(_ values: [Value]) throws(Fault) {
      self.values = values
      extent = try Extent(over: values)
    }
  }

  struct Dictionary {
    let members: OrderedDictionary<Value, Value>
    let extent: Extent

    init(_ members: OrderedDictionary<Value, Value>) throws(Fault) {
      self.members = members
      extent = try Extent(over: members.values)
    }
  }

  /// How deep a value nests, and how many bytes it would take written out in full.
  struct Extent {
    static let depthLimit = 100
    static let bytesLimit = 256 << 20
    var depth = 0
    var bytes = 16

    init(bytes: Int) { self.bytes = bytes }

    init(over values: some Sequence<Value>) throws(Fault) {
      for value in values {
        guard let extent = value.extent else {
          throw Fault(.unsupported("a namespace, loop or function inside a list, dictionary or namespace"))
        }
        depth = max(depth, extent.depth)
        bytes += extent.bytes
        if bytes > Self.bytesLimit { throw Fault(.limit("a list or dictionary holds more than \(Self.bytesLimit) bytes")) }
      }
      if depth >= Self.depthLimit { throw Fault(.limit("lists and dictionaries nest more than \(Self.depthLimit) deep")) }
      depth += 1
    }
  }

  /// `namespace()`: the one thing a template can change.
  final class Namespace {
    var members: OrderedDictionary<String, Value> = [:]
  }

  /// The extent of a value that can stand in a list; nil for the others.
  var extent: Extent? {
    switch self {
    case .list(let elements), .tuple(let elements), .iterator(let elements): elements.extent
    case .dictionary(let dictionary): dictionary.extent
    case .namespace, .loop, .callable: nil
    case .string(let text), .markup(let text): Extent(bytes: 16 + text.utf8.count)
    default: Extent(bytes: 16)
    }
  }

  static func list(_ values: [Value]) throws(Fault) -> Value { .list(try Elements(values)) }
  static func tuple(_ values: [Value]) throws(Fault) -> Value { .tuple(try Elements(values)) }
  static func iterator(_ values: [Value]) throws(Fault) -> Value { .iterator(try Elements(values)) }

  static func dictionary(_ pairs: [(Value, Value)]) throws(Fault) -> Value {
    for (key, _) in pairs where !key.isHashable { throw .type("unhashable type: '\(key.typeName)'") }
    return .dictionary(try Dictionary(OrderedDictionary(pairs, uniquingKeysWith: { _, last in last })))
  }

  /// The sentence of an inline `if` that is false and has no `else`: it prints as nothing even where undefined names are errors.
  static let noBranch = "the inline if-expression evaluated to false and no else section was defined."

  /// The text, marked or not.
  var string: String? {
    switch self {
    case .string(let text), .markup(let text): text
    default: nil
    }
  }

  /// The value without a mark.
  var unmarked: Value { if case .markup(let text) = self { .string(text) } else { self } }
  var isMarked: Bool { if case .markup = self { true } else { false } }
  var isUndefined: Bool { if case .undefined = self { true } else { false } }
  var isNone: Bool { if case .none = self { true } else { false } }

  /// The value as an integer where Python takes one: integers and booleans.
  var integer: Int? {
    switch self {
    case .integer(let value): value
    case .boolean(let value): value ? 1 : 0
    default: nil
    }
  }

  /// The value as a double where Python computes with one.
  var number: Double? {
    if case .float(let value) = self { value } else { integer.map(Double.init) }
  }

  /// Python's name of the type, for error sentences.
  var typeName: String {
    switch self {
    case .undefined: "Undefined"
    case .none: "NoneType"
    case .boolean: "bool"
    case .integer: "int"
    case .float: "float"
    case .string: "str"
    case .markup: "Markup"
    case .list: "list"
    case .tuple: "tuple"
    case .iterator: "generator"
    case .dictionary: "dict"
    case .namespace: "Namespace"
    case .loop: "LoopContext"
    case .callable: "function"
    }
  }

  var isHashable: Bool {
    switch self {
    case .list, .dictionary, .iterator, .undefined: false
    case .tuple(let elements): elements.values.allSatisfy(\.isHashable)
    default: true
    }
  }

  /// Python's truth; undefined is for the caller to judge.
  var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .boolean(let value): value
    case .integer(let value): value != 0
    case .float(let value): value != 0
    case .string(let text), .markup(let text): !text.isEmpty
    case .list(let elements), .tuple(let elements): !elements.values.isEmpty
    case .dictionary(let dictionary): !dictionary.members.isEmpty
    case .iterator, .namespace, .loop, .callable: true
    }
  }
}

/// Something a template can call.
enum Callable {
  /// A macro, and the scope it was made in.
  case macro(MacroDefinition, scope: ScopeReference)
  /// The body of a `call` block, as `caller`.
  case caller(CallDefinition, scope: ScopeReference)
  indirect case method(Value, String)
  case global(String)
}

/// A scope by place and number, so that one that is gone is noticed.
struct ScopeReference {
  var index: Int
  var number: Int
}
