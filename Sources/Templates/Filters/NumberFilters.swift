// Filters that count and compare.

extension Interpreter {
  func applyNumber(_ filter: Filter, to value: Value, _ arguments: FilterArguments) throws -> Value {
    switch filter {
    case .abs:
      if let integer = try defined(value).integer { return integer < 0 ? try negated(.integer(integer)) : .integer(integer) }
      guard case .float(let number) = value else { throw Fault.type("bad operand type for abs(): '\(value.typeName)'") }
      return .float(number.magnitude)
    case .round: return try rounded(value, arguments)
    case .int: return try integer(value, arguments)
    case .float:
      if let number = try checked(value).number { return .float(number) }
      if case .string(let text) = value, let number = Self.number(text) { return .float(number) }
      return arguments[0] ?? .float(0)
    case .sum:
      var total = arguments[1] ?? .integer(0)
      for element in try elements(of: value) {
        total = try binary(.add, try defined(total), try defined(try arguments[0].map { try attribute(path: $0, of: element) } ?? element))
      }
      return total
    default:
      let isCaseSensitive = try arguments.flag(0, false)
      var best: (key: Value, element: Value)?
      for element in try elements(of: value) {
        let key = try sortKey(element, attribute: arguments[1], isCaseSensitive: isCaseSensitive)
        guard let current = best else {
          best = (key, element)
          continue
        }
        if try filter == .max ? Value.precedes(current.key, key) : Value.precedes(key, current.key) { best = (key, element) }
      }
      return best?.element ?? .undefined("No aggregated item, sequence was empty.")
    }
  }

  private func rounded(_ value: Value, _ arguments: FilterArguments) throws -> Value {
    let places = try arguments.integer(0, 0)
    let method = try arguments.text(1, "common")
    guard ["common", "ceil", "floor"].contains(method) else { throw Fault.value("method must be common, ceil or floor") }
    guard let number = try defined(value).number else { throw Fault.type("type \(value.typeName) doesn't define __round__ method") }
    if method == "common" {
      if let integer = value.integer, places >= 0 { return .integer(integer) }
      let result = DecimalText.rounding(number, places: places)
      return value.integer == nil ? .float(result) : .integer(Int(exactly: result) ?? 0)
    }
    var factor = 1.0
    for _ in 0..<min(places.magnitude, 400) { factor *= 10 }
    if places < 0 { factor = 1 / factor }
    return .float((number * factor).rounded(method == "ceil" ? .up : .down) / factor)
  }

  private func integer(_ value: Value, _ arguments: FilterArguments) throws -> Value {
    let fallback = arguments[0] ?? .integer(0)
    switch try checked(value) {
    case .integer, .boolean: return .integer(value.integer ?? 0)
    case .float(let number): return Int(exactly: number.rounded(.towardZero)).map { .integer($0) } ?? fallback
    case .string(let text):
      let base = try arguments.integer(1, 10)
      guard base == 0 || (2...36).contains(base) else { return fallback }
      var digits = PythonText.strip(text).filter { $0 != "_" }.lowercased()
      let isNegative = digits.hasPrefix("-")
      if isNegative || digits.hasPrefix("+") { digits.removeFirst() }
      for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where (base == radix || base == 0) && digits.hasPrefix(prefix) {
        return Int((isNegative ? "-" : "") + digits.dropFirst(2), radix: radix).map { .integer($0) } ?? fallback
      }
      if let first = digits.first, first != "-", first != "+",
        let number = Int((isNegative ? "-" : "") + digits, radix: base == 0 ? 10 : base)
      {
        return .integer(number)
      }
      return Self.number(text).flatMap { Int(exactly: $0.rounded(.towardZero)) }.map { .integer($0) } ?? fallback
    default: return fallback
    }
  }

  /// `float(text)`.
  private static func number(_ text: String) -> Double? {
    let plain = PythonText.strip(text).filter { $0 != "_" }.lowercased()
    guard !plain.contains("x"), !plain.contains("p"), !plain.isEmpty else { return nil }
    if ["nan", "+nan", "-nan"].contains(plain) { return .nan }
    return Double(plain)
  }
}
