// What a pickle builds, without any object: values that refer to each other by number, so that no nesting of a file nests anything in memory.

/// A value of a pickle. Lists, dictionaries and tuples are numbers of places in the ``PickleHeap``.
enum PickleValue: Sendable, Equatable {
  case none
  case bool(Bool)
  case integer(Int)
  /// An integer beyond 64 bits, as its little-endian bytes in the pickle.
  case long(PickleSlice)
  case text(PickleSlice)
  /// A number or bytes that no state dictionary needs: carried along, never looked into.
  case opaque
  case emptyTuple
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case global(TorchGlobal)
  case storage(Int)
  case tensor(Int)

  /// What kind of value this is, for error sentences.
  var kindName: String {
    switch self {
    case .none: "None"
    case .bool: "a boolean"
    case .integer, .long: "an integer"
    case .text: "a string"
    case .opaque: "a number, bytes or a device"
    case .emptyTuple, .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .global: "a class or function"
    case .storage: "a storage"
    case .tensor: "a tensor"
    }
  }
}

/// A part of the bytes of a pickle.
struct PickleSlice: Sendable, Equatable {
  var start: UInt32
  var count: UInt32

  init(_ range: Range<Int>) {
    // A pickle has fewer bytes than 2^32: ``PickleReader/byteLimit``.
    start = UInt32(truncatingIfNeeded: range.lowerBound)
    count = UInt32(truncatingIfNeeded: range.count)
  }

  var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
}

/// The places that values refer to. Each opcode adds a bounded number of bytes, so the heap stays proportional to the pickle.
struct PickleHeap: Sendable {
  /// The elements of all tuples, one behind the other.
  private var elements: [PickleValue] = []
  private var tuples: [Range<Int>] = []
  private(set) var lists: [[PickleValue]] = []
  private(set) var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  private(set) var storages: [PickledStorage] = []
  private(set) var tensors: [PickledTensor] = []

  mutating func tuple(_ values: some Collection<PickleValue>) -> PickleValue {
    if values.isEmpty { return .emptyTuple }
    let start = elements.count
    elements += values
    tuples.append(start..<elements.count)
    return .tuple(tuples.count - 1)
  }

  mutating func newList() -> PickleValue {
    lists.append([])
    return .list(lists.count - 1)
  }

  mutating func newDictionary() -> PickleValue {
    dictionaries.append([])
    return .dictionary(dictionaries.count - 1)
  }

  mutating func add(_ storage: PickledStorage) -> PickleValue {
    storages.append(storage)
    return .storage(storages.count - 1)
  }

  mutating func add(_ tensor: PickledTensor) -> PickleValue {
    tensors.append(tensor)
    return .tensor(tensors.count - 1)
  }

  mutating func append(_ value: PickleValue, toList list: Int) { lists[list].append(value) }

  mutating func set(_ key: PickleValue, _ value: PickleValue, inDictionary dictionary: Int) {
    dictionaries[dictionary].append((key, value))
  }

  /// The elements of a tuple, nil if the value is none.
  func elements(of value: PickleValue) -> ArraySlice<PickleValue>? {
    switch value {
    case .emptyTuple: []
    case .tuple(let number): elements[tuples[number]]
    default: nil
    }
  }
}

/// A storage as a pickle names it: the bytes themselves are elsewhere, under its key.
struct PickledStorage: Sendable {
  var key: PickleSlice
  /// Nil for bytes without a type, which a tensor then brings.
  var type: TorchType?
  /// The elements; the bytes where there is no type.
  var count: Int
}

/// A tensor as a pickle asks for it; whether its arguments make sense is seen when it turns out to be a weight.
struct PickledTensor: Sendable {
  /// Storage, offset, shape, strides, and more that does not matter.
  var arguments: PickleValue
  /// Whether the type is the seventh argument and not that of the storage.
  var bringsType: Bool
}
