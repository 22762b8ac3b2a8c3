// Numbers as sentences print them: fixed digits, without trailing zeros where they say nothing.

/// Numbers as text, the same on every machine.
public enum Numbers {
  /// A value with a fixed number of digits behind the point, rounded half away from zero; large values as Swift prints them.
  public static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return "not a number" }
    var scale = 1.0
    for _ in 0..<max(0, min(digits, 9)) { scale *= 10 }
    let scaled = (abs(value) * scale).rounded(.toNearestOrAwayFromZero)
    guard scaled < 1e15 else { return "\(value)" }
    let whole = Int(scaled)
    let sign = value < 0 && whole != 0 ? "-" : ""
    guard digits > 0 else { return sign + "\(whole)" }
    let fraction = "\(whole % Int(scale))"
    return sign + "\(whole / Int(scale))." + String(repeating: "0", count: max(0, digits - fraction.count)) + fraction
  }

  /// At most `digits` digits behind the point, without trailing zeros: `0.01`, `3`.
  public static func short(_ value: Double, _ digits: Int = 4) -> String {
    var text = Substring(fixed(value, digits))
    guard text.contains("."), !text.contains("e") else { return String(text) }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return String(text)
  }

  /// A share as a percentage: `4.25%`, `5%`.
  public static func percent(_ ratio: Double) -> String { short(ratio * 100, 2) + "%" }

  /// `1 item`, `2 items`.
  public static func items(_ count: Int) -> String { "\(count) \(count == 1 ? "item" : "items")" }
}
