// A stack machine that reads the pickles of torch.save: it knows tensors and plain values, imports nothing and calls nothing.
//
// Opcodes and their meaning: CPython, `Lib/pickletools.py`. The names that a pickle may ask for are the cases of `TorchGlobal`.

internal import Documents

/// Reads pickles from a part of a file, one after the other.
struct PickleReader {
  /// The most bytes of the pickles of a file; those of models have some hundred for each tensor.
  static let byteLimit = 64 << 20
  /// The most opcodes of a pickle, about sixty for each tensor.
  static let stepLimit = 1 << 24
  static let stackLimit = 1 << 20
  /// How deep marks may nest; the pickles of state dictionaries need five.
  static let markLimit = 4096
  /// The longest name of a class, a function or their module.
  static let nameLimit = 256

  /// Where in the part the next byte is read.
  private(set) var position = 0
  /// What the pickles so far have built.
  var heap = PickleHeap()

  private let path: String
  /// The name of the pickle inside of the file, nil where it is the file itself.
  private let part: String?
  private var section: FileSection
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [PickleValue] = []
  private var sparseMemo: [Int: PickleValue] = [:]

  init(_ section: FileSection, part: String?) {
    path = section.file.path
    self.part = part
    self.section = section
  }

  func fault(_ problem: TorchArchiveError.Problem, at position: Int? = nil) -> TorchArchiveError {
    TorchArchiveError(path: path, place: .byte(position ?? self.position, of: part), problem: problem)
  }

  /// The bytes of a slice of a pickle that was read.
  func bytes(_ slice: PickleSlice) -> ArraySlice<UInt8> { section.bytes[slice.range] }

  /// The text of a slice, nil if it is not valid UTF-8.
  func text(_ slice: PickleSlice) -> String? { String(validating: bytes(slice), as: UTF8.self) }

  /// Reads a pickle up to its end.
  ///
  /// - Returns: the value it builds.
  mutating func next() throws(TorchArchiveError) -> PickleValue {
    stack.removeAll()
    marks.removeAll()
    memo.removeAll()
    sparseMemo.removeAll()
    for _ in 0..<Self.stepLimit {
      let start = position
      let byte = try byte("an opcode")
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw fault(.opcode(byte, name: PickleOpcode.name(ofRefused: byte)), at: start)
      }
      if opcode == .stop {
        let value = try pop(at: start)
        guard stack.isEmpty, marks.isEmpty else { throw fault(.malformed("values are left over when it ends"), at: start) }
        return value
      }
      try run(opcode, at: start)
      if stack.count > Self.stackLimit || marks.count > Self.markLimit { throw fault(.tooDeep, at: start) }
    }
    throw fault(.tooManySteps(limit: Self.stepLimit))
  }

  private mutating func run(_ opcode: PickleOpcode, at start: Int) throws(TorchArchiveError) {
    switch opcode {
    case .stop: break
    case .proto:
      let version = try unsigned(1, "the protocol")
      guard version <= 5 else { throw fault(.malformed("it is of protocol \(version); 2 to 5 are read"), at: start) }
    case .frame: _ = try take(8, reading: "a frame's length")
    case .mark: marks.append(stack.count)
    case .pop:
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop(at: start) }
    case .popMark: _ = try popToMark(at: start)
    case .duplicate:
      let value = try pop(at: start)
      stack += [value, value]
    case .none: stack.append(.none)
    case .newTrue: stack.append(.bool(true))
    case .newFalse: stack.append(.bool(false))
    case .integer32: stack.append(.integer(Int(Int32(truncatingIfNeeded: try unsigned(4, "an integer")))))
    case .unsigned8: stack.append(.integer(Int(try unsigned(1, "an integer"))))
    case .unsigned16: stack.append(.integer(Int(try unsigned(2, "an integer"))))
    case .long1: stack.append(try long(try unsigned(1, "the length of an integer")))
    case .long4: stack.append(try long(try unsigned(4, "the length of an integer")))
    case .double:
      _ = try take(8, reading: "a number")
      stack.append(.opaque)
    case .text8, .string8: stack.append(.text(PickleSlice(try take(try unsigned(1, "the length of a string"), reading: "a string"))))
    case .text32, .string32: stack.append(.text(PickleSlice(try take(try unsigned(4, "the length of a string"), reading: "a string"))))
    case .text64: stack.append(.text(PickleSlice(try take(try unsigned(8, "the length of a string"), reading: "a string"))))
    case .bytes8: try skipBytes(1)
    case .bytes32: try skipBytes(4)
    case .bytes64: try skipBytes(8)
    case .emptyTuple: stack.append(.emptyTuple)
    case .tuple: stack.append(heap.tuple(try popToMark(at: start)))
    case .tuple1: try makeTuple(1, at: start)
    case .tuple2: try makeTuple(2, at: start)
    case .tuple3: try makeTuple(3, at: start)
    case .emptyList: stack.append(heap.newList())
    case .append: try append([try pop(at: start)], at: start)
    case .appends: try append(try popToMark(at: start), at: start)
    case .emptyDictionary: stack.append(heap.newDictionary())
    case .setItem:
      let value = try pop(at: start)
      try setItems([try pop(at: start), value], at: start)
    case .setItems: try setItems(try popToMark(at: start), at: start)
    case .global: stack.append(try global(module: try line(), name: try line(), at: start))
    case .stackGlobal:
      let (name, module) = (try pop(at: start), try pop(at: start))
      guard case .text(let nameSlice) = name, case .text(let moduleSlice) = module else {
        throw fault(.malformed("the name of a class or function is \(name.kindName)"), at: start)
      }
      stack.append(try global(module: moduleSlice, name: nameSlice, at: start))
    case .reduce:
      let arguments = try pop(at: start)
      let function = try pop(at: start)
      stack.append(try result(of: function, arguments, at: start))
    case .build:
      // The state of an OrderedDict, `_metadata` in a module's state dictionary: versions of its layers, which no weight depends on.
      _ = try pop(at: start)
      guard case .dictionary = stack.last else {
        throw fault(.malformed("it sets the state of \(stack.last?.kindName ?? "nothing"); only a dictionary may have one"), at: start)
      }
    case .persistentID: stack.append(try storage(try pop(at: start), at: start))
    case .put8: try put(Int(try unsigned(1, "a memo number")), at: start)
    case .put32: try put(Int(try unsigned(4, "a memo number")), at: start)
    case .memoize: try put(memo.count + sparseMemo.count, at: start)
    case .get8: try get(Int(try unsigned(1, "a memo number")), at: start)
    case .get32: try get(Int(try unsigned(4, "a memo number")), at: start)
    }
  }
}

