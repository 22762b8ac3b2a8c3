// The optimiser, the schedules and clipping against torch.optim.AdamW and transformers (fixtures/generate/optimizer_steps.py).

import Adaptation
import Documents
import Foundation
import Testing

@Suite struct OptimizerTests {
  static let fixtures =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path + "/fixtures"

  static func reference() throws -> JSONValue {
    let path = fixtures + "/adaptation/optimizer.json"
    return try JSONValue.parse(try Files.read(path), file: path)
  }

  static func floats(_ value: JSONValue?) -> [Float] { value?.array?.compactMap { $0.double.map { Float($0) } } ?? [] }

  static let shapes: [(String, LearningRateSchedule.Shape)] = [("constant_with_warmup", .constant), ("linear", .linear), ("cosine", .cosine)]

  /// A run that its time ends goes down to 0 by then: half of the time over is as far as half of the steps.
  @Test(arguments: [LearningRateSchedule.Shape.linear, .cosine]) func timeEndsTheScheduleToo(_ shape: LearningRateSchedule.Shape) {
    let schedule = LearningRateSchedule(shape: shape, peak: 1, warmupSteps: 10, totalSteps: 100)
    #expect(schedule.rate(at: 5, elapsed: 0.9) == schedule.rate(at: 5))
    for step in 10...50 { #expect(schedule.rate(at: step, elapsed: 0.5) == schedule.rate(at: 50)) }
    #expect(schedule.rate(at: 60, elapsed: 0.5) == schedule.rate(at: 60))
    #expect(abs(schedule.rate(at: 20, elapsed: 1)) < 1e-15 && schedule.rate(at: 20, elapsed: 2) >= 0)
  }

  @Test(arguments: shapes) func twentyStepsAsTorchMakesThem(_ name: String, _ shape: LearningRateSchedule.Shape) throws {
    let reference = try Self.reference()
    let run = try #require(reference["runs"]?.array?.first { $0["shape"]?.string == name })
    let schedule = LearningRateSchedule(
      shape: shape, peak: try #require(reference["peak"]?.double), warmupSteps: try #require(reference["warmup_steps"]?.integer),
      totalSteps: try #require(reference["total_steps"]?.integer))
    var values = Self.floats(run["first"])
    var optimizer = AdamW(AdamW.Settings(weightDecay: try #require(reference["weight_decay"]?.double)), valueCount: values.count)
    let steps = try #require(run["steps"]?.array)
    #expect(steps.count == 20)
    for (index, step) in steps.enumerated() {
      let rate = schedule.rate(at: index)
      #expect(abs(rate - (step["rate"]?.double ?? .nan)) <= 1e-15)
      var gradients = Self.floats(step["gradient"])
      let gradientSpan = gradients.mutableSpan
      let norm = GradientNorm(of: gradientSpan)
      // torch sums the squares in f32: 7 of them, so some units in the last place.
      #expect(abs(norm.value - (step["norm"]?.double ?? .nan)) <= 5e-7 * norm.value)
      var span = values.mutableSpan
      optimizer.update(&span, gradients: gradientSpan, scale: norm.scale(within: reference["clip_norm"]?.double), learningRate: rate)
      for (mine, theirs) in zip(values, Self.floats(step["values"])) {
        // The norm's last places reach the values by the clipped gradients.
        #expect(abs(mine - theirs) <= 2e-6 * max(abs(theirs), 0.01), "step \(index)")
      }
    }
  }

  @Test func oneStepByHand() {
    // m = 0.1 · 2 = 0.2, v = 0.001 · 4 = 0.004; m / (1 - 0.9) = 2, √(v / (1 - 0.999)) = 2: θ = 1 · (1 - 0.1 · 0.5) - 0.1 · 2 / 2 = 0.85.
    var values: [Float] = [1]
    var gradients: [Float] = [2]
    var optimizer = AdamW(AdamW.Settings(weightDecay: 0.5), valueCount: 1)
    var span = values.mutableSpan
    optimizer.update(&span, gradients: gradients.mutableSpan, scale: 1, learningRate: 0.1)
    #expect(abs(values[0] - 0.85) < 1e-6)
    #expect(optimizer.step == 1)
  }

  @Test func clippingKeepsShortGradients() {
    var gradients: [Float] = [3, 4]
    let norm = GradientNorm(of: gradients.mutableSpan)
    #expect(norm.value == 5)
    #expect(norm.scale(within: 10) == 1)
    #expect(abs(norm.scale(within: 1) - 0.2) < 1e-6)
    #expect(norm.scale(within: nil) == 1)
  }

  @Test func ordersFollowFromTheSeed() {
    var first = SeededOrder(seed: 7, .epoch, round: 0)
    var again = SeededOrder(seed: 7, .epoch, round: 0)
    var next = SeededOrder(seed: 7, .epoch, round: 1)
    let order = first.permutation(of: 100)
    #expect(order == again.permutation(of: 100))
    #expect(order != next.permutation(of: 100))
    #expect(order.sorted() == Array(0..<100))
    #expect(first.permutation(of: 0).isEmpty && first.permutation(of: 1) == [0])
  }

  /// Each of the 6 orders of 3 comes about as often: 6000 draws, 1000 each, standard deviation √(6000 · 1/6 · 5/6) = 28.9; five of them are 144.
  @Test func ordersAreFair() {
    var counts: [[Int]: Int] = [:]
    for seed in 0..<6000 {
      var order = SeededOrder(seed: UInt64(seed), .validationSplit)
      counts[order.permutation(of: 3), default: 0] += 1
    }
    #expect(counts.count == 6)
    for count in counts.values { #expect(abs(count - 1000) < 144) }
  }
}
