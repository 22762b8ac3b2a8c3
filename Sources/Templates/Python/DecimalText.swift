// Doubles as decimal text: Python's `repr`, and exact rounding to a number of digits (`%.2f`, `round`).

/// Decimal text of a double.
public enum DecimalText {
  /// `repr(float)`: the shortest digits that read back, with an exponent below 1e-4 and from 1e16 on.
  public static func representation(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if value == 0 { return value.sign == .minus ? "-0.0" : "0.0" }
    let (digits, point) = shortestDigits(value.magnitude)
    let sign = value < 0 ? "-" : ""
    if point > 16 || point < -3 { return sign + scientific(digits, exponent: point - 1) }
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
    if point >= digits.count { return sign + digits + String(repeating: "0", count: point - digits.count) + ".0" }
    return sign + digits.prefix(point) + "." + digits.dropFirst(point)
  }

  /// `d.ddde+XX`, with at least two digits of exponent.
  static func scientific(_ digits: String, exponent: Int) -> String {
    let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
    let size = String(exponent.magnitude)
    return digits.prefix(1) + fraction + "e" + (exponent < 0 ? "-" : "+") + (size.count < 2 ? "0" + size : size)
  }

  /// The shortest digits and where the point stands behind the first of them: 0.0125 is ("125", -1).
  private static func shortestDigits(_ value: Double) -> (String, Int) {
    let text = "\(value)"
    let parts = text.split(separator: "e")
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = mantissa[0]
    let fraction = mantissa.count > 1 && mantissa[1] != "0" ? mantissa[1] : ""
    let all = whole + fraction
    let leading = all.prefix { $0 == "0" }.count
    var digits = all.dropFirst(leading)
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    return (String(digits), whole.count - leading + exponent)
  }

  /// The exact decimal digits of a finite magnitude and how many of them stand behind the point.
  static func exactDigits(_ value: Double) -> (digits: [UInt8], fraction: Int) {
    if value == 0 { return ([0], 0) }
    var significand = value.magnitude.significandBitPattern
    var exponent: Int
    if value.isNormal {
      significand |= 1 << 52
      exponent = Int(value.exponentBitPattern) - 1075
    } else {
      exponent = -1074
    }
    while exponent < 0, significand & 1 == 0 {
      significand >>= 1
      exponent += 1
    }
    var limbs: [UInt64] = [
      significand % 1_000_000_000, significand / 1_000_000_000 % 1_000_000_000, significand / 1_000_000_000_000_000_000,
    ]
    func multiply(by factor: UInt64) {
      var carry: UInt64 = 0
      for index in limbs.indices {
        let product = limbs[index] * factor + carry
        limbs[index] = product % 1_000_000_000
        carry = product / 1_000_000_000
      }
      if carry > 0 { limbs.append(carry) }
    }
    for _ in 0..<abs(exponent) { multiply(by: exponent < 0 ? 5 : 2) }
    var digits: [UInt8] = []
    for limb in limbs {
      var rest = limb
      for _ in 0..<9 {
        digits.append(UInt8(rest % 10))
        rest /= 10
      }
    }
    let fraction = max(0, -exponent)
    while digits.count > fraction + 1, digits.last == 0 { digits.removeLast() }
    return (digits.reversed(), fraction)
  }

  /// Digits cut to `count`, rounded half to even on the exact value; one digit longer if the rounding carries over.
  static func rounded(_ digits: [UInt8], to count: Int) -> [UInt8] {
    guard count < digits.count else { return digits + Array(repeating: 0, count: count - digits.count) }
    guard count >= 0 else { return [] }
    var kept = Array(digits[..<count])
    let next = digits[count]
    let hasMore = digits[(count + 1)...].contains { $0 != 0 }
    let isOdd = (kept.last ?? 0) & 1 == 1
    guard next > 5 || (next == 5 && (hasMore || isOdd)) else { return kept }
    var index = kept.count - 1
    while index >= 0, kept[index] == 9 {
      kept[index] = 0
      index -= 1
    }
    if index >= 0 { kept[index] += 1 } else { kept.insert(1, at: 0) }
    return kept
  }

  /// `'%.<places>f'` of a finite value.
  static func fixed(_ value: Double, places: Int) -> String {
    let (digits, fraction) = exactDigits(value)
    let wholeCount = digits.count - fraction
    var padded = digits
    if wholeCount < 1 { padded = Array(repeating: 0, count: 1 - wholeCount) + padded }
    let whole = max(wholeCount, 1)
    let kept = rounded(padded, to: whole + places)
    let text = kept.map { String($0) }.joined()
    let split = kept.count - places
    return (value.sign == .minus ? "-" : "") + text.prefix(split) + (places > 0 ? "." + text.suffix(places) : "")
  }

  /// `'%.<places>e'` of a finite value.
  static func exponential(_ value: Double, places: Int) -> String {
    let (digits, fraction) = exactDigits(value)
    let leading = value == 0 ? 0 : digits.prefix { $0 == 0 }.count
    var exponent = value == 0 ? 0 : digits.count - fraction - leading - 1
    var kept = rounded(Array(digits[leading...]), to: places + 1)
    if kept.count > places + 1 {
      kept.removeLast()
      exponent += 1
    }
    return (value.sign == .minus ? "-" : "") + scientific(kept.map { String($0) }.joined(), exponent: exponent)
  }

  /// `'%.<precision>g'` of a finite value.
  static func general(_ value: Double, precision: Int) -> String {
    let precision = max(precision, 1)
    let text = exponential(value, places: precision - 1)
    let exponent = text.split(separator: "e").last.flatMap { Int($0) } ?? 0
    func trimmed(_ text: Substring) -> String {
      guard text.contains(".") else { return String(text) }
      var text = text
      while text.last == "0" { text.removeLast() }
      if text.last == "." { text.removeLast() }
      return String(text)
    }
    if exponent < -4 || exponent >= precision {
      let parts = text.split(separator: "e")
      return trimmed(parts[0]) + "e" + parts[1]
    }
    return trimmed(Substring(fixed(value, places: max(0, precision - 1 - exponent))))
  }

  /// Python's `round(value, places)`: half to even on the exact value; negative places round before the point.
  static func rounding(_ value: Double, places: Int) -> Double {
    guard value.isFinite, places < 400 else { return value }
    if places >= 0 { return Double(fixed(value, places: places)) ?? value }
    if places < -310 { return 0 }
    let (digits, fraction) = exactDigits(value)
    let kept = rounded(digits, to: digits.count - fraction + places)
    let text = kept.map { String($0) }.joined() + String(repeating: "0", count: -places)
    return (value.sign == .minus ? -1 : 1) * (Double(text) ?? 0)
  }
}
