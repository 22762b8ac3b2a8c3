// How sure both sides were of each item: the baseline's lead to the right, the candidate's upwards; flips lie in two of the four fields.

internal import Comparison

struct MarginPlot {
  let distribution: MarginDistribution
  /// `nats`, or `nats a character`.
  let unit: String

  private static let size = 336.0
  private static let left = 26.0
  private static let top = 22.0
  private var side: Double { Self.size / Double(2 * distribution.reach) }

  private struct Field {
    var className: String
    var words: String
    var isRight: (baseline: Bool, candidate: Bool)
  }

  private static let fields = [
    Field(className: "calm", words: "stayed right", isRight: (true, true)),
    Field(className: "bad", words: "right, now wrong", isRight: (true, false)),
    Field(className: "good", words: "wrong, now right", isRight: (false, true)),
    Field(className: "calm", words: "stayed wrong", isRight: (false, false)),
  ]

  func figure() -> HTML {
    let counts = Self.fields.map { field in distribution.cells.filter { Self.lies($0, in: field) }.reduce(0) { $0 + $1.count } }
    let words = zip(Self.fields, counts).map { "\($0.words): \(HTMLText.count($1))" }.joined(separator: ", ")
    return tag("figure", ["class": "beside wide"]) {
      tag("figcaption") {
        tag("b") { "How sure both were" }
        "Each square is a group of items, stronger for more. The farther from the middle, the larger the lead of the answer that was picked. Close calls "
        "lie near the axes; a flip far from them is a change of mind."
        tag("ul") {
          tag("li") {
            tag("span") { "Right, now wrong, by less than \(Plot.label(distribution.width)) \(unit) on both sides" }
            tag("b") { "\(HTMLText.count(closeFlips)) of \(HTMLText.count(counts[1]))" }
          }
          tag("li") {
            tag("span") { "Items with a known lead" }
            tag("b") { HTMLText.count(distribution.items) }
          }
        }
      }
      tag("svg", ["class": "plot", "role": "img", "viewBox": "0 0 366 412"]) {
        tag("title") { "Leads of the picked choices on both sides" }
        tag("desc") { "\(HTMLText.items(distribution.items)): \(words)." }
        for field in Self.fields { background(field) }
        cells()
        Plot.line(number(Self.left + Self.size / 2), number(Self.top), number(Self.left + Self.size / 2), number(Self.top + Self.size), "axis")
        Plot.line(number(Self.left), number(Self.top + Self.size / 2), number(Self.left + Self.size), number(Self.top + Self.size / 2), "axis")
        for (field, count) in zip(Self.fields, counts) { corner(field, count) }
        axes()
      }
    }
  }

  /// Negative flips whose leads are in the innermost group on both sides.
  private var closeFlips: Int { distribution.cells.first { $0.baseline == 0 && $0.candidate == -1 }?.count ?? 0 }

  private static func lies(_ cell: MarginDistribution.Cell, in field: Field) -> Bool {
    (cell.baseline >= 0) == field.isRight.baseline && (cell.candidate >= 0) == field.isRight.candidate
  }

  private func background(_ field: Field) -> HTML {
    let half = Self.size / 2
    return shape(
      "rect",
      [
        "x": number(Self.left + (field.isRight.baseline ? half : 0) + 1), "y": number(Self.top + (field.isRight.candidate ? 0 : half) + 1),
        "width": number(half - 2), "height": number(half - 2), "rx": "6", "class": "field",
      ])
  }

  private func cells() -> HTML {
    let largest = Double(max(1, distribution.cells.map(\.count).max() ?? 1)).squareRoot()
    return group {
      for cell in distribution.cells where cell.count > 0 {
        let field = Self.fields.first { Self.lies(cell, in: $0) }
        let share = Double(cell.count).squareRoot() / largest
        tag(
          "rect",
          [
            "x": number(Self.left + Double(cell.baseline + distribution.reach) * side + 0.75),
            "y": number(Self.top + Double(distribution.reach - 1 - cell.candidate) * side + 0.75), "width": number(side - 1.5),
            "height": number(side - 1.5),
            "rx": "2.5", "class": field?.className, "fill-opacity": number(0.28 + 0.72 * share),
          ]
        ) { tag("title") { "\(lead(cell.baseline)) → \(lead(cell.candidate)): \(HTMLText.items(cell.count))" } }
      }
    }
  }

  /// `right by 0.4 to 0.6`.
  private func lead(_ coordinate: Int) -> String {
    let step = coordinate >= 0 ? coordinate : -1 - coordinate
    let low = Plot.label(Double(step) * distribution.width)
    let range = step == distribution.reach - 1 ? "\(low) or more" : "\(low) to \(Plot.label(Double(step + 1) * distribution.width))"
    return "\(coordinate >= 0 ? "right" : "wrong") by \(range)"
  }

  private func corner(_ field: Field, _ count: Int) -> HTML {
    Plot.text(
      "\(field.words) \(HTMLText.count(count))",
      x: number(field.isRight.baseline ? Self.left + Self.size - 2 : Self.left + 2),
      y: number(field.isRight.candidate ? Self.top - 8 : Self.top + Self.size + 18),
      anchor: field.isRight.baseline ? "end" : "start",
      className: field.className == "calm" ? nil : "strong text-\(field.className)")
  }

  private func axes() -> HTML {
    let edge = Plot.label(Double(distribution.reach - 1) * distribution.width)
    let middle = number(Self.left + Self.size / 2)
    return group {
      Plot.text("wrong by \(edge)+", x: number(Self.left), y: "396", anchor: "start")
      Plot.text("right by \(edge)+", x: number(Self.left + Self.size), y: "396", anchor: "end")
      Plot.text("baseline’s lead", x: middle, y: "396", className: "strong")
      tag("text", ["transform": "translate(14 \(number(Self.top + Self.size / 2))) rotate(-90)", "text-anchor": "middle", "class": "strong"]) {
        "candidate’s lead"
      }
    }
  }

  private func number(_ value: Double) -> String { Plot.number(value) }
}
