// How far each item moved in a metric: a histogram, losses on one side of 0 and gains on the other, and the ECDF of the same changes.

internal import Comparison

struct ChangePlot {
  let distribution: ChangeDistribution

  private var scale: PlotScale {
    PlotScale(-Double(max(1, distribution.below.count)) * distribution.width, Double(max(1, distribution.above.count)) * distribution.width)
  }
  private var lost: Int { (distribution.higherIsBetter ? distribution.below : distribution.above).reduce(0, +) }
  private var won: Int { (distribution.higherIsBetter ? distribution.above : distribution.below).reduce(0, +) }
  private var name: String { HTMLText.name(distribution.metric) }

  private static let height = 168
  private static let top = 22

  func histogram() -> HTML {
    let largest = max(1, distribution.below.max() ?? 0, distribution.above.max() ?? 0)
    let counts = PlotScale(0, Double(largest))
    let (below, above) = distribution.higherIsBetter ? ("bad", "good") : ("good", "bad")
    let words = "\(HTMLText.items(lost)) lost, \(HTMLText.count(won)) gained, \(HTMLText.count(distribution.tied)) stayed the same."
    return tag("figure") {
      tag("figcaption") {
        tag("b") { "How far each item moved in \(name)" }
        tag("span") { " " }
        words + " A bar is \(Plot.label(distribution.width)) wide."
      }
      Plot.frame("Histogram of the change of \(name)", words, height: Self.height + 26) {
        for tick in counts.ticks(3) where tick > 0 && tick == tick.rounded() {
          let y = Self.y(counts.share(tick))
          Plot.line("0", y, "100%", y, "grid")
          Plot.text(Plot.label(tick), x: "0", y: y, anchor: "start", dy: "-4")
        }
        for (index, count) in distribution.below.enumerated() where count > 0 {
          bar(from: -Double(index + 1), count: count, of: counts, below)
        }
        for (index, count) in distribution.above.enumerated() where count > 0 {
          bar(from: Double(index), count: count, of: counts, above)
        }
        Plot.line("0", "\(Self.height)", "100%", "\(Self.height)", "axis")
        Plot.line(scale.percent(0), "\(Self.top)", scale.percent(0), "\(Self.height)", "axis")
        Plot.text(
          distribution.higherIsBetter ? "← worse" : "← better", x: scale.percent(0), y: "11", anchor: "end",
          className: distribution.higherIsBetter ? "text-bad" : "text-good", dx: "-8")
        Plot.text(
          distribution.higherIsBetter ? "better →" : "worse →", x: scale.percent(0), y: "11", anchor: "start",
          className: distribution.higherIsBetter ? "text-good" : "text-bad", dx: "8")
        Plot.axis(scale, ticks: scale.ticks(6), y: Self.height + 18)
      }
    }
  }

  private func bar(from step: Double, count: Int, of counts: PlotScale, _ className: String) -> HTML {
    let left = scale.share(step * distribution.width)
    let width = scale.share((step + 1) * distribution.width) - left
    // At least a hair, so that a single item among a million is seen.
    let height = max(0.008, counts.share(Double(count)))
    return tag(
      "rect",
      [
        "x": PlotScale.percent(left + width * 0.04), "width": PlotScale.percent(width * 0.92), "y": Self.y(height),
        "height": Plot.number(height * Double(Self.height - Self.top)), "class": className,
      ]
    ) {
      let edges = "\(Plot.label(step * distribution.width)) to \(Plot.label((step + 1) * distribution.width))"
      tag("title") { "\(edges): \(HTMLText.items(count))" }
    }
  }

  func ecdf() -> HTML {
    let items = Double(max(1, distribution.items))
    var points: [(x: Double, y: Double)] = [(0, 0)]
    var last = 0.0
    for step in distribution.ecdf {
      let x = scale.share(step.change)
      points.append((x, last))
      last = min(1, Double(step.count) / items)
      points.append((x, last))
    }
    points.append((1, last))
    let words = quantiles()
    return tag("figure") {
      tag("figcaption") {
        tag("b") { "Share of items with at most this change" }
        tag("span") { " " }
        words
      }
      Plot.frame("Empirical distribution of the change of \(name)", words, height: Self.height + 26) {
        for tick in [0.25, 0.5, 0.75, 1] {
          Plot.line("0", Self.y(tick), "100%", Self.y(tick), "grid")
          Plot.text("\(Int(tick * 100))%", x: "0", y: Self.y(tick), anchor: "start", dy: "-4")
        }
        Plot.line("0", "\(Self.height)", "100%", "\(Self.height)", "axis")
        Plot.line(scale.percent(0), "\(Self.top)", scale.percent(0), "\(Self.height)", "axis")
        Plot.curve(points, y: Self.top, height: Self.height - Self.top)
        Plot.axis(scale, ticks: scale.ticks(6), y: Self.height + 18)
      }
    }
  }

  /// `A tenth of the items changed by −0.21 or less, half by 0 or less, ...`.
  private func quantiles() -> String {
    func change(at share: Double) -> String {
      let wanted = share * Double(distribution.items)
      return distribution.ecdf.first { Double($0.count) >= wanted }.map { HTMLText.change($0.change) } ?? "–"
    }
    return "A tenth changed by \(change(at: 0.1)) or less, half by \(change(at: 0.5)) or less, nine tenths by \(change(at: 0.9)) or less."
  }

  private static func y(_ share: Double) -> String { Plot.number(Double(height) - share * Double(height - top)) }
}
