// The student with its teachers, as the trainer sees it: batches of examples in, losses and gradients out.

internal import LanguageModels
internal import Tensors

/// An adapter in training on a frozen base.
final class AdapterLearner: Learner {
  /// How the old model teaches: in the student's own tokens, or across tokenizers.
  enum Old {
    case states(FrozenTeacher)
    case chunks(ForeignTeacher)
  }

  private let student: TrainableModel
  private let loss: CompatibilityLoss
  private let old: Old?
  private let new: FrozenTeacher?
  private let split: ValidationSplit

  init(_ student: TrainableModel, objective: Objective, old: Old?, new: FrozenTeacher?, split: ValidationSplit, threads: Int) throws(ObjectiveError) {
    self.student = student
    self.old = old
    self.new = new
    self.split = split
    loss = try CompatibilityLoss(objective, vocabulary: student.vocabulary, threads: threads)
  }

  var valueCount: Int { student.valueCount }

  var values: [Float] {
    get { student.values }
    set { student.values = newValue }
  }

  func update<Failure: Error>(
    _ body: (_ values: inout MutableSpan<Float>, _ gradients: inout MutableSpan<Float>) throws(Failure) -> Void
  ) throws(Failure) { try student.update(body) }

  func clearGradients() { student.clearGradients() }

  func learn(_ batch: [Int], draw: UInt64, gradientScale: Double) throws -> BatchLoss {
    let examples = batch.map { split.training[$0] }
    let (old, new) = try teachers(of: examples)
    let hidden = try student.forward(TokenBatch(examples.map(\.tokens)), step: draw)
    let result = try loss(student: hidden, old: old, new: new, targets: Self.targets(examples), gradientScale: gradientScale)
    if let gradient = result.gradient { try student.backward(gradient) }
    return BatchLoss(result)
  }

  func validate(_ batch: [Int]) throws -> BatchLoss {
    let examples = batch.map { split.validation[$0] }
    let (old, new) = try teachers(of: examples)
    let hidden = try student.hiddenStates(TokenBatch(examples.map(\.tokens)))
    return BatchLoss(try loss(student: hidden, old: old, new: new, targets: Self.targets(examples), wantsGradient: false))
  }

  /// What the objective needs to hear of the teachers.
  private func teachers(of examples: [EncodedExample]) throws -> (old: OldTeacher?, new: Teacher?) {
    let sequences = examples.map(\.tokens)
    let objective = loss.objective
    var oldTeacher: OldTeacher?
    if objective.needsOldModel {
      switch old {
      case .states(let teacher)?: oldTeacher = .states(try teacher.teacher(of: sequences, withVerdicts: objective.needsOldVerdicts))
      case .chunks(let teacher)?: oldTeacher = .chunks(try teacher.chunks(of: examples))
      case nil: break
      }
    }
    let needsNew = objective.needsNewModel || objective.needsNewVerdicts
    let newTeacher = needsNew ? try new?.teacher(of: sequences, withVerdicts: objective.needsNewVerdicts) : nil
    return (oldTeacher, newTeacher)
  }

  static func targets(_ examples: [EncodedExample]) -> TokenTargets {
    var targets = TokenTargets()
    for example in examples { targets.append(example.tokens, trained: example.trained, weight: example.weight) }
    return targets
  }
}

extension BatchLoss {
  init(_ result: LossResult) {
    self.init(
      loss: result.loss, crossEntropy: result.crossEntropy, divergenceFromOld: result.divergenceFromOld,
      divergenceFromNew: result.divergenceFromNew, maskedShare: result.maskedShare, accuracy: result.accuracy, weight: result.weight)
  }
}
