// What the rows of a batch should predict, and how much each counts.

/// The next token of each row of packed sequences.
///
/// Row r of a sequence holds its token r and predicts token r + 1; the last row of a sequence predicts nothing.
public struct TokenTargets: Sendable, Hashable {
  /// The token that each row should predict; not read where the weight is 0.
  public private(set) var tokens: [Int32] = []
  /// How much each row counts in the mean; 0: not trained, and never projected onto the vocabulary.
  public private(set) var weights: [Float] = []
  /// The number of the sequence that each row belongs to.
  public private(set) var sequences: [Int32] = []

  public init() {}

  /// Rows one by one.
  ///
  /// - Throws: ``ObjectiveError/mismatch(_:found:expected:)`` if the three are not of one length.
  public init(tokens: [Int32], weights: [Float], sequences: [Int32]) throws(ObjectiveError) {
    if weights.count != tokens.count { throw .mismatch("weights of the targets", found: weights.count, expected: tokens.count) }
    if sequences.count != tokens.count { throw .mismatch("sequence numbers of the targets", found: sequences.count, expected: tokens.count) }
    self.tokens = tokens
    self.weights = weights
    self.sequences = sequences
  }

  /// The targets of packed sequences of which every token but the first counts: for what a frozen model says.
  public static func everyToken(of sequences: [[Int32]]) -> TokenTargets {
    var targets = TokenTargets()
    for tokens in sequences { targets.append(tokens, trained: 0..<tokens.count) }
    return targets
  }

  /// The number of rows.
  public var count: Int { tokens.count }

  /// Adds the rows of a sequence behind those that are there.
  ///
  /// - Parameters:
  ///   - tokens: all tokens of the sequence, a row each.
  ///   - trained: the places of the tokens that are to be predicted; the first token of a sequence never is.
  ///   - weight: of each trained row: 1, or more for items that should count more (the observed flips).
  public mutating func append(_ tokens: [Int32], trained: Range<Int>, weight: Float = 1) {
    let sequence = (sequences.last ?? -1) + 1
    for place in 1..<max(1, tokens.count) {
      self.tokens.append(tokens[place])
      weights.append(trained.contains(place) ? weight : 0)
      sequences.append(sequence)
    }
    if !tokens.isEmpty {
      self.tokens.append(0)
      weights.append(0)
      sequences.append(sequence)
    }
  }

  /// The rows that count.
  var trainedRows: [Int] { weights.indices.filter { weights[$0] != 0 } }

  /// Σ weights, in the order of the rows.
  public var totalWeight: Double { weights.reduce(0) { $0 + Double($1) } }

  /// Throws if a weight is no weight, or a token is not in a vocabulary.
  func check(vocabulary: Int, of party: ObjectiveError.Party) throws(ObjectiveError) {
    for (row, weight) in weights.enumerated() {
      if !weight.isFinite || weight < 0 { throw .badWeight(row: row, weight) }
      let token = Int(tokens[row])
      if weight > 0, token < 0 || token >= vocabulary {
        throw .targetOutOfVocabulary(party, row: row, token: token, vocabulary: vocabulary)
      }
    }
  }
}
