// Where a run is: everything that decides how it goes on, beside the models and the data.

internal import Documents

/// One point of the learning curve.
public struct CurvePoint: Sendable, Hashable {
  /// Steps done.
  public var step: Int
  public var epoch: Double
  /// The mean objective over the steps since the last point.
  public var loss: Double
  /// Cross-entropy on the validation examples, in nats a token; nil where it was not measured.
  public var validationLoss: Double?
  public var learningRate: Double
}

/// The state of a run between two steps.
struct TrainingState {
  var values: [Float]
  var optimizer: AdamW
  /// The values of the best validation so far.
  var best: Best?
  /// The epoch of the next step, and its place in it.
  var epoch = 0
  var stepInEpoch = 0
  /// Batches that went through the model: the next draw of dropout.
  var draws: UInt64 = 0
  /// Seconds of training so far.
  var seconds = 0.0
  var curve: [CurvePoint] = []
  /// The losses since the last point of the curve.
  var sinceLastPoint = BatchLoss()
  /// Whether nothing is left to be done.
  var isFinished = false

  struct Best {
    var step: Int
    /// What it was chosen by.
    var loss: Double
    var crossEntropy: Double
    var values: [Float]
  }

  init(values: [Float], settings: AdamW.Settings) {
    self.values = values
    optimizer = AdamW(settings, valueCount: values.count)
  }
}

extension CurvePoint {
  var json: JSONValue {
    [
      "step": .integer(step), "epoch": .number(epoch), "loss": .number(loss), "validation_loss": validationLoss.map { .number($0) } ?? .null,
      "learning_rate": .number(learningRate),
    ]
  }

  init?(json: JSONValue) {
    guard let step = json["step"]?.integer, let epoch = json["epoch"]?.double, let loss = json["loss"]?.double,
      let rate = json["learning_rate"]?.double
    else { return nil }
    self.init(step: step, epoch: epoch, loss: loss, validationLoss: json["validation_loss"]?.double, learningRate: rate)
  }
}
