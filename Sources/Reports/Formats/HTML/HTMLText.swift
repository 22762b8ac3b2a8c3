// Numbers and names as the page shows them.

internal import Policies
internal import Records

/// Short forms of a result's values.
enum HTMLText {
  /// The most scalars of a name and of a sentence.
  static let nameLimit = 120
  static let sentenceLimit = 700

  static func name(_ text: String) -> String { VisibleText.of(text, limit: nameLimit) }
  static func sentence(_ text: String) -> String { VisibleText.of(text, limit: sentenceLimit) }

  /// `1,234,567`.
  static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return value < 0 ? "−\(text)" : text
  }

  static func items(_ value: Int) -> String { "\(count(value)) \(value == 1 ? "item" : "items")" }

  /// A share in percent with one digit, `0.0%` of nothing left out as `–`.
  static func share(_ part: Int, of total: Int) -> String {
    total > 0 ? percent(Double(part) / Double(total)) : "–"
  }

  static func percent(_ ratio: Double) -> String { Numbers.fixed(ratio * 100, abs(ratio) < 0.001 && ratio != 0 ? 2 : 1) + "%" }

  /// A mean or a score with four digits, a minus that is as wide as a plus.
  static func score(_ value: Double?) -> String { value.map { minus(Numbers.fixed($0, 4)) } ?? "–" }

  /// The same with its sign: `+0.0200`.
  static func change(_ value: Double?) -> String { value.map { ($0 > 0 ? "+" : "") + score($0) } ?? "–" }

  static func short(_ value: Double, _ digits: Int = 3) -> String { minus(Numbers.short(value, digits)) }

  static func minus(_ text: String) -> String { text.hasPrefix("-") ? "−" + text.dropFirst() : text }

  /// A chance: small ones as a bound.
  static func chance(_ p: Double) -> String { p < 0.0001 ? "below 0.0001" : Numbers.short(p, 4) }

  /// The first twelve digits of a digest.
  static func digest(_ text: String) -> String {
    name(String((text.hasPrefix("sha256:") ? text.dropFirst("sha256:".count) : text[...]).prefix(12)))
  }

  /// `135 M`.
  static func parameters(_ count: Int) -> String {
    for (size, unit) in [(1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K")] where count >= size {
      let value = Double(count) / Double(size)
      return "\(Numbers.fixed(value, value < 10 ? 1 : 0))\(unit) parameters"
    }
    return count > 0 ? "\(count) parameters" : ""
  }

  /// Letters, digits and `-`, for the id of an element.
  static func slug(_ text: String, limit: Int = 40) -> String {
    var slug = ""
    for scalar in text.unicodeScalars.prefix(limit) {
      let isPlain = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
      slug.unicodeScalars.append(isPlain ? scalar : "-")
    }
    return slug
  }
}

/// Ids that stay the same from run to run and are given once.
struct HTMLIdentifiers {
  private var given: [String: Int] = [:]

  mutating func id(_ wanted: String) -> String {
    let count = given[wanted, default: 0] + 1
    given[wanted] = count
    // A slug never holds a point, so that a numbered id is nobody's first choice.
    return count == 1 ? wanted : "\(wanted).\(count)"
  }
}

/// A list that stops in time: what does not fit in its bytes is counted.
struct HTMLList {
  var html = HTML()
  var omitted = 0

  /// Renders elements in order until `bytes` are used.
  init<Element>(_ elements: some Collection<Element>, bytes: Int, _ render: (Element) -> HTML) {
    var shown = 0
    for element in elements {
      let piece = render(element)
      if html.count + piece.count > bytes { break }
      html.append(piece)
      shown += 1
    }
    omitted = elements.count - shown
  }

  /// `and 37 more, all in result.json`; nothing where all are shown.
  func rest(_ what: String) -> HTML {
    if omitted == 0 { return .empty }
    return tag("p", ["class": "rest"]) { "and \(HTMLText.count(omitted)) more \(what), all in result.json" }
  }
}
