// One batch on its way: what all its blocks share, and how a block of rows becomes losses and gradients.

internal import Foundation
internal import LanguageModels
internal import Tensors

/// A batch whose models, targets and masks have been checked and decided as far as they can be ahead.
struct LossBatch: Sendable {
  let objective: Objective
  let planner: RowPlanner
  let gradient: Matrix?
  private let student: Matrix
  private let vocabulary: any VocabularyProjection
  /// In the order old, new.
  private let teachers: [Teacher?]
  private let targets: TokenTargets
  private let gradientScale: Double

  init(
    _ objective: Objective, student: Matrix, vocabulary: any VocabularyProjection, old: OldTeacher?, new: Teacher?, targets: TokenTargets,
    gradientScale: Double, wantsGradient: Bool, threads: Int
  ) throws(ObjectiveError) {
    try targets.check(vocabulary: vocabulary.vocabularySize, of: .student)
    try checkShape(of: .student, student, vocabulary, rows: targets.count)
    if objective.needsOldModel && old == nil { throw .missingTeacher(.old) }
    if objective.needsNewModel || objective.needsNewVerdicts, new == nil { throw .missingTeacher(.new) }
    var (oldStates, chunks): (Teacher?, [AlignedChunk]?) = (nil, nil)
    switch old {
    case .states(let teacher)? where objective.needsOldModel: oldStates = teacher
    case .chunks(let aligned)? where objective.needsOldModel:
      try aligned.check(targets)
      chunks = aligned
    default: break
    }
    let newStates = objective.needsNewModel ? new : nil
    for (party, teacher) in [(ObjectiveError.Party.old, oldStates), (.new, newStates)] {
      guard let teacher else { continue }
      try targets.check(vocabulary: teacher.vocabulary.vocabularySize, of: party)
      try checkShape(of: party, teacher.hidden, teacher.vocabulary, rows: targets.count)
    }
    func read(_ party: ObjectiveError.Party, _ teacher: Teacher?) throws(ObjectiveError) -> [TokenVerdict]? {
      guard let teacher else { return nil }
      if let known = teacher.verdicts {
        if known.count != targets.count { throw .mismatch("verdicts of the \(party.rawValue)", found: known.count, expected: targets.count) }
        return known
      }
      return try verdicts(of: party, hidden: teacher.hidden, vocabulary: teacher.vocabulary, targets: targets, threads: threads)
    }
    let studentVerdicts =
      RowPlanner.needsStudent(objective, hasChunks: chunks != nil)
      ? try verdicts(of: .student, hidden: student, vocabulary: vocabulary, targets: targets, threads: threads) : nil
    planner = RowPlanner(
      objective, targets: targets, student: studentVerdicts, old: objective.needsOldVerdicts ? try read(.old, oldStates) : nil,
      new: objective.needsNewVerdicts ? try read(.new, new) : nil, chunks: chunks)
    do { gradient = wantsGradient ? try Matrix(rows: targets.count, columns: vocabulary.width) : nil } catch {
      throw ObjectiveError(wrapping: error)
    }
    self.objective = objective
    self.student = student
    self.vocabulary = vocabulary
    self.targets = targets
    self.gradientScale = gradientScale
    teachers = [oldStates, newStates]
  }

  func areaShape(rows: Int) -> LossArea.Shape {
    LossArea.Shape(
      rows: rows, student: .init(vocabulary), teachers: teachers.map { teacher in teacher.map { .init($0.vocabulary) } })
  }

  /// The losses of some rows; their gradients are written where they belong.
  func block(_ rows: [Int], area: LossArea) throws(ObjectiveError) -> [RowLoss] {
    do { return try computeBlock(rows, area: area) } catch { throw ObjectiveError(wrapping: error) }
  }

  private func computeBlock(_ rows: [Int], area: LossArea) throws -> [RowLoss] {
    let distributions = try project(
      student, rows: rows, vocabulary, of: .student, into: area.logits, hidden: area.hidden, limit: vocabulary.vocabularySize, area: area)
    let gold = rows.enumerated().map { place, row in
      let token = Int(targets.tokens[row])
      let slice = area.shape.student.slice(of: token)
      return area.logits[slice][place, token - area.shape.student.slices[slice].lowerBound]
    }
    var losses: [RowLoss] = rows.indices.map { place in
      let (row, logProbability) = (rows[place], Double(gold[place]) - distributions[place].likelihood.logSumExp)
      let verdict = TokenVerdict(
        logProbability: min(logProbability, 0), isRight: distributions[place].largestToken == Int(targets.tokens[row]))
      let plan = planner.plan(row, student: verdict)
      return RowLoss(plan: plan, crossEntropy: -verdict.logProbability, divergence: 0, isRight: verdict.isRight)
    }

    // Teachers one after the other: their logits share memory.
    for (index, party) in [ObjectiveError.Party.old, .new].enumerated() {
      let places = rows.indices.filter { losses[$0].plan.teacher == party }
      guard let teacher = teachers[index], let hidden = area.teacherHidden[index], !places.isEmpty else { continue }
      let limit = min(teacher.vocabulary.vocabularySize, vocabulary.vocabularySize)
      let logits = area.teacherLogits[index]
      guard let cut = area.shape.teachers[index] else { continue }
      let said = try project(
        teacher.hidden, rows: places.map { rows[$0] }, teacher.vocabulary, of: party, into: logits, hidden: hidden, limit: limit, area: area)
      for (number, place) in places.enumerated() {
        let rule = rule(losses[place].plan, student: distributions[place], teacher: said[number])
        for part in area.shape.student.overlaps(cut, limit: limit) {
          losses[place].divergence += area.logits[part.slice].replaceByGradient(
            row: place, columns: part.columns, teacher: part.other.map { (logits[$0.slice], number, $0.column) }, rule: rule)
        }
      }
    }
    guard let gradient else { return losses }
    for place in rows.indices where losses[place].plan.teacher == nil {
      let rule = rule(losses[place].plan, student: distributions[place], teacher: nil)
      for logits in area.logits { _ = logits.replaceByGradient(row: place, columns: 0..<logits.columns, teacher: nil, rule: rule) }
    }
    for place in rows.indices {
      // The gold token's own part, -b, which the kernel leaves out.
      let token = Int(targets.tokens[rows[place]])
      let slice = area.shape.student.slice(of: token)
      var part = Float(gradientScale * losses[place].plan.likelihood)
      if let cap = vocabulary.softCap { part *= 1 - (gold[place] / cap) * (gold[place] / cap) }
      area.logits[slice][place, token - area.shape.student.slices[slice].lowerBound] -= part
    }
    area.gradient.clear(rows: rows.count)
    for slice in area.logits.indices {
      try vocabulary.backward(slice, of: area.logits[slice], rows: rows.count, into: area.gradient, scratch: area.scratch)
    }
    for (place, row) in rows.enumerated() { gradient.copyRow(place, of: area.gradient, to: row) }
    return losses
  }

