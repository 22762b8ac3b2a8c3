// The losses and their gradients against PyTorch, against finite differences, and against themselves cut otherwise.

import Documents
import Foundation
import Tensors
import Testing

@testable import Adaptation

@Suite struct ObjectiveTests {
  /// Largest difference of two lists relative to the largest value of the second.
  private func difference(_ found: [Float], _ expected: [Float]) -> Float {
    let scale = expected.map(abs).max() ?? 0
    return (zip(found, expected).map { abs($0 - $1) }.max() ?? 0) / max(scale, 1e-30)
  }

  @Test func referenceIsThere() { #expect(ObjectiveGoldens.cases.count == 33) }

  @Test(arguments: ObjectiveGoldens.cases)
  func matchesPyTorch(_ given: ObjectiveCase) throws {
    let found = try ObjectiveGoldens.loss(given, sliceWidth: 16, threads: 2)
    let expected = try #require(given.json["expected"])
    func expect(_ value: Double, _ key: String) throws {
      let reference = try #require(expected[key]?.double)
      #expect(abs(value - reference) <= 1e-5 * max(abs(reference), 0.01), "\(key): \(value), PyTorch \(reference)")
    }
    try expect(found.loss, "loss")
    try expect(found.crossEntropy, "cross_entropy")
    try expect(found.divergenceFromOld, "old")
    try expect(found.divergenceFromNew, "new")
    try expect(found.maskedShare, "masked")
    try expect(found.accuracy, "accuracy")
    let gradient = try #require(found.gradient).allValues
    #expect(difference(gradient, try #require(expected["gradient"]).floats) <= 1e-5)
  }

  @Test(arguments: ObjectiveGoldens.cases)
  func threadsChangeNoBit(_ given: ObjectiveCase) throws {
    let one = try ObjectiveGoldens.loss(given, sliceWidth: 16, threads: 1)
    for threads in [2, 3, 8] {
      let more = try ObjectiveGoldens.loss(given, sliceWidth: 16, threads: threads)
      #expect(more.loss.bitPattern == one.loss.bitPattern)
      #expect(more.gradient?.allValues.map(\.bitPattern) == one.gradient?.allValues.map(\.bitPattern))
    }
    let without = try ObjectiveGoldens.loss(given, sliceWidth: 16, threads: 2, wantsGradient: false)
    #expect(without.loss.bitPattern == one.loss.bitPattern && without.gradient == nil)
  }

  @Test(arguments: ObjectiveGoldens.cases)
  func slicesChangeRoundingAlone(_ given: ObjectiveCase) throws {
    let whole = try ObjectiveGoldens.loss(given, sliceWidth: 64, threads: 1)
    for width in [1, 7, 37] {
      let cut = try ObjectiveGoldens.loss(given, sliceWidth: width, threads: 2)
      #expect(abs(cut.loss - whole.loss) <= 1e-5 * max(whole.loss, 0.01))
      #expect(difference(try #require(cut.gradient).allValues, try #require(whole.gradient).allValues) <= 1e-5)
    }
  }

  // A step of 1/128 in f32: the difference quotient's own error is of order step², the loss's about 1e-6 / step.
  @Test(arguments: ["student-wrong, half cross-entropy, weights", "always-old, bias, cap, other sizes", "always-old, chunks, bias, cap"])
  func matchesFiniteDifferences(_ name: String) throws {
    let given = try #require(ObjectiveGoldens.cases.first { $0.name == name })
    let objective = try Objective(json: #require(given.json["objective"]))
    let student = try ObjectiveGoldens.model(#require(given.json["student"]?.string))
    let loss = try CompatibilityLoss(objective, vocabulary: student.vocabulary(sliceWidth: 16), threads: 1)
    let old: OldTeacher =
      given.json["with_chunks"]?.bool == true
      ? .chunks(try ObjectiveGoldens.chunks()) : .states(try ObjectiveGoldens.model(#require(given.json["old"]?.string)).teacher(sliceWidth: 16))
    let new = try ObjectiveGoldens.model(#require(given.json["new"]?.string)).teacher(sliceWidth: 16)
    let targets = try ObjectiveGoldens.targets(given)
    let states = try student.states()
    let gradient = try #require(try loss(student: states, old: old, new: new, targets: targets).gradient)
    let step: Float = 1.0 / 128
    for (row, column) in [(0, 0), (2, 3), (4, 7), (6, 1), (9, 5), (11, 2), (5, 4)] {
      let value = states[row, column]
      states[row, column] = value + step
      let above = try loss(student: states, old: old, new: new, targets: targets, wantsGradient: false).loss
      states[row, column] = value - step
      let below = try loss(student: states, old: old, new: new, targets: targets, wantsGradient: false).loss
      states[row, column] = value
      let quotient = Float((above - below) / Double(2 * step))
      #expect(abs(quotient - gradient[row, column]) <= 5e-4, "row \(row), column \(column): \(quotient), \(gradient[row, column])")
    }
  }

  @Test func gradientIsScaled() throws {
    let given = try #require(ObjectiveGoldens.cases.first { $0.name == "student-wrong, half cross-entropy, weights" })
    let student = try ObjectiveGoldens.model("student")
    let objective = try Objective(json: #require(given.json["objective"]))
    let loss = try CompatibilityLoss(objective, vocabulary: student.vocabulary(sliceWidth: 16), threads: 1)
    let old = OldTeacher.states(try ObjectiveGoldens.model("old").teacher(sliceWidth: 16))
    let new = try ObjectiveGoldens.model("new").teacher(sliceWidth: 16)
    let (targets, states) = (try ObjectiveGoldens.targets(given), try student.states())
    let whole = try loss(student: states, old: old, new: new, targets: targets)
    let quarter = try loss(student: states, old: old, new: new, targets: targets, gradientScale: 0.25)
    #expect(quarter.loss == whole.loss)
    // A power of two scales every product and sum exactly.
    #expect(try #require(quarter.gradient).allValues == #require(whole.gradient).allValues.map { $0 / 4 })
  }

  @Test func keptVerdictsChangeNothing() throws {
    let given = try #require(ObjectiveGoldens.cases.first { $0.name == "sequence-likelihood, half cross-entropy, weights" })
    let student = try ObjectiveGoldens.model("student")
    let objective = try Objective(json: #require(given.json["objective"]))
    let loss = try CompatibilityLoss(objective, vocabulary: student.vocabulary(sliceWidth: 16), threads: 1)
    let new = try ObjectiveGoldens.model("new").teacher(sliceWidth: 16)
    var old = try ObjectiveGoldens.model("old").teacher(sliceWidth: 16)
    let (targets, states) = (try ObjectiveGoldens.targets(given), try student.states())
    let computed = try loss(student: states, old: .states(old), new: new, targets: targets)
    old.verdicts = try verdicts(of: .old, hidden: old.hidden, vocabulary: old.vocabulary, targets: targets, threads: 2)
    let kept = try loss(student: states, old: .states(old), new: new, targets: targets)
    #expect(kept.loss.bitPattern == computed.loss.bitPattern)
    #expect(kept.gradient?.allValues == computed.gradient?.allValues)
  }

  @Test func verdictsSayTheCrossEntropy() throws {
    let given = try #require(ObjectiveGoldens.cases.first { $0.name == "cross-entropy" })
    let student = try ObjectiveGoldens.model("student")
    let targets = try ObjectiveGoldens.targets(given)
    let said = try verdicts(of: .student, hidden: student.states(), vocabulary: student.vocabulary(sliceWidth: 16), targets: targets, threads: 2)
    let rows = targets.trainedRows
    let expected = try #require(given.json["expected"])
    let crossEntropy = -rows.reduce(0.0) { $0 + said[$1].logProbability } / Double(rows.count)
    #expect(abs(crossEntropy - (try #require(expected["cross_entropy"]?.double))) < 1e-5)
    let accuracy = Double(rows.count { said[$0].isRight }) / Double(rows.count)
    #expect(abs(accuracy - (try #require(expected["accuracy"]?.double))) < 1e-12)
  }

  /// A student that says what the teachers say has nothing to learn from them.
  @Test func equalModelsHaveNoDivergence() throws {
    let given = try #require(ObjectiveGoldens.cases.first)
    let student = try ObjectiveGoldens.model("student-biased")
    let twin = try student.teacher(sliceWidth: 16)
    let loss = try CompatibilityLoss(Objective(), vocabulary: student.vocabulary(sliceWidth: 16), threads: 1)
    let found = try loss(student: student.states(), old: .states(twin), new: twin, targets: ObjectiveGoldens.targets(given))
    #expect(abs(found.loss) < 1e-6)
    #expect((found.gradient?.allValues.map(abs).max() ?? 1) < 1e-6)
  }

  /// Rows of weight 0 may hold anything, and their gradient is zero.
  @Test func untrainedRowsAreNotLookedAt() throws {
    let given = try #require(ObjectiveGoldens.cases.first { $0.name == "student-wrong" })
    let student = try ObjectiveGoldens.model("student")
    let loss = try CompatibilityLoss(Objective(), vocabulary: student.vocabulary(sliceWidth: 16), threads: 2)
    let states = try student.states()
    for column in 0..<8 { states[5, column] = .nan }
    let found = try loss(
      student: states, old: .states(ObjectiveGoldens.model("old").teacher(sliceWidth: 16)),
      new: ObjectiveGoldens.model("new").teacher(sliceWidth: 16), targets: ObjectiveGoldens.targets(given))
    #expect(abs(found.loss - (try #require(given.json["expected"]?["loss"]?.double))) < 1e-5)
    #expect(try #require(found.gradient).row(5) == Array(repeating: 0, count: 8))
  }
}