// Bytes.
extension PickleReader {
  /// Steps over bytes and makes sure that they are in memory.
  private mutating func take(_ count: UInt64, reading what: String) throws(TorchArchiveError) -> Range<Int> {
    let left = section.count - position
    guard count <= UInt64(left) else { throw fault(.truncated(reading: what, bytes: count, left: left)) }
    guard count <= UInt64(Self.byteLimit), position <= Self.byteLimit - Int(count) else {
      throw fault(.pickleTooLong(limit: Self.byteLimit))
    }
    do { try section.reach(position + Int(count)) } catch { throw fault(.unreadable(error)) }
    position += Int(count)
    return position - Int(count)..<position
  }

  private mutating func byte(_ what: String) throws(TorchArchiveError) -> UInt8 {
    let place = try take(1, reading: what).lowerBound
    return section.bytes[place]
  }

  private mutating func unsigned(_ size: Int, _ what: String) throws(TorchArchiveError) -> UInt64 {
    var value: UInt64 = 0
    for index in try take(UInt64(size), reading: what).reversed() { value = value << 8 | UInt64(section.bytes[index]) }
    return value
  }

  /// An integer of any length, in two's complement.
  private mutating func long(_ size: UInt64) throws(TorchArchiveError) -> PickleValue {
    let range = try take(size, reading: "an integer")
    if range.count > 8 { return .long(PickleSlice(range)) }
    var value = range.last.map { section.bytes[$0] >= 0x80 ? -1 : 0 } ?? 0
    for index in range.reversed() { value = value << 8 | Int(section.bytes[index]) }
    return .integer(value)
  }

  private mutating func skipBytes(_ size: Int) throws(TorchArchiveError) {
    _ = try take(try unsigned(size, "the length of bytes"), reading: "bytes")
    stack.append(.opaque)
  }

  /// The bytes up to the end of a line, which is stepped over.
  private mutating func line() throws(TorchArchiveError) -> PickleSlice {
    let start = position
    while try byte("the name of a class or function") != UInt8(ascii: "\n") {
      if position - start > Self.nameLimit { throw fault(.malformed("the name of a class or function is too long"), at: start) }
    }
    return PickleSlice(start..<position - 1)
  }
}

