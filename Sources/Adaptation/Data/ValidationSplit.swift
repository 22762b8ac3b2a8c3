// Which examples are kept out of training, to see how well what is learned holds for others.

/// Training and validation examples.
public struct ValidationSplit: Sendable {
  public var training: [EncodedExample]
  public var validation: [EncodedExample]

  /// Takes a share of the examples by lot; both parts keep the examples' order.
  public init(_ examples: [EncodedExample], settings: TrainingSettings) {
    var count = Int((Double(examples.count) * settings.validationShare).rounded())
    if settings.validationShare > 0, examples.count > 1 { count = min(max(1, count), examples.count - 1) } else { count = 0 }
    var order = SeededOrder(seed: settings.seed, .validationSplit)
    let kept = Set(order.permutation(of: examples.count).prefix(count))
    training = examples.indices.filter { !kept.contains($0) }.map { examples[$0] }
    validation = Self.within(settings.validationTokens, examples.indices.filter(kept.contains).map { examples[$0] })
  }

  /// With validation examples of their own.
  public init(training: [EncodedExample], validation: [EncodedExample], settings: TrainingSettings) {
    self.training = training
    self.validation = Self.within(settings.validationTokens, validation)
  }

  /// The first examples that stay within a number of tokens; at least one.
  private static func within(_ tokens: Int, _ examples: [EncodedExample]) -> [EncodedExample] {
    var left = tokens
    var count = 0
    for example in examples {
      if count > 0, example.tokens.count > left { break }
      left -= example.tokens.count
      count += 1
    }
    return Array(examples.prefix(count))
  }
}
