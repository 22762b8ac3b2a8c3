// A set of scalars, as a pattern's class describes it: ranges, categories and properties, possibly turned around.

/// A set of scalars with a bitmap for everything below U+0800.
struct ScalarSet: Sendable {
  indirect enum Item: Sendable {
    case range(ClosedRange<UInt32>)
    case category(CategorySet, negated: Bool)
    case property(Property, negated: Bool)
    case set(ScalarSet)
  }

  /// Properties that are no general category.
  enum Property: Sendable {
    case whiteSpace, alphabetic, han
    /// `\w` alone, and in a class, where Oniguruma leaves the superscripts and fractions of Latin-1 out.
    case word, wordInClass

    func contains(_ value: UInt32) -> Bool {
      switch self {
      case .whiteSpace: ScalarProperties.isWhiteSpace(value)
      case .word: ScalarProperties.isPatternWord(value)
      case .wordInClass: ScalarProperties.isWord(value, joiners: false)
      case .alphabetic:
        !ScalarProperties.category(value).contains(.unassigned) && Unicode.Scalar(value)?.properties.isAlphabetic == true
      case .han: ScalarProperties.han.contains { $0.contains(value) }
      }
    }
  }

  private let items: [Item]
  private let negated: Bool
  private var bitmap: [UInt64] = []

  init(_ items: [Item], negated: Bool = false) {
    self.items = items
    self.negated = negated
    var bitmap = [UInt64](repeating: 0, count: 32)
    for value in UInt32(0)..<0x800 where computed(value, category: ScalarProperties.computedCategory(value)) {
      bitmap[Int(value >> 6)] |= 1 << UInt64(value & 63)
    }
    self.bitmap = bitmap
  }

  @inline(__always)
  func contains(_ value: UInt32) -> Bool {
    value < 0x800 ? bitmap[Int(value >> 6)] >> UInt64(value & 63) & 1 == 1 : computed(value, category: ScalarProperties.category(value))
  }

  private func computed(_ value: UInt32, category: CategorySet) -> Bool {
    for item in items {
      let found =
        switch item {
        case .range(let range): range.contains(value)
        case .category(let set, let negated): set.contains(category) != negated
        case .property(let property, let negated): property.contains(value) != negated
        case .set(let set): set.contains(value)
        }
      if found { return !negated }
    }
    return negated
  }
}
