// Batches and settings that no loss can be computed of: each names what is wrong, or comes to nothing.

import Documents
import LanguageModels
import Tensors
import Testing

@testable import Adaptation

@Suite struct ObjectiveHostileTests {
  private func sentence(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was thrown"
    } catch {
      return "\(error)"
    }
  }

  /// The loss of the reference models with some things exchanged.
  private func loss(
    _ objective: Objective = Objective(), student: Matrix? = nil, old: OldTeacher?? = nil, new: Teacher?? = nil, targets: TokenTargets? = nil,
    threads: Int = 2
  ) throws -> LossResult {
    let model = try ObjectiveGoldens.model("student")
    let loss = try CompatibilityLoss(objective, vocabulary: model.vocabulary(sliceWidth: 16), threads: threads)
    let usualOld = OldTeacher.states(try ObjectiveGoldens.model("old").teacher(sliceWidth: 16))
    let usualNew = try ObjectiveGoldens.model("new").teacher(sliceWidth: 16)
    let usual = try ObjectiveGoldens.targets(#require(ObjectiveGoldens.cases.first))
    return try loss(student: student ?? model.states(), old: old ?? usualOld, new: new ?? usualNew, targets: targets ?? usual)
  }

  @Test(arguments: [1, 2, 5])
  func divergenceNamesTheFirstRow(_ threads: Int) throws {
    for value in [Float.nan, .infinity] {
      let states = try ObjectiveGoldens.model("student").states()
      for row in [3, 8] { for column in 0..<8 { states[row, column] = column % 2 == 0 ? value : -value } }
      let said = sentence { _ = try loss(student: states, threads: threads) }
      #expect(said.contains("row 3 of the batch (sequence 0)") && said.contains("diverged"), "\(value): \(said)")
    }
  }

  /// Finite logits of ±1e38: at any temperature the student excludes what the teacher expects, and no loss comes of it but infinity.
  @Test func infiniteDivergenceIsDivergence() throws {
    let states = try ObjectiveGoldens.model("student").states()
    for column in 0..<8 { states[7, column] = column % 2 == 0 ? 3e37 : -3e37 }
    let said = sentence { _ = try loss(Objective(mask: .alwaysOld, temperature: 0.001), student: states) }
    #expect(said.contains("the student's output at row 7 of the batch (sequence 1)"), "\(said)")
  }

  @Test func damagedTeachersAreNamed() throws {
    let old = try ObjectiveGoldens.model("old").teacher(sliceWidth: 16)
    old.hidden[9, 0] = .nan
    #expect(sentence { _ = try loss(Objective(mask: .alwaysOld), old: .some(.states(old))) }.contains("old model's output at row 9"))
    #expect(sentence { _ = try loss(Objective(mask: .oldCorrect), old: .some(.states(old))) }.contains("old model's output at row 9"))
  }

  @Test func nothingToTrainComesToNothing() throws {
    let empty = try loss(student: Matrix(rows: 0, columns: 8), targets: TokenTargets())
    #expect(empty.loss == 0 && empty.rows == 0 && empty.weight == 0 && empty.gradient?.rows == 0)
    let tokens = try ObjectiveGoldens.integers("tokens")
    let idle = try TokenTargets(tokens: tokens, weights: tokens.map { _ in 0 }, sequences: ObjectiveGoldens.integers("sequences"))
    for objective in [Objective(), Objective(mask: .sequenceLikelihood), .crossEntropy] {
      let found = try loss(objective, targets: idle)
      #expect(found.loss == 0 && found.crossEntropy == 0 && found.accuracy == 0 && found.rows == 0)
      #expect(found.gradient?.allValues.allSatisfy { $0 == 0 } == true)
    }
  }

  @Test func targetsMustFit() throws {
    func targets(_ token: Int32, weight: Float) throws -> TokenTargets {
      try TokenTargets(tokens: [1, token], weights: [1, weight], sequences: [0, 0])
    }
    for token in [Int32(37), -1, .max, .min] {
      let said = sentence { _ = try loss(targets: targets(token, weight: 1)) }
      #expect(said.contains("row 1 of the batch should predict the token \(token), but the student's vocabulary has 37 tokens"), "\(said)")
      #expect(try loss(targets: targets(token, weight: 0)).rows == 1)
    }
    // The old model's smaller vocabulary ends at 33.
    let said = sentence {
      _ = try loss(old: .some(.states(ObjectiveGoldens.model("old-other").teacher(sliceWidth: 16))), targets: targets(35, weight: 1))
    }
    #expect(said.contains("the old model's vocabulary has 34 tokens"), "\(said)")
    for weight in [Float.nan, .infinity, -1] {
      let said = sentence { _ = try loss(targets: targets(1, weight: weight)) }
      #expect(said.contains("row 1 of the batch has the weight"), "\(said)")
    }
    #expect(sentence { _ = try TokenTargets(tokens: [1], weights: [], sequences: [0]) }.contains("found 0, expected 1"))
  }

  @Test func shapesMustFit() throws {
    let narrow = sentence { _ = try loss(student: Matrix(rows: 14, columns: 7)) }
    #expect(narrow.contains("columns of the hidden states of the student: found 7, expected 8"))
    #expect(sentence { _ = try loss(student: Matrix(rows: 13, columns: 8)) }.contains("found 13, expected 14"))
    var old = try ObjectiveGoldens.model("old").teacher(sliceWidth: 16)
    old.verdicts = []
    #expect(sentence { _ = try loss(Objective(mask: .oldCorrect), old: .some(.states(old))) }.contains("verdicts of the old model: found 0"))
    #expect(sentence { _ = try loss(old: .some(nil)) }.contains("what the old model says"))
    #expect(sentence { _ = try loss(new: .some(nil)) }.contains("what the new model says"))
    #expect(try loss(.crossEntropy, old: .some(nil), new: .some(nil)).rows == 11)
    #expect(try loss(Objective(mask: .alwaysOld), new: .some(nil)).rows == 11)
  }

  @Test(arguments: [
    (0..<0, -1.0), (3..<8, -1), (13..<15, -1), (2..<3, 0.5), (2..<3, Double.nan), (2..<3, -Double.infinity),
  ])
  func chunksMustFit(_ rows: Range<Int>, _ logProbability: Double) {
    let chunk = AlignedChunk(rows: rows, logProbability: logProbability, isRight: true)
    #expect(sentence { _ = try loss(old: .some(.chunks([chunk]))) }.contains("chunk 0 covers the rows"))
  }

  @Test func chunksFollowEachOther() {
    let chunks = [2..<4, 3..<5].map { AlignedChunk(rows: $0, logProbability: -1, isRight: true) }
    #expect(sentence { _ = try loss(old: .some(.chunks(chunks))) }.contains("chunk 1 covers the rows 3..<5"))
  }

  @Test func settingsAreChecked() throws {
    for (objective, name) in [
      (Objective(temperature: 0), "temperature"), (Objective(temperature: .nan), "temperature"), (Objective(lambda: 1.5), "lambda"),
      (Objective(lambda: -0.1), "lambda"), (Objective(weighting: Weighting(.oldRight, rest: -1)), "weight of the rest"),
      (Objective(weighting: Weighting(.oldRight, weight: .infinity)), "weight"),
      (Objective(weighting: Weighting(.flips, rest: 0)), "weight of the rest"),
      (Objective(chunkMatching: ChunkMatching(temperature: 0)), "chunk temperature"),
    ] {
      #expect(sentence { try objective.check() }.hasPrefix("the objective's \(name) is"))
    }
    #expect(sentence { _ = try Objective(json: ["mask": "student-wrng"]) }.contains("did you mean \"student-wrong\"?"))
    #expect(sentence { _ = try Objective(json: ["temperature": "2"]) }.contains("expected a number"))
    #expect(sentence { _ = try Objective(json: []) }.contains("expected an object"))
    #expect(sentence { _ = try Objective(json: ["weighting": ["rule": "old-rigt"]]) }.contains("did you mean \"old-right\"?"))
    let other = Objective(
      mask: .tokenLikelihood, temperature: 1.5, lambda: 0.25, alignsToNewModel: false, weighting: .positiveCongruent, countsPrompt: false,
      chunkMatching: ChunkMatching(temperature: 50, weight: 3))
    for objective in [Objective(), .crossEntropy, other] {
      #expect(try Objective(json: JSONValue.parse(objective.json.serialized(.canonical))) == objective)
    }
    #expect(try Objective(json: [:]) == Objective())
  }

  @Test func targetsOfSequences() {
    var targets = TokenTargets()
    targets.append([5, 6, 7, 8], trained: 2..<4)
    targets.append([], trained: 0..<0)
    targets.append([9], trained: 0..<1)
    targets.append([1, 2], trained: 0..<2, weight: 3)
    #expect(targets.tokens == [6, 7, 8, 0, 0, 2, 0])
    #expect(targets.weights == [0, 1, 1, 0, 0, 3, 0])
    #expect(targets.sequences == [0, 0, 0, 0, 1, 2, 2])
    #expect(targets.totalWeight == 5)
  }
}
