// Values from JSON and to JSON: what a template is given, what `tojson` and functions see.

internal import Documents
internal import OrderedCollections

extension Value {
  init(_ json: JSONValue) throws(Fault) {
    switch json {
    case .null: self = .none
    case .bool(let value): self = .boolean(value)
    case .integer(let value): self = .integer(value)
    case .number(let value): self = .float(value)
    case .string(let text): self = .string(text)
    case .array(let elements):
      var values: [Value] = []
      values.reserveCapacity(elements.count)
      for element in elements { values.append(try Value(element)) }
      self = try .list(values)
    case .object(let members):
      var values: OrderedDictionary<Value, Value> = [:]
      for (key, member) in members { values[.string(key)] = try Value(member) }
      self = .dictionary(try Dictionary(values))
    }
  }

  /// The value as JSON; keys become text as Python's `json` makes them.
  func json() throws(Fault) -> JSONValue {
    switch self {
    case .undefined(let sentence): throw Fault(.undefined(sentence))
    case .iterator, .namespace, .loop, .callable: throw .type("Object of type \(typeName) is not JSON serializable")
    case .none: return .null
    case .boolean(let value): return .bool(value)
    case .integer(let value): return .integer(value)
    case .float(let value): return .number(value)
    case .string(let text), .markup(let text): return .string(text)
    case .list(let elements), .tuple(let elements):
      var values: [JSONValue] = []
      for element in elements.values { values.append(try element.json()) }
      return .array(values)
    case .dictionary(let dictionary):
      var members: OrderedDictionary<String, JSONValue> = [:]
      for (key, value) in dictionary.members { members[try key.jsonKey()] = try value.json() }
      return .object(members)
    }
  }

  private func jsonKey() throws(Fault) -> String {
    switch self {
    case .string(let text), .markup(let text): return text
    case .none: return "null"
    case .boolean(let value): return value ? "true" : "false"
    case .integer, .float: return text
    default: throw .type("keys must be str, int, float, bool or None, not \(typeName)")
    }
  }
}

/// Python's `json.dumps`.
struct JSONText {
  var indent: Int?
  var sortsKeys = false
  var escapesNonASCII = false
  /// `<`, `>`, `&` and `'` as escapes, as Jinja's `tojson` makes them.
  var escapesHTML = false
  var itemSeparator: String?
  var keySeparator: String?

  func text(of value: JSONValue) -> String {
    var text = ""
    write(value, to: &text, level: 0)
    return text
  }

  private func write(_ value: JSONValue, to text: inout String, level: Int) {
    switch value {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value):
      text += value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : DecimalText.representation(value)
    case .string(let string): write(string, to: &text)
    case .array(let elements):
      write("[", "]", count: elements.count, to: &text, level: level) { index, text in write(elements[index], to: &text, level: level + 1) }
    case .object(let members):
      let keys = sortsKeys ? members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } : Array(members.keys)
      write("{", "}", count: keys.count, to: &text, level: level) { index, text in
        write(keys[index], to: &text)
        text += keySeparator ?? ": "
        write(members[keys[index], default: .null], to: &text, level: level + 1)
      }
    }
  }

  private func write(
    _ open: String, _ close: String, count: Int, to text: inout String, level: Int, _ element: (Int, inout String) -> Void
  ) {
    text += open
    for index in 0..<count {
      if index > 0 { text += itemSeparator ?? (indent == nil ? ", " : ",") }
      if let indent { text += "\n" + String(repeating: " ", count: indent * (level + 1)) }
      element(index, &text)
    }
    if let indent, count > 0 { text += "\n" + String(repeating: " ", count: indent * level) }
    text += close
  }

  private func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{08}": text += "\\b"
      case "\u{0C}": text += "\\f"
      case "<", ">", "&", "'": if escapesHTML { text += Self.escape(UInt16(scalar.value)) } else { text.unicodeScalars.append(scalar) }
      case "\u{00}"..<"\u{20}": text += Self.escape(UInt16(scalar.value))
      default:
        if scalar.value >= 0x7F && escapesNonASCII && scalar != "\u{7F}" {
          for unit in UTF16.encode(scalar) ?? .init() { text += Self.escape(unit) }
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    text += "\""
  }

  private static func escape(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
