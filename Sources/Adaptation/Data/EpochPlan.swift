// Which examples go through the model together, epoch by epoch.

/// The batches of a run's epochs.
///
/// Each epoch has the examples in an order of its own, drawn by seed and epoch; a batch takes examples in that order while their tokens stay within the
/// budget, so that no token is padding. A step takes ``TrainingSettings/accumulation`` batches; the last one of an epoch may have fewer.
public struct EpochPlan: Sendable {
  /// The steps of one epoch; a step's batches as indices of examples.
  public typealias Epoch = [[[Int]]]

  private let lengths: [Int]
  private let batchTokens: Int
  private let accumulation: Int
  private let seed: UInt64

  /// - Parameter lengths: the tokens of each example.
  public init(lengths: [Int], settings: TrainingSettings) {
    self.lengths = lengths
    batchTokens = settings.batchTokens
    accumulation = settings.accumulation
    seed = settings.seed
  }

  /// - Parameter index: from 0.
  public func epoch(_ index: Int) -> Epoch {
    var order = SeededOrder(seed: seed, .epoch, round: index)
    let batches = Self.batches(order.permutation(of: lengths.count), lengths: lengths, batchTokens: batchTokens)
    return stride(from: 0, to: batches.count, by: accumulation).map { Array(batches[$0..<min($0 + accumulation, batches.count)]) }
  }

  /// Examples in order, packed.
  static func batches(_ order: [Int], lengths: [Int], batchTokens: Int) -> [[Int]] {
    var batches: [[Int]] = []
    var room = 0
    for index in order {
      if batches.isEmpty || lengths[index] > room {
        batches.append([])
        room = batchTokens
      }
      batches[batches.count - 1].append(index)
      room = max(0, room - lengths[index])
    }
    return batches
  }
}
