// How far the evaluation is: a bar on a terminal, a plain line now and then in a log.

internal import Evaluation
internal import Foundation
internal import Reports
internal import Synchronization

/// Shows progress on standard error; used by all workers.
final class ProgressDisplay: Sendable {
  enum Style: Sendable {
    case none
    case bar
    case lines
  }

  private struct State {
    var model = ""
    var start = Date()
    var lastShown = Date.distantPast
    var doneAtStart = 0
    var lineIsOpen = false
  }

  private let style: Style
  private let state = Mutex(State())

  init(style: Style) { self.style = style }

  /// The style for the options: nothing when silenced, a bar on a terminal, lines elsewhere.
  static func style(isQuiet: Bool, hasProgress: Bool) -> Style {
    if isQuiet || !hasProgress { return .none }
    return Console.statusIsTerminal ? .bar : .lines
  }

  func show(_ progress: EvaluationProgress) {
    if style == .none { return }
    state.withLock { state in
      let now = Date()
      if state.model != progress.model {
        state = State(model: progress.model, start: now, lastShown: .distantPast, doneAtStart: progress.itemsDone, lineIsOpen: false)
      }
      if progress.phase == .loading { state.start = now }
      let interval = style == .bar ? 0.1 : 10.0
      let isLast = progress.phase == .finished
      if !isLast && now.timeIntervalSince(state.lastShown) < interval { return }
      state.lastShown = now
      let text = Self.text(progress, seconds: now.timeIntervalSince(state.start), doneAtStart: state.doneAtStart, style: style)
      switch style {
      case .bar:
        Console.status("\r\u{1B}[2K" + text + (isLast ? "\n" : ""))
        state.lineIsOpen = !isLast
      case .lines: Console.status(text + "\n")
      case .none: break
      }
    }
  }

  private static func text(_ progress: EvaluationProgress, seconds: Double, doneAtStart: Int, style: Style) -> String {
    let model = VisibleText.of(progress.model, limit: 32)
    if progress.phase == .loading { return "\(model): loading" }
    let computed = progress.itemsDone - doneAtStart
    let rate = seconds > 0 ? Double(computed) / seconds : 0
    var text = "\(model): "
    if style == .bar {
      let width = 24
      let filled = progress.itemsTotal > 0 ? width * progress.itemsDone / progress.itemsTotal : width
      text += String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled) + " "
    }
    text += "\(progress.itemsDone)/\(progress.itemsTotal) items"
    if progress.itemsKnown > 0 { text += " (\(progress.itemsKnown) known before)" }
    if computed > 0 && rate > 0 {
      text += String(format: ", %.1f items/s", rate)
      if progress.phase != .finished { text += ", \(duration(Double(progress.itemsTotal - progress.itemsDone) / rate)) left" }
    }
    if progress.phase == .finished { text += ", \(duration(seconds))" }
    return text
  }

  static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    if seconds < 10 { return String(format: "%.1f s", seconds) }
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
