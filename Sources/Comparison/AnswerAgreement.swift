// How often both sides gave the same answer: users get used to wrong answers too.

internal import Records

/// Shares of items with the same answer on both sides, in 0...1; nil where there are no such items.
public struct AnswerAgreement: Sendable, Hashable {
  /// Of all paired items.
  public var exact: Double?
  /// Of the items that both got right: where several answers are right, a change among them shows here.
  public var bothCorrect: Double?
  /// Of the items that both got wrong.
  public var bothWrong: Double?
  /// Mean likeness of both sides' answers, 0...1; see ``AnswerSimilarity``. nil where the texts of changed answers were not at hand.
  public var similarity: Double?
  public var similarityBothCorrect: Double?
  public var similarityBothWrong: Double?

  /// What a file says of likeness alone.
  init(similarity: Double?, bothCorrect: Double?, bothWrong: Double?) {
    self.similarity = similarity
    similarityBothCorrect = bothCorrect
    similarityBothWrong = bothWrong
  }

  public init(_ pairs: [ItemPair]) {
    var all = Share()
    var right = Share()
    var wrong = Share()
    for pair in pairs {
      let isSame = pair.hasSameAnswer
      all.count(isSame)
      switch pair.flip {
      case .bothCorrect: right.count(isSame)
      case .bothWrongSame, .bothWrongChanged: wrong.count(isSame)
      case .negative, .positive, nil: break
      }
    }
    exact = all.value
    bothCorrect = right.value
    bothWrong = wrong.value
  }

  private struct Share {
    var same = 0
    var total = 0
    var value: Double? { total > 0 ? Double(same) / Double(total) : nil }
    mutating func count(_ isSame: Bool) {
      total += 1
      if isSame { same += 1 }
    }
  }
}

extension ItemPair {
  /// Whether both sides are held to have said the same, byte for byte.
  public var hasSameAnswer: Bool { baseline.hasSameAnswer(as: candidate) }
}
