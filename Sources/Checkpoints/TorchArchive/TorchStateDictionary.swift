// The value of a pickle as named tensors: each with the part of its storage that it takes, checked against that storage.

internal import Documents
internal import Tensors

/// A tensor of a state dictionary, in the terms of its storage.
struct TorchTensor: Sendable {
  var name: String
  var type: ElementType
  var storageKey: String
  /// The bytes that the pickle says the storage has.
  var storageBytes: Int
  /// The bytes of the storage from the first element to the end of the last.
  var range: Range<Int>
  var shape: [Int]
  var elementCount: Int
  /// In elements, a stride a dimension; nil where the elements lie row by row.
  var strides: [Int]?
}

struct TorchStateDictionary {
  /// Under which keys training scripts put the weights beside other things, the first that holds tensors counts.
  private static let nestedKeys = ["state_dict", "model", "model_state_dict", "module"]
  /// PyTorch's own limit.
  private static let dimensionLimit = 64
  private static let nameLimit = 65_535
  /// How much more than its own bytes a view may be strewn over.
  private static let spanLimit = 16

  /// In the order of the dictionary.
  private(set) var tensors: [TorchTensor] = []

  private let reader: PickleReader
  private let path: String

  private func fault(_ name: String, _ problem: TorchArchiveError.Problem) -> TorchArchiveError {
    TorchArchiveError(path: path, place: .tensor(name), problem: problem)
  }

  /// - Parameters:
  ///   - value: what the pickle built.
  ///   - reader: that has read it.
  init(_ value: PickleValue, reader: PickleReader, path: String) throws(TorchArchiveError) {
    self.reader = reader
    self.path = path
    func refusal(_ found: String) -> TorchArchiveError {
      TorchArchiveError(path: path, place: .file, problem: .notStateDictionary(found: found))
    }
    guard case .dictionary(let number) = value else { throw refusal(value.kindName) }
    guard let members = weights(reader.heap.dictionaries[number]) else {
      let names = reader.heap.dictionaries[number].prefix(8).map { text($0.key).map { quoted($0) } ?? $0.key.kindName }
      throw refusal(names.isEmpty ? "an empty dictionary" : "a dictionary without tensors under \(names.joined(separator: ", "))")
    }
    var names: Set<String> = []
    for (key, value) in members {
      // Plain values beside the tensors, a version or an epoch, are no weights.
      guard case .tensor(let number) = value else { continue }
      guard let name = text(key) else { throw fault(key.kindName, .keyNotText(found: key.kindName)) }
      guard names.insert(name).inserted else { throw fault(name, .duplicateTensor) }
      tensors.append(try tensor(reader.heap.tensors[number], name: name))
    }
  }

  /// The members of a dictionary if a tensor is among them, else those of the dictionary below a usual key.
  private func weights(_ members: [(key: PickleValue, value: PickleValue)]) -> [(key: PickleValue, value: PickleValue)]? {
    func holdsTensors(_ members: [(key: PickleValue, value: PickleValue)]) -> Bool {
      members.contains { if case .tensor = $0.value { true } else { false } }
    }
    if holdsTensors(members) { return members }
    for key in Self.nestedKeys {
      for (name, value) in members {
        guard case .dictionary(let number) = value, text(name) == key else { continue }
        if holdsTensors(reader.heap.dictionaries[number]) { return reader.heap.dictionaries[number] }
      }
    }
    return nil
  }

  private func text(_ value: PickleValue) -> String? {
    if case .text(let slice) = value, slice.count <= Self.nameLimit { reader.text(slice) } else { nil }
  }

