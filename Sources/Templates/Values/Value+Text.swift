// Values as Python prints them: `str` and `repr`.

internal import OrderedCollections

extension Value {
  /// `str(value)`.
  var text: String {
    if let string { return string }
    return representation
  }

  /// `repr(value)`.
  var representation: String {
    switch self {
    case .undefined: return "Undefined"
    case .none: return "None"
    case .boolean(let value): return value ? "True" : "False"
    case .integer(let value): return String(value)
    case .float(let value): return DecimalText.representation(value)
    case .string(let text): return PythonLiteral.representation(text)
    case .markup(let text): return "Markup(\(PythonLiteral.representation(text)))"
    case .list(let elements), .iterator(let elements): return "[" + elements.values.map(\.representation).joined(separator: ", ") + "]"
    case .tuple(let elements):
      let inside = elements.values.map(\.representation).joined(separator: ", ")
      return elements.values.count == 1 ? "(\(inside),)" : "(\(inside))"
    case .dictionary(let dictionary):
      return "{" + dictionary.members.map { "\($0.key.representation): \($0.value.representation)" }.joined(separator: ", ") + "}"
    case .namespace: return "<Namespace>"
    case .loop(let loop): return "<LoopContext \(loop.index0 + 1)/\(loop.values.count)>"
    case .callable: return "<function>"
    }
  }
}
