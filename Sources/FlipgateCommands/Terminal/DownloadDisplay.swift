// How far a download is: a bar on a terminal, a plain line now and then in a log.

internal import Foundation
internal import ModelHub
internal import Reports
internal import Synchronization

/// Shows a download on standard error; told from several threads.
final class DownloadDisplay: Sendable {
  private struct State {
    var name = ""
    var start = Date()
    var lastShown = Date.distantPast
    var lastPhase = DownloadProgress.Phase.listing
    var hasFetched = false
  }

  private let style: ProgressDisplay.Style
  private let state = Mutex(State())

  init(style: ProgressDisplay.Style) { self.style = style }

  func show(_ progress: DownloadProgress) {
    if style == .none { return }
    state.withLock { state in
      let now = Date()
      if state.name != progress.name { state = State(name: progress.name, start: now) }
      if progress.bytesFetched == 0 { state.start = now } else { state.hasFetched = true }
      let isLast = progress.phase == .finished
      // A model that is whole in the cache is nothing to tell of.
      if isLast && !state.hasFetched && style == .lines { return }
      let isNews = isLast || progress.phase != state.lastPhase && progress.phase != .fetching
      let interval = style == .bar ? 0.1 : 10.0
      if !isNews && now.timeIntervalSince(state.lastShown) < interval { return }
      state.lastShown = now
      state.lastPhase = progress.phase
      let text = Self.text(progress, seconds: now.timeIntervalSince(state.start), style: style)
      switch style {
      case .bar: Console.status("\r\u{1B}[2K" + (isLast && !state.hasFetched ? "" : text + (isLast ? "\n" : "")))
      case .lines: Console.status(text + "\n")
      case .none: break
      }
    }
  }

  private static func text(_ progress: DownloadProgress, seconds: Double, style: ProgressDisplay.Style) -> String {
    let name = VisibleText.of(progress.name, limit: 60)
    switch progress.phase {
    case .listing: return "\(name): asking the hub"
    case .waiting: return "\(name): another process is fetching it; waiting"
    case .retrying(let pause, let reason): return "\(name): \(VisibleText.of(reason, limit: 200)); again in \(ProgressDisplay.duration(pause))"
    case .fetching, .finished: break
    }
    let rate = seconds > 0 ? Double(progress.bytesFetched) / seconds : 0
    if progress.phase == .finished {
      return "\(name): fetched \(HubError.size(progress.bytesFetched)), \(ProgressDisplay.duration(seconds))"
    }
    var text = "\(name): "
    let (done, total) = (min(progress.bytesDone, progress.bytesTotal), progress.bytesTotal)
    if style == .bar {
      let width = 24
      let filled = total > 0 ? Int(Double(width) * Double(done) / Double(total)) : 0
      text += String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled) + " "
    }
    text += "\(HubError.size(done)) of \(HubError.size(total)), \(progress.filesDone)/\(progress.filesTotal) files"
    // The first kilobytes say nothing of the speed.
    if seconds >= 1 && progress.bytesFetched > 1_000_000 {
      text += ", \(HubError.size(Int(min(rate, 1e15))))/s, \(ProgressDisplay.duration(min(Double(total - done) / rate, 1e7))) left"
    }
    return text
  }
}
