// What the trainer needs of a model: a loss with its gradients, and values to change.

/// A model in training, with the data that it is trained on.
///
/// One caller at a time. Equal values, batches and steps give equal bits.
public protocol Learner: AnyObject {
  /// The number of trained values.
  var valueCount: Int { get }
  /// The values as they are now; reading copies.
  var values: [Float] { get set }
  /// Changes the values in place with the gradients at hand.
  func update<Failure: Error>(
    _ body: (_ values: inout MutableSpan<Float>, _ gradients: inout MutableSpan<Float>) throws(Failure) -> Void
  ) throws(Failure)
  func clearGradients()
  /// Adds the gradients of the mean loss over a batch of training examples, times `gradientScale`.
  ///
  /// - Parameters:
  ///   - batch: places in the training examples.
  ///   - draw: the number of this batch in the run: the seed of dropout.
  func learn(_ batch: [Int], draw: UInt64, gradientScale: Double) throws -> BatchLoss
  /// The loss over a batch of validation examples, without dropout and without gradients.
  func validate(_ batch: [Int]) throws -> BatchLoss
}

/// What a batch, or several, came to; means over the trained tokens, logarithms natural.
public struct BatchLoss: Sendable, Hashable {
  /// What is minimised.
  public var loss = 0.0
  public var crossEntropy = 0.0
  /// Over the tokens that follow the old model, and over the others.
  public var divergenceFromOld = 0.0
  public var divergenceFromNew = 0.0
  /// The share of tokens that follow the old model.
  public var maskedShare = 0.0
  /// The share of tokens that the student predicts.
  public var accuracy = 0.0
  /// Σ weights of the trained tokens.
  public var weight = 0.0

  public init(
    loss: Double = 0, crossEntropy: Double = 0, divergenceFromOld: Double = 0, divergenceFromNew: Double = 0, maskedShare: Double = 0,
    accuracy: Double = 0, weight: Double = 0
  ) {
    self.loss = loss
    self.crossEntropy = crossEntropy
    self.divergenceFromOld = divergenceFromOld
    self.divergenceFromNew = divergenceFromNew
    self.maskedShare = maskedShare
    self.accuracy = accuracy
    self.weight = weight
  }

  /// The two together.
  mutating func add(_ other: BatchLoss) {
    func mean(_ a: Double, _ weightOfA: Double, _ b: Double, _ weightOfB: Double) -> Double {
      weightOfA + weightOfB > 0 ? (a * weightOfA + b * weightOfB) / (weightOfA + weightOfB) : 0
    }
    divergenceFromOld = mean(divergenceFromOld, weight * maskedShare, other.divergenceFromOld, other.weight * other.maskedShare)
    divergenceFromNew = mean(
      divergenceFromNew, weight * (1 - maskedShare), other.divergenceFromNew, other.weight * (1 - other.maskedShare))
    for part in [\BatchLoss.loss, \.crossEntropy, \.maskedShare, \.accuracy] {
      self[keyPath: part] = mean(self[keyPath: part], weight, other[keyPath: part], other.weight)
    }
    weight += other.weight
  }
}
