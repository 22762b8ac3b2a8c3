// Markup that is safe by construction: names are literals of this program, and every other text is made visible and escaped on its way in.

/// A piece of an HTML or SVG document in UTF-8.
struct HTML: Sendable {
  private(set) var bytes: [UInt8] = []

  static let empty = HTML()

  init() {}

  /// Text, as it is to be read. Controls and characters that reorder are made visible; line breaks stay.
  init(text: String) { Self.escape(text, into: &bytes) }

  /// The program's own markup, style or script; never a result's text.
  init(literal: StaticString) { bytes = Array(literal.description.utf8) }

  var count: Int { bytes.count }
  var isEmpty: Bool { bytes.isEmpty }

  mutating func append(_ other: HTML) { bytes += other.bytes }

  fileprivate mutating func append(_ text: some Sequence<UInt8>) { bytes += text }

  fileprivate mutating func appendAttribute(_ name: StaticString, _ value: String) {
    bytes.append(UInt8(ascii: " "))
    bytes += name.description.utf8
    bytes += "=\"".utf8
    Self.escape(value, into: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// A second `:` or `#` in a row is written as its number: a page that is printed in a CI log then holds no command to the runner.
  private static func escape(_ text: String, into bytes: inout [UInt8]) {
    var last: UInt8 = 0
    let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0A }
    for byte in (isPlain ? text : VisibleText.of(text, limit: .max, keepsLines: true)).utf8 {
      switch byte {
      case UInt8(ascii: "&"): bytes += "&amp;".utf8
      case UInt8(ascii: "<"): bytes += "&lt;".utf8
      case UInt8(ascii: ">"): bytes += "&gt;".utf8
      case UInt8(ascii: "\""): bytes += "&quot;".utf8
      case UInt8(ascii: "'"): bytes += "&#39;".utf8
      case UInt8(ascii: ":") where last == byte: bytes += "&#58;".utf8
      case UInt8(ascii: "#") where last == byte: bytes += "&#35;".utf8
      default: bytes.append(byte)
      }
      last = byte
    }
  }
}

/// Attributes in their order; nil leaves one out, an empty text is a flag such as `open`.
typealias HTMLAttributes = KeyValuePairs<StaticString, String?>

/// An element with what stands inside it.
func tag(_ name: StaticString, _ attributes: HTMLAttributes = [:], @HTMLBuilder _ content: () -> HTML) -> HTML {
  var html = opening(name, attributes)
  html.append(content())
  html.append("</".utf8)
  html.append(name.description.utf8)
  html.append(">".utf8)
  return html
}

/// An element without an end, such as `meta`; in SVG, a shape without a title.
func void(_ name: StaticString, _ attributes: HTMLAttributes = [:]) -> HTML { opening(name, attributes) }

/// A shape of an SVG, which needs its end there.
func shape(_ name: StaticString, _ attributes: HTMLAttributes) -> HTML { tag(name, attributes) {} }

private func opening(_ name: StaticString, _ attributes: HTMLAttributes) -> HTML {
  var html = HTML()
  html.append("<".utf8)
  html.append(name.description.utf8)
  for (key, value) in attributes { if let value { html.appendAttribute(key, value) } }
  html.append(">".utf8)
  return html
}

/// Puts pieces one after the other; a `String` among them is text.
@resultBuilder enum HTMLBuilder {
  static func buildExpression(_ text: String) -> HTML { HTML(text: text) }
  static func buildExpression(_ html: HTML) -> HTML { html }
  static func buildExpression(_ html: HTML?) -> HTML { html ?? .empty }
  static func buildOptional(_ html: HTML?) -> HTML { html ?? .empty }
  static func buildEither(first html: HTML) -> HTML { html }
  static func buildEither(second html: HTML) -> HTML { html }
  static func buildArray(_ pieces: [HTML]) -> HTML { joined(pieces) }
  static func buildBlock(_ pieces: HTML...) -> HTML { joined(pieces) }

  private static func joined(_ pieces: [HTML]) -> HTML {
    if pieces.count == 1 { return pieces[0] }
    var html = HTML()
    for piece in pieces { html.append(piece) }
    return html
  }
}

/// Pieces that belong to no element of their own.
func group(@HTMLBuilder _ content: () -> HTML) -> HTML { content() }
