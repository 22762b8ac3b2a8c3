// Text that never grows past a number of bytes, and says how much it leaves out.

/// A document under a service's limit: whole pieces or none, with an honest line where some are missing.
struct BoundedText {
  /// The most bytes a line such as `and 37 more` takes.
  static let restLimit = 160

  private(set) var text = ""
  private let limit: Int
  private var count = 0

  /// - Parameter limit: in bytes of UTF-8.
  init(limit: Int) { self.limit = limit }

  /// How many bytes are left.
  var room: Int { limit - count }

  /// Adds a piece if it fits.
  @discardableResult
  mutating func add(_ piece: String) -> Bool {
    let bytes = piece.utf8.count
    guard bytes <= room else { return false }
    text += piece
    count += bytes
    return true
  }

  /// Adds the pieces that fit in `share` bytes, and behind them how many do not: `…and 37 more items`.
  ///
  /// - Parameters:
  ///   - most: how many pieces there are at most.
  ///   - noun: what one of them is called.
  ///   - head: stands in front, and is left out where not one piece fits behind it.
  mutating func add<Element>(
    _ head: String, _ elements: some Collection<Element>, most: Int = .max, share: Int, noun: String, piece: (Element) -> String
  ) {
    if elements.isEmpty { return }
    var left = min(share, room) - Self.restLimit - head.utf8.count
    var pieces: [String] = []
    for element in elements.prefix(most) {
      let next = piece(element)
      left -= next.utf8.count
      if left < 0 { break }
      pieces.append(next)
    }
    if !pieces.isEmpty { add(head + pieces.joined()) }
    let missing = elements.count - pieces.count
    if missing > 0 { add("\n…and \(missing) more \(noun)\(missing == 1 ? "" : "s") in `result.json`.\n") }
  }
}