  private func tensor(_ tensor: PickledTensor, name: String) throws(TorchArchiveError) -> TorchTensor {
    // The machine has seen that there are enough arguments and that the first is a storage.
    guard let arguments = reader.heap.elements(of: tensor.arguments).map({ Array($0.prefix(7)) }), arguments.count >= 4,
      case .storage(let number) = arguments[0]
    else { throw fault(name, .shape("its arguments are missing")) }
    let storage = reader.heap.storages[number]
    var type = storage.type
    if tensor.bringsType {
      guard arguments.count > 6, case .global(.type(let own)) = arguments[6] else { throw fault(name, .shape("its type is missing")) }
      type = own
    }
    guard let type else { throw fault(name, .shape("its storage has no type")) }
    guard let elementType = type.elementType else { throw fault(name, .unsupportedType(type.rawValue)) }
    guard let key = reader.text(storage.key) else { throw fault(name, .storage(key: "?", "has a name that is not valid UTF-8")) }
    let (storageBytes, overflows) = storage.count.multipliedReportingOverflow(by: storage.type?.bytes ?? 1)
    if overflows { throw fault(name, .storage(key: key, "is said to have \(storage.count) elements")) }

    guard case .integer(let offset) = arguments[1], offset >= 0 else { throw fault(name, .shape("its offset is no natural number")) }
    let shape = try naturalNumbers(arguments[2], "dimensions", name)
    let strides = try naturalNumbers(arguments[3], "strides", name)
    guard shape.count == strides.count else { throw fault(name, .shape("\(shape.count) dimensions with \(strides.count) strides")) }
    guard let count = TensorEntry.elementCount(of: shape), let bytes = elementType.byteCount(elements: count) else {
      throw fault(name, .shape("\(Checkpoints.text(of: shape)) overflows 64 bits"))
    }
    var result = TorchTensor(
      name: name, type: elementType, storageKey: key, storageBytes: storageBytes, range: 0..<0, shape: shape, elementCount: count)
    if count == 0 { return result }
    let span = try span(shape, strides, offset: offset, storageElements: storageBytes / type.bytes, name)
    result.range = offset * type.bytes..<(offset + span) * type.bytes
    if !Self.isRowByRow(shape, strides) {
      result.strides = strides
      guard result.range.count / Self.spanLimit <= bytes else {
        throw fault(name, .sparseView(bytes: bytes, span: result.range.count, limit: Self.spanLimit))
      }
    }
    return result
  }

  private func naturalNumbers(_ value: PickleValue, _ what: String, _ name: String) throws(TorchArchiveError) -> [Int] {
    guard let elements = reader.heap.elements(of: value) else { throw fault(name, .shape("its \(what) are \(value.kindName), expected a tuple")) }
    if elements.count > Self.dimensionLimit { throw fault(name, .shape("\(elements.count) \(what); at most \(Self.dimensionLimit) are read")) }
    var numbers: [Int] = []
    for element in elements {
      guard case .integer(let number) = element, number >= 0 else { throw fault(name, .shape("its \(what) are no natural numbers")) }
      numbers.append(number)
    }
    return numbers
  }

  /// The elements of the storage from the first of a view to the last.
  ///
  /// Refused are views in which two elements may share memory: with the dimensions ordered by stride, each must step over all that is below it.
  private func span(_ shape: [Int], _ strides: [Int], offset: Int, storageElements: Int, _ name: String) throws(TorchArchiveError) -> Int {
    var span = 1
    for (size, stride) in zip(shape, strides).filter({ $0.0 > 1 }).sorted(by: { $0.1 < $1.1 }) {
      guard stride >= span else { throw fault(name, .overlappingView(strides: strides)) }
      let (steps, overflows) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, overflowsToo) = span.addingReportingOverflow(steps)
      if overflows || overflowsToo { throw fault(name, .pastStorage(elements: "2^63", storage: storageElements)) }
      span = sum
    }
    guard offset <= storageElements, span <= storageElements - offset else {
      let end = offset.addingReportingOverflow(span)
      throw fault(name, .pastStorage(elements: end.overflow ? "2^63" : String(end.partialValue), storage: storageElements))
    }
    return span
  }

  private static func isRowByRow(_ shape: [Int], _ strides: [Int]) -> Bool {
    var expected = 1
    for (size, stride) in zip(shape, strides).reversed() where size != 1 {
      if stride != expected { return false }
      expected *= size  // the product of all was seen to fit
    }
    return true
  }
}
