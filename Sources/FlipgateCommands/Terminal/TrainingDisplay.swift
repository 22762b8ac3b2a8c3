// How far training is: a line that is written over on a terminal, a plain line now and then in a log.

internal import Adaptation
internal import Foundation
internal import Synchronization

final class TrainingDisplay: Sendable {
  private struct State {
    var start = Date()
    var firstStep: Int?
    var lastShown = Date.distantPast
  }

  private let style: ProgressDisplay.Style
  private let state = Mutex(State())

  init(style: ProgressDisplay.Style) { self.style = style }

  func show(_ progress: TrainingProgress) {
    if style == .none { return }
    state.withLock { state in
      let now = Date()
      let interval = style == .bar ? 0.1 : 10.0
      if !progress.isFinished && now.timeIntervalSince(state.lastShown) < interval { return }
      state.lastShown = now
      let first = state.firstStep ?? progress.step
      if state.firstStep == nil { (state.firstStep, state.start) = (first, now) }
      var text = "step \(progress.step)/\(progress.totalSteps)"
      text += String(format: ", epoch %.2f, loss %.4f", progress.epoch, progress.loss)
      if let validation = progress.validationLoss { text += String(format: ", validation %.4f", validation) }
      if progress.tokensPerSecond > 0 { text += String(format: ", %.0f tokens/s", progress.tokensPerSecond) }
      let done = progress.step - first
      if !progress.isFinished, done > 0 {
        let left = now.timeIntervalSince(state.start) / Double(done) * Double(progress.totalSteps - progress.step)
        text += ", \(ProgressDisplay.duration(left)) left"
      }
      Console.status(style == .bar ? "\r\u{1B}[2K" + text + (progress.isFinished ? "\n" : "") : text + "\n")
    }
  }
}
