// The part of a long text that a page shows, and an honest word about the rest.

struct TextExcerpt: Equatable {
  /// Visible text, as the page shows it.
  var text: String
  /// What is missing; nil where nothing is.
  var note: String?

  /// The most scalars of a text that are shown.
  static let limit = 4_000
  /// How much stands in front of the first difference where the texts' beginnings are left out.
  static let context = 400

  /// The beginning of a text.
  init(_ text: String) { self.init(text.unicodeScalars, from: 0) }

  private init(_ scalars: String.UnicodeScalarView, from start: Int) {
    let first = scalars.index(scalars.startIndex, offsetBy: start, limitedBy: scalars.endIndex) ?? scalars.endIndex
    let end = scalars.index(first, offsetBy: Self.limit, limitedBy: scalars.endIndex) ?? scalars.endIndex
    text = VisibleText.of((start > 0 ? "…" : "") + String(scalars[first..<end]) + (end < scalars.endIndex ? "…" : ""), limit: .max, keepsLines: true)
    let behind = scalars.distance(from: end, to: scalars.endIndex)
    if start == 0, behind == 0 {
      note = nil
    } else if start == 0 {
      note = "\(HTMLText.count(behind)) more characters are in result.json."
    } else {
      note = "\(HTMLText.count(start)) characters in front, the same on both sides, and \(HTMLText.count(behind)) behind are in result.json."
    }
  }

  /// Both texts from the same place: from the beginning, or, where they part only behind what fits, from shortly before that place.
  static func pair(_ baseline: String, _ candidate: String) -> (baseline: TextExcerpt, candidate: TextExcerpt) {
    var same = 0
    for (old, new) in zip(baseline.unicodeScalars, candidate.unicodeScalars) {
      if old != new { break }
      same += 1
    }
    let start = same < limit - context ? 0 : same - context
    return (TextExcerpt(baseline.unicodeScalars, from: start), TextExcerpt(candidate.unicodeScalars, from: start))
  }
}
