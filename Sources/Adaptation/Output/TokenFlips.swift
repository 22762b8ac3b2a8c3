// What an adapter changes, seen on validation tokens: which the old model predicts, and which the new one does with and without it.

public import Documents

/// Predictions of the next token on the validation examples, counted as the gate counts items.
///
/// A token is right where the most likely next token is the gold one. It stands for what users would see where there are no items to ask.
public struct TokenFlips: Sendable, Hashable {
  public var tokens = 0
  public var oldRight = 0
  /// Of the new model, as it came and with the adapter.
  public var rightBefore = 0
  public var rightAfter = 0
  /// Right by the old model and wrong by the new one: negative flips.
  public var negativeBefore = 0
  public var negativeAfter = 0
  /// Wrong by the old model and right by the new one.
  public var positiveBefore = 0
  public var positiveAfter = 0

  public init() {}

  mutating func count(old: TokenVerdict, before: TokenVerdict, after: TokenVerdict) {
    tokens += 1
    if old.isRight { oldRight += 1 }
    if before.isRight { rightBefore += 1 }
    if after.isRight { rightAfter += 1 }
    if old.isRight, !before.isRight { negativeBefore += 1 }
    if old.isRight, !after.isRight { negativeAfter += 1 }
    if !old.isRight, before.isRight { positiveBefore += 1 }
    if !old.isRight, after.isRight { positiveAfter += 1 }
  }

  public var json: JSONValue {
    [
      "tokens": .integer(tokens), "old_right": .integer(oldRight), "right_before": .integer(rightBefore), "right_after": .integer(rightAfter),
      "negative_before": .integer(negativeBefore), "negative_after": .integer(negativeAfter), "positive_before": .integer(positiveBefore),
      "positive_after": .integer(positiveAfter),
    ]
  }
}
