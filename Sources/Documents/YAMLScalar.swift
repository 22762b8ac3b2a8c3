// The value of a plain YAML scalar, by the implicit resolvers of PyYAML (YAML 1.1), which the harness uses.

enum YAMLScalar {
  static func resolve(_ text: String) -> JSONValue {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return .bool(true)
    case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return .bool(false)
    case ".nan", ".NaN", ".NAN": return .number(.nan)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
    case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
    default: return integer(text).map(JSONValue.integer) ?? float(text).map(JSONValue.number) ?? .string(text)
    }
  }

  /// `0b101`, `0x1F`, octal `017`, decimal `1_000`; sexagesimal numbers are left as text.
  private static func integer(_ text: String) -> Int? {
    var digits = Substring(text)
    var isNegative = false
    if let sign = digits.first, sign == "-" || sign == "+" {
      isNegative = sign == "-"
      digits.removeFirst()
    }
    guard let first = digits.first, first.isASCII, first.isNumber else { return nil }
    var radix = 10
    if digits.hasPrefix("0b") {
      radix = 2
      digits.removeFirst(2)
    } else if digits.hasPrefix("0x") {
      radix = 16
      digits.removeFirst(2)
    } else if first == "0" && digits.count > 1 {
      radix = 8
      digits.removeFirst()
    }
    let plain = digits.filter { $0 != "_" }
    guard !plain.isEmpty, plain.allSatisfy({ $0.isASCII && $0.isHexDigit }), let value = Int(plain, radix: radix) else { return nil }
    return isNegative ? -value : value
  }

  /// A decimal with a point, and an exponent only if it is signed: PyYAML reads `1e3` as text and `1.0e+3` as a number.
  private static func float(_ text: String) -> Double? {
    let pattern = #/[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)/#
    guard text.wholeMatch(of: pattern) != nil else { return nil }
    return Double(text.filter { $0 != "_" })
  }
}
