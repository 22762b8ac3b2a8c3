// What a budget allows and what was used of it: a bar, the interval as a whisker, and a mark at the limit.

internal import Policies

struct BudgetBar {
  let outcome: BudgetOutcome

  /// nil where there is nothing to draw.
  func svg() -> HTML? {
    guard let observed = outcome.observed, observed.isFinite, let allowed = outcome.allowed, allowed.isFinite else { return nil }
    let ends = [0, observed, allowed] + (outcome.interval.map { [$0.lowerBound, $0.upperBound] } ?? []).filter(\.isFinite)
    let (low, high) = (ends.min() ?? 0, ends.max() ?? 1)
    let room = (high - low) * 0.06
    let scale = PlotScale(low < 0 ? low - room : 0, high > 0 ? high + room : 0)
    let (from, to) = (scale.share(min(0, observed)), scale.share(max(0, observed)))
    return tag("svg", ["class": "bar", "role": "img", "width": "100%", "height": "22"]) {
      tag("title") { "\(outcome.spokenStatus): \(HTMLText.minus(outcome.text(of: observed))), \(limit(allowed))" }
      shape("rect", ["class": "track", "x": "0", "y": "7", "width": "100%", "height": "8", "rx": "4"])
      shape(
        "rect",
        [
          "class": outcome.tone.className, "x": PlotScale.percent(from), "y": "7", "width": PlotScale.percent(max(to - from, 0)), "height": "8",
          "rx": "4",
        ])
      if low < 0 { shape("rect", ["class": "zero", "x": scale.percent(0), "y": "4", "width": "1", "height": "14"]) }
      if let interval = outcome.interval, interval.lowerBound.isFinite, interval.upperBound.isFinite { whisker(interval, scale) }
      shape("rect", ["class": "limit", "x": scale.percent(allowed), "y": "1", "width": "2.5", "height": "20", "rx": "1"])
    }
  }

  private func whisker(_ interval: ClosedRange<Double>, _ scale: PlotScale) -> HTML {
    let (low, high) = (scale.share(interval.lowerBound), scale.share(interval.upperBound))
    return group {
      shape("rect", ["class": "reach", "x": PlotScale.percent(low), "y": "10.25", "width": PlotScale.percent(high - low), "height": "1.5"])
      shape("rect", ["class": "reach", "x": PlotScale.percent(low), "y": "8", "width": "1.5", "height": "6"])
      shape("rect", ["class": "reach", "x": PlotScale.percent(high), "y": "8", "width": "1.5", "height": "6"])
    }
  }

  /// `at most 2%`.
  func limit(_ allowed: Double) -> String { "\(outcome.isFloor ? "at least" : "at most") \(HTMLText.minus(outcome.text(of: allowed)))" }
}
