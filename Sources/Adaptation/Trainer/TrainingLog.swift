// The run's diary: JSON Lines, one for each step and each validation.

internal import Documents

/// `training.jsonl`. Line 1 is the header with the run's identity; a step's line is
/// `{"step","epoch","loss","cross_entropy","divergence_old","divergence_new","masked_share","accuracy","learning_rate","grad_norm","tokens_per_second"}`,
/// a validation's `{"step","epoch","validation_loss","validation_objective","validation_accuracy","best"}`, the first being cross-entropy.
final class TrainingLog {
  private let file: AppendFile

  /// Begins a log, or goes on with one.
  ///
  /// - Parameter step: the last step of the state that the run goes on from; lines behind it are of steps that will be made again. Nil: begins anew.
  init(path: String, identity: JSONValue, after step: Int?) throws {
    var kept: [JSONValue] = []
    if let step, Files.exists(path) {
      try JSONLines.forEach(in: try Files.read(path), file: path, toleratesTornEnd: true) { value, _ in
        if let at = value["step"]?.integer, at <= step { kept.append(value) }
      }
    }
    var bytes: [UInt8] = []
    let header: JSONValue = ["format": "flipgate.training_log", "version": 1, "run": identity]
    for line in [header] + kept {
      line.append(to: &bytes)
      bytes.append(UInt8(ascii: "\n"))
    }
    try Files.write(bytes, to: path)
    file = try AppendFile(appendingTo: path)
  }

  func append(step: Int, epoch: Double, _ loss: BatchLoss, learningRate: Double, norm: Double, tokensPerSecond: Double) throws(FileError) {
    try append([
      "step": .integer(step), "epoch": .number(epoch), "loss": .number(loss.loss), "cross_entropy": .number(loss.crossEntropy),
      "divergence_old": .number(loss.divergenceFromOld), "divergence_new": .number(loss.divergenceFromNew),
      "masked_share": .number(loss.maskedShare), "accuracy": .number(loss.accuracy), "learning_rate": .number(learningRate),
      "grad_norm": .number(norm), "tokens_per_second": .number(tokensPerSecond.rounded()),
    ])
  }

  func append(step: Int, epoch: Double, validation: BatchLoss, isBest: Bool) throws(FileError) {
    try append([
      "step": .integer(step), "epoch": .number(epoch), "validation_loss": .number(validation.crossEntropy),
      "validation_objective": .number(validation.loss),
      "validation_accuracy": .number(validation.accuracy), "best": .bool(isBest),
    ])
  }

  private func append(_ line: JSONValue) throws(FileError) {
    var bytes: [UInt8] = []
    line.append(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    try file.append(bytes)
  }
}
