// Right and wrong before against right and wrong now: four fields with counts and shares.

internal import Comparison

struct FlipMatrix {
  let flips: FlipCounts

  func html() -> HTML {
    tag("table", ["class": "matrix"]) {
      tag("caption") { "How the \(HTMLText.items(flips.total)) moved" }
      tag("thead") {
        tag("tr") {
          tag("td") {}
          tag("th", ["scope": "col"]) { "Candidate right" }
          tag("th", ["scope": "col"]) { "Candidate wrong" }
        }
      }
      tag("tbody") {
        tag("tr") {
          tag("th", ["scope": "row"]) { "Baseline right" }
          field(flips.bothCorrect, "stayed right", nil)
          field(flips.negative, "right, now wrong", "bad")
        }
        tag("tr") {
          tag("th", ["scope": "row"]) { "Baseline wrong" }
          field(flips.positive, "wrong, now right", "good")
          field(
            flips.bothWrong, "stayed wrong, \(HTMLText.count(flips.bothWrongChanged)) with another answer", nil)
        }
      }
    }
  }

  private func field(_ count: Int, _ words: String, _ className: String?) -> HTML {
    tag("td", ["class": className]) {
      tag("span", ["class": "value"]) { HTMLText.count(count) }
      tag("span", ["class": "note"]) { "\(HTMLText.share(count, of: flips.total)) · \(words)" }
    }
  }
}