  private func rule(_ plan: RowPlan, student: RowDistribution, teacher: RowDistribution?) -> DivergenceRule {
    DivergenceRule(
      student: student.tempered, teacher: teacher?.tempered, likelihood: student.likelihood,
      divergenceWeight: Float(gradientScale * plan.divergence / objective.temperature), likelihoodWeight: Float(gradientScale * plan.likelihood),
      softCap: vocabulary.softCap)
  }

  /// The logits of some rows, kept, and what is needed to make them a distribution over the tokens below `limit`.
  private func project(
    _ states: Matrix, rows: [Int], _ projection: any VocabularyProjection, of party: ObjectiveError.Party, into logits: [Matrix], hidden: Matrix,
    limit: Int, area: LossArea
  ) throws -> [RowDistribution] {
    for (place, row) in rows.enumerated() { hidden.copyRow(row, of: states, to: place) }
    var distributions = Array(repeating: RowDistribution(), count: rows.count)
    let temperature = objective.needsOldModel ? objective.temperature : nil
    for slice in 0..<projection.count {
      let range = projection.range(slice).clamped(to: 0..<limit)
      if range.isEmpty { break }
      try projection.cappedLogits(slice, of: hidden, rows: rows.count, into: logits[slice], scratch: area.scratch)
      // While the slice is in the cache.
      for place in rows.indices { distributions[place].add(logits[slice], row: place, tokens: range, temperature: temperature) }
    }
    for place in rows.indices where !distributions[place].isFinite {
      throw ObjectiveError.diverged(party, row: rows[place], sequence: Int(targets.sequences[rows[place]]))
    }
    return distributions
  }
}

/// What turns a row's logits into distributions, slice after slice.
private struct RowDistribution {
  private var sum = LogSumExp()
  /// Σ exp((logit - maximum) / T), where there is a T.
  private var temperedSum = 0.0
  private var temperature: Double?

  mutating func add(_ logits: Matrix, row: Int, tokens: Range<Int>, temperature: Double?) {
    let before = sum.largestLogit
    sum.add(logits, row: row, count: tokens.count, firstToken: tokens.lowerBound)
    guard let temperature, sum.value.isFinite else { return }
    self.temperature = temperature
    let maximum = sum.largestLogit
    if maximum > before { temperedSum *= exp((Double(before) - Double(maximum)) / temperature) }
    temperedSum += logits.temperedSum(row: row, count: tokens.count, maximum: maximum, temperature: temperature)
  }

  var isFinite: Bool { sum.value.isFinite }
  var largestToken: Int { sum.largestToken }
  /// At temperature 1.
  var likelihood: SoftmaxScale { sum.scale }
  /// At the objective's temperature.
  var tempered: SoftmaxScale {
    temperature.map { SoftmaxScale(maximum: sum.largestLogit, temperature: $0, sum: temperedSum) } ?? sum.scale
  }
}

extension LossArea.Shape.Vocabulary {
  /// The slice that a token is in; the token is below the vocabulary's size.
  func slice(of token: Int) -> Int { slices.partitioningIndex { $0.upperBound > token } }

  /// A stretch of one slice's columns and where the other vocabulary keeps the same tokens, if it does.
  struct Overlap {
    var slice: Int
    var columns: Range<Int>
    var other: (slice: Int, column: Int)?
  }

  /// All columns in order, cut where either vocabulary is cut; tokens from `limit` on have no counterpart.
  func overlaps(_ other: Self, limit: Int) -> [Overlap] {
    var parts: [Overlap] = []
    var next = 0
    for (slice, range) in slices.enumerated() {
      var token = range.lowerBound
      while token < range.upperBound {
        while next < other.slices.count, other.slices[next].upperBound <= token { next += 1 }
        var end = range.upperBound
        var place: (slice: Int, column: Int)?
        if token < limit, next < other.slices.count {
          end = min(end, other.slices[next].upperBound, limit)
          place = (next, token - other.slices[next].lowerBound)
        }
        parts.append(Overlap(slice: slice, columns: token - range.lowerBound..<end - range.lowerBound, other: place))
        token = end
      }
    }
    return parts
  }
}

extension [Range<Int>] {
  /// The first index whose element fulfils a condition that all later ones fulfil too.
  fileprivate func partitioningIndex(_ isBehind: (Range<Int>) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
