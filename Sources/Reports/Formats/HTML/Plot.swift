// Drawing plots: a scale from values to percent of a width that only the browser knows, ticks, and frames with a title and a description.

/// A range of values drawn over 0...100 % of a width or height.
struct PlotScale {
  let low: Double
  let high: Double

  /// The values must be finite; a range without extent is widened.
  init(_ low: Double, _ high: Double) {
    self.low = min(low, high)
    let span = max(low, high) - min(low, high)
    self.high = span > 0 && span.isFinite ? max(low, high) : min(low, high) + 1
  }

  /// 0...1, cut at the ends.
  func share(_ value: Double) -> Double { min(1, max(0, (value - low) / (high - low))) }

  func percent(_ value: Double) -> String { Self.percent(share(value)) }

  static func percent(_ share: Double) -> String { Plot.number(share * 100) + "%" }

  /// Round values inside the range, some `count` of them.
  func ticks(_ count: Int) -> [Double] {
    let rough = (high - low) / Double(max(1, count))
    guard rough > 1e-290, rough < 1e290 else { return [low, high] }
    var step = 1.0
    while step * 10 <= rough { step *= 10 }
    while step > rough { step /= 10 }
    step *= rough / step > 5 ? 10 : rough / step > 2 ? 5 : rough / step > 1 ? 2 : 1
    var ticks: [Double] = []
    // A tick that is a hair's breadth outside is one at the end.
    var place = (low / step - 1e-6).rounded(.up)
    while ticks.count < 12, place * step <= high + step * 1e-6 {
      ticks.append(place == 0 ? 0 : place * step)
      place += 1
    }
    return ticks
  }
}

enum Plot {
  /// A coordinate with at most two digits behind the point.
  static func number(_ value: Double) -> String {
    let hundredths = (min(1e6, max(-1e6, value.isFinite ? value : 0)) * 100).rounded()
    let whole = Int(hundredths)
    if whole % 100 == 0 { return "\(whole / 100)" }
    let fraction = abs(whole) % 100
    let digits = fraction % 10 == 0 ? "\(fraction / 10)" : fraction < 10 ? "0\(fraction)" : "\(fraction)"
    return "\(whole < 0 ? "-" : "")\(abs(whole) / 100).\(digits)"
  }

  /// A tick's label.
  static func label(_ value: Double) -> String {
    let size = abs(value)
    if size >= 1_000, size < 1e15, value == value.rounded() { return HTMLText.count(Int(value)) }
    if size >= 10_000 { return HTMLText.minus("\(value)") }
    return HTMLText.short(value, size >= 100 ? 0 : size >= 1 ? 2 : size >= 0.01 || size == 0 ? 3 : 9)
  }

  /// A plot that is as wide as its place, `height` pixels high; `desc` says in words what it shows.
  static func frame(_ title: String, _ desc: String, height: Int, @HTMLBuilder _ content: () -> HTML) -> HTML {
    tag("svg", ["class": "plot", "role": "img", "width": "100%", "height": "\(height)"]) {
      tag("title") { title }
      tag("desc") { desc }
      content()
    }
  }

  static func line(_ x1: String, _ y1: String, _ x2: String, _ y2: String, _ className: String) -> HTML {
    shape("line", ["x1": x1, "y1": y1, "x2": x2, "y2": y2, "class": className])
  }

  static func text(
    _ text: String, x: String, y: String, anchor: String = "middle", className: String? = nil, dx: String? = nil, dy: String? = nil
  ) -> HTML {
    tag("text", ["x": x, "y": y, "dx": dx, "dy": dy, "text-anchor": anchor, "class": className]) { text }
  }

  /// Labels below a plot; those at the ends are pulled inside.
  static func axis(_ scale: PlotScale, ticks: [Double], y: Int, _ label: (Double) -> String = Plot.label) -> HTML {
    group {
      for tick in ticks {
        let share = scale.share(tick)
        text(
          label(tick), x: PlotScale.percent(share), y: "\(y)", anchor: share < 0.03 ? "start" : share > 0.97 ? "end" : "middle")
      }
    }
  }

  /// A line through points in 0...1 by 0...1 (up is more), as a nested drawing that stretches.
  static func curve(_ points: [(x: Double, y: Double)], y: Int, height: Int, className: String = "curve") -> HTML {
    let path = points.enumerated().map { index, point in
      "\(index == 0 ? "M" : "L")\(number(point.x * 1000)) \(number((1 - point.y) * 1000))"
    }.joined()
    return tag("svg", ["x": "0", "y": "\(y)", "width": "100%", "height": "\(height)", "viewBox": "0 0 1000 1000", "preserveAspectRatio": "none"]) {
      shape("path", ["d": path, "class": className, "vector-effect": "non-scaling-stroke"])
    }
  }
}
