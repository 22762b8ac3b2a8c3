// The skeleton of a JSON text, byte by byte: where each value near the top starts and ends, without holding any of them.

/// Walks JSON text in pieces and tells where the values of the upper levels are.
///
/// It finds structure and does not judge: what lies inside of a value is checked by ``JSONValue/parse(_:file:firstLine:allowsNonFinite:)`` when that value is
/// read. Brackets that do not match, and text that is no JSON at all, are faults here too.
struct JSONStructure {
  /// One step from a value to a member or element of it.
  enum Step: Hashable {
    case key(String)
    case element(Int)
  }

  /// What the walk has come to.
  enum Event {
    /// A value starts at this byte.
    case start
    /// The value ends before this byte.
    case end
  }

  enum Fault: Error {
    case unexpected(byte: UInt8)
    case tooDeep
    case keyTooLong
  }

  /// The deepest nesting that the parser reads.
  static let depthLimit = JSONParser.depthLimit
  static let keyLimit = 1 << 16

  /// Values with at most this many steps above them are told.
  let levels: Int
  /// The steps to the value that the walk is in; only the first `levels` are kept.
  private(set) var path: [Step] = []
  /// The line of the byte that comes next, from 1.
  private(set) var line = 1
  /// The offset of the byte that comes next.
  private(set) var offset = 0
  /// Whether a whole value has been seen.
  private(set) var isComplete = false

  private var isArray: [Bool] = []
  private var state = State.value
  private var key: [UInt8] = []

  private enum State {
    /// Before a value.
    case value
    /// Before the first element of an array or its end.
    case first
    /// Before the first key of an object or its end.
    case key
    /// Before a key.
    case nextKey
    case inKey
    case inKeyEscape
    case colon
    case inString
    case inEscape
    /// In a number or a word.
    case inScalar
    /// Behind a value: a comma or a bracket.
    case behind
  }

  init(levels: Int) { self.levels = levels }

  /// Takes the next piece, from `start` on; `told` is called at each start and end, with the offset in the piece, and stops the walk by returning false.
  ///
  /// - Returns: how far the walk came: the end of the piece unless it was stopped.
  mutating func feed(
    _ bytes: borrowing Span<UInt8>, from start: Int = 0, _ told: (Event, Int, borrowing JSONStructure) throws -> Bool
  ) throws -> Int {
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      switch state {
      case .inString:
        if byte == UInt8(ascii: "\"") {
          if !(try finish(at: index + 1, told)) { return advance(to: index + 1, from: start) }
        } else if byte == UInt8(ascii: "\\") {
          state = .inEscape
        } else if byte == 0x0A {
          line += 1
        }
      case .inEscape: state = .inString
      case .inScalar:
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), 0x20, 0x09, 0x0A, 0x0D:
          if !(try finish(at: index, told)) { return advance(to: index, from: start) }
          // The byte itself is looked at again, behind the value.
          continue
        default: break
        }
      case .inKey:
        if byte == UInt8(ascii: "\"") {
          state = .colon
        } else {
          if byte == UInt8(ascii: "\\") { state = .inKeyEscape }
          key.append(byte)
          if key.count > Self.keyLimit { throw Fault.keyTooLong }
        }
      case .inKeyEscape:
        key.append(byte)
        state = .inKey
      default:
        if byte == 0x0A { line += 1 }
        if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D || (offset == 0 && index < 3 && [0xEF, 0xBB, 0xBF].contains(byte)) {
          break
        }
        if isComplete { throw Fault.unexpected(byte: byte) }
        if !(try structural(byte, at: index, told)) { return advance(to: index + 1, from: start) }
      }
      index += 1
    }
    return advance(to: index, from: start)
  }

  /// Says that the text is over: a number may end with it.
  mutating func finish(at end: Int, _ told: (Event, Int, borrowing JSONStructure) throws -> Bool) throws -> Bool {
    let isTold = isArray.count <= levels
    let goesOn = isTold ? try told(.end, end, self) : true
    if isArray.isEmpty {
      isComplete = true
    } else {
      popStep()
    }
    state = .behind
    return goesOn
  }

  /// Whether a number or word has begun and its end is not known yet.
  var isInScalar: Bool { if case .inScalar = state { true } else { false } }

  private mutating func advance(to index: Int, from start: Int) -> Int {
    offset += index - start
    return index
  }

  private mutating func structural(
    _ byte: UInt8, at index: Int, _ told: (Event, Int, borrowing JSONStructure) throws -> Bool
  ) throws -> Bool {
    switch (state, byte) {
    case (.colon, UInt8(ascii: ":")):
      if isArray.count <= levels { path.append(.key(Self.text(of: key))) }
      state = .value
      return true
    case (.key, UInt8(ascii: "\"")), (.nextKey, UInt8(ascii: "\"")):
      key.removeAll(keepingCapacity: true)
      state = .inKey
      return true
    case (.key, UInt8(ascii: "}")), (.behind, UInt8(ascii: "}")): return try close(array: false, byte, at: index, told)
    case (.behind, UInt8(ascii: "]")): return try close(array: true, byte, at: index, told)
    case (.first, UInt8(ascii: "]")): return try close(array: true, byte, at: index, told)
    case (.behind, UInt8(ascii: ",")):
      guard let inArray = isArray.last else { throw Fault.unexpected(byte: byte) }
      state = inArray ? .value : .nextKey
      return true
    case (.value, _), (.first, _):
      if isArray.last == true, isArray.count <= levels { path.append(.element(nextElement())) }
      let goesOn = isArray.count <= levels ? try told(.start, index, self) : true
      switch byte {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        isArray.append(byte == UInt8(ascii: "["))
        if isArray.count > Self.depthLimit { throw Fault.tooDeep }
        if isArray.count <= levels { counts.append(0) }
        state = byte == UInt8(ascii: "[") ? .first : .key
      case UInt8(ascii: "\""): state = .inString
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "I"), UInt8(ascii: "N"):
        state = .inScalar
      default: throw Fault.unexpected(byte: byte)
      }
      return goesOn
    default: throw Fault.unexpected(byte: byte)
    }
  }

  /// How many elements were seen in each open container of the upper levels.
  private var counts: [Int] = []

  private mutating func nextElement() -> Int {
    let place = counts.count - 1
    guard place >= 0 else { return 0 }
    counts[place] += 1
    return counts[place] - 1
  }

  private mutating func close(
    array: Bool, _ byte: UInt8, at index: Int, _ told: (Event, Int, borrowing JSONStructure) throws -> Bool
  ) throws -> Bool {
    guard let open = isArray.last, open == array else { throw Fault.unexpected(byte: byte) }
    if isArray.count <= levels { counts.removeLast() }
    isArray.removeLast()
    return try finish(at: index + 1, told)
  }

  private mutating func popStep() { if isArray.count <= levels { path.removeLast() } }

  /// A key as it is written; one with escapes is read as JSON reads it.
  private static func text(of raw: [UInt8]) -> String {
    if raw.contains(UInt8(ascii: "\\")) {
      let quoted = [UInt8(ascii: "\"")] + raw + [UInt8(ascii: "\"")]
      // A key that is no JSON string is no key that anybody asks for; whoever reads its object says what is wrong.
      if let value = try? JSONValue.parse(quoted, file: ""), case .string(let text) = value { return text }
    }
    return String(decoding: raw, as: UTF8.self)
  }
}
