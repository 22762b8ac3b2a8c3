// How the loss fell: training's objective as a line, validation's cross-entropy as a dashed one, and the step that was kept.

internal import Policies

struct LearningCurve {
  let training: Remedy.Training

  private static let height = 200
  private static let top = 14
  /// The most points of a line.
  private static let pointLimit = 600

  func figure() -> HTML? {
    let points = training.curve.filter { $0.loss.isFinite }
    guard let first = points.first, let last = points.last, points.count > 1 else { return nil }
    let checked = points.compactMap { point in point.validationLoss.flatMap { $0.isFinite ? (step: point.step, loss: $0) : nil } }
    let losses = points.map(\.loss) + checked.map(\.loss)
    let (low, high) = (losses.min() ?? 0, losses.max() ?? 1)
    let steps = PlotScale(Double(first.step), Double(last.step))
    let scale = PlotScale(low - (high - low) * 0.08, high + (high - low) * 0.08)
    let best = points.first { $0.step == training.bestStep }
    let words =
      "The objective went from \(HTMLText.short(first.loss, 4)) to \(HTMLText.short(last.loss, 4)) nats a token over \(HTMLText.count(training.steps)) steps"
      + (checked.first.flatMap { start in checked.last.map { "; on validation, \(HTMLText.short(start.loss, 4)) to \(HTMLText.short($0.loss, 4))" } }
        ?? "")
      + "."
    return tag("figure") {
      tag("figcaption") {
        tag("b") { "Learning curve" }
        tag("span") { " " }
        words
      }
      Plot.frame("Learning curve", words, height: Self.height + 28) {
        for tick in scale.ticks(4) {
          let y = Self.y(scale.share(tick))
          Plot.line("0", y, "100%", y, "grid")
          Plot.text(Plot.label(tick), x: "0", y: y, anchor: "start", dy: "-4")
        }
        Plot.line("0", "\(Self.height)", "100%", "\(Self.height)", "axis")
        if let best {
          let x = steps.percent(Double(best.step))
          Plot.line(x, "\(Self.top)", x, "\(Self.height)", "axis")
          Plot.text(
            "kept: step \(HTMLText.count(best.step))", x: x, y: "10", anchor: steps.share(Double(best.step)) > 0.5 ? "end" : "start",
            className: "strong")
        }
        Plot.curve(
          Self.thinned(points.map { (steps.share(Double($0.step)), scale.share($0.loss)) }), y: Self.top, height: Self.height - Self.top)
        if checked.count > 1 {
          Plot.curve(
            Self.thinned(checked.map { (steps.share(Double($0.step)), scale.share($0.loss)) }), y: Self.top, height: Self.height - Self.top,
            className: "curve second")
        } else if let only = checked.first {
          shape(
            "circle", ["cx": steps.percent(Double(only.step)), "cy": Self.y(scale.share(only.loss)), "r": "4", "class": "bad"])
        }
        Plot.axis(steps, ticks: steps.ticks(6).filter { $0 == $0.rounded() }, y: Self.height + 18)
      }
      tag("div", ["class": "key"]) {
        key("curve", "objective, nats a token")
        if checked.count > 1 { key("curve second", "cross-entropy on validation examples, nats a token") }
      }
    }
  }

  private func key(_ className: String, _ words: String) -> HTML {
    tag("span") {
      tag("svg", ["class": "plot", "aria-hidden": "true", "viewBox": "0 0 22 8"]) { shape("path", ["d": "M0 4h22", "class": className]) }
      words
    }
  }

  private static func y(_ share: Double) -> String { Plot.number(Double(height) - share * Double(height - top)) }

  /// Every n-th point and the last one.
  private static func thinned(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    let stride = max(1, (points.count + pointLimit - 1) / pointLimit)
    return points.enumerated().filter { $0.offset % stride == 0 || $0.offset == points.count - 1 }.map(\.element)
  }
}