// The stack and the memo.
extension PickleReader {
  private mutating func pop(at start: Int) throws(TorchArchiveError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
      throw fault(.malformed("an opcode takes a value where there is none"), at: start)
    }
    return value
  }

  private mutating func popToMark(at start: Int) throws(TorchArchiveError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw fault(.malformed("an opcode takes values up to a mark where there is none"), at: start) }
    let values = Array(stack[mark...])
    stack.removeSubrange(mark...)
    return values
  }

  private mutating func makeTuple(_ count: Int, at start: Int) throws(TorchArchiveError) {
    guard stack.count - (marks.last ?? 0) >= count else { throw fault(.malformed("a tuple takes values where there are none"), at: start) }
    let tuple = heap.tuple(stack.suffix(count))
    stack.removeLast(count)
    stack.append(tuple)
  }

  private mutating func append(_ values: [PickleValue], at start: Int) throws(TorchArchiveError) {
    guard stack.count > marks.last ?? 0, case .list(let list) = stack.last else {
      throw fault(.malformed("values are appended to \(stack.last?.kindName ?? "nothing"), expected a list"), at: start)
    }
    for value in values { heap.append(value, toList: list) }
  }

  private mutating func setItems(_ values: [PickleValue], at start: Int) throws(TorchArchiveError) {
    guard stack.count > marks.last ?? 0, case .dictionary(let dictionary) = stack.last, values.count % 2 == 0 else {
      throw fault(.malformed("\(values.count) keys and values are put into \(stack.last?.kindName ?? "nothing")"), at: start)
    }
    for index in stride(from: 0, to: values.count, by: 2) { heap.set(values[index], values[index + 1], inDictionary: dictionary) }
  }

  private mutating func put(_ number: Int, at start: Int) throws(TorchArchiveError) {
    guard stack.count > marks.last ?? 0, let value = stack.last else { throw fault(.malformed("nothing is kept in the memo"), at: start) }
    if number < memo.count {
      memo[number] = value
    } else if number == memo.count {
      memo.append(value)
    } else {
      sparseMemo[number] = value
    }
  }

  private mutating func get(_ number: Int, at start: Int) throws(TorchArchiveError) {
    guard let value = number < memo.count ? memo[number] : sparseMemo[number] else {
      throw fault(.malformed("it asks for memo number \(number), which is not there"), at: start)
    }
    stack.append(value)
  }
}

// Names and storages.
extension PickleReader {
  private func global(module: PickleSlice, name: PickleSlice, at start: Int) throws(TorchArchiveError) -> PickleValue {
    guard module.count <= Self.nameLimit, name.count <= Self.nameLimit, let module = text(module), let name = text(name) else {
      throw fault(.malformed("the name of a class or function is too long or not valid UTF-8"), at: start)
    }
    guard let global = TorchGlobal(module: module, name: name) else { throw fault(.global("\(module).\(name)"), at: start) }
    return .global(global)
  }

  /// `("storage", class, key, location, elements)`, and in files of the old form a sixth that is None.
  private mutating func storage(_ value: PickleValue, at start: Int) throws(TorchArchiveError) -> PickleValue {
    // Only so many are looked at: the same long tuple may be named again and again.
    guard let parts = heap.elements(of: value), (5...6).contains(parts.count) else { throw fault(.malformed(Self.noStorage), at: start) }
    let first = parts.startIndex
    guard case .text(let word) = parts[first], word.count == 7, bytes(word).elementsEqual("storage".utf8), case .text(let key) = parts[first + 2],
      case .integer(let count) = parts[first + 4], count >= 0
    else { throw fault(.malformed(Self.noStorage), at: start) }
    if parts.count > 5, parts[first + 5] != .none {
      throw fault(.malformed("it refers to a view of a storage, as torch before 0.4 wrote it"), at: start)
    }
    switch parts[first + 1] {
    case .global(.storage(let type)): return heap.add(PickledStorage(key: key, type: type, count: count))
    case .global(.untypedStorage): return heap.add(PickledStorage(key: key, type: nil, count: count))
    default: throw fault(.malformed("the class of a storage is \(parts[first + 1].kindName)"), at: start)
    }
  }

  private static let noStorage = "it refers to something outside of it that is no storage of torch.save"
}
