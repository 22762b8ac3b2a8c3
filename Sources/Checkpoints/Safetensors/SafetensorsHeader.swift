// The header of a safetensors file, checked so that what it claims is exactly what the file holds.
//
// Layout (https://github.com/huggingface/safetensors): 8 bytes header length, little-endian; that much JSON, padded with spaces; then the data, which the
// tensors' offsets must cover from its first byte to its last, without a gap and without an overlap.

internal import Documents
internal import OrderedCollections
internal import Tensors

struct SafetensorsHeader: Sendable {
  /// The longest header that is read, as in the reference implementation, in bytes.
  static let lengthLimit = 100_000_000
  /// The most dimensions of a tensor; PyTorch's own limit is 64.
  static let dimensionLimit = 64

  /// In the order of their data.
  var tensors: [TensorEntry] = []
  /// The texts under `__metadata__`.
  var metadata: [String: String] = [:]
  /// Where the data start in the file.
  var dataStart: Int
  /// The SHA-256 of the file up to its data.
  var digest: String

  /// Reads and checks a header; the data are not touched.
  init(_ file: RandomAccessFile) throws(SafetensorsError) {
    let path = file.path
    func fault(_ problem: SafetensorsError.Problem) -> SafetensorsError { SafetensorsError(path: path, problem: problem) }
    guard file.count >= 8 else { throw fault(.tooShort(bytes: file.count)) }
    func read(_ range: Range<Int>) throws(SafetensorsError) -> [UInt8] {
      do { return try file.read(range) } catch { throw fault(.unreadable(error)) }
    }
    var length: UInt64 = 0
    for (index, byte) in try read(0..<8).enumerated() { length |= UInt64(byte) << UInt64(index * 8) }
    if length == 0 { throw fault(.emptyHeader) }
    if length > UInt64(Self.lengthLimit) { throw fault(.headerTooLong(bytes: length, limit: Self.lengthLimit)) }
    if length > UInt64(file.count - 8) { throw fault(.headerPastEnd(bytes: length, left: file.count - 8)) }
    dataStart = 8 + Int(length)
    let bytes = try read(0..<dataStart)
    if bytes[8] != UInt8(ascii: "{") { throw fault(.notAnObject(firstByte: bytes[8])) }
    digest = Checkpoints.digest(of: bytes.span)

    let json: JSONValue
    do {
      json = try JSONValue.parse(bytes.span.extracting(8..<dataStart), file: path, allowsNonFinite: false)
    } catch {
      throw fault(.notJSON(error))
    }
    for (name, value) in json.object ?? [:] {
      if name == "__metadata__" {
        metadata = try Self.metadata(value, path: path)
      } else {
        tensors.append(try Self.entry(name, value, path: path))
      }
    }
    tensors.sort { ($0.byteRange.lowerBound, $0.byteRange.upperBound) < ($1.byteRange.lowerBound, $1.byteRange.upperBound) }
    try checkCoverage(dataBytes: file.count - dataStart, path: path)
  }

  private static func metadata(_ value: JSONValue, path: String) throws(SafetensorsError) -> [String: String] {
    var texts: [String: String] = [:]
    guard let members = value.object else { throw SafetensorsError(path: path, problem: .metadata(key: nil, found: value.kindName)) }
    for (key, value) in members {
      guard let text = value.string else { throw SafetensorsError(path: path, problem: .metadata(key: key, found: value.kindName)) }
      texts[key] = text
    }
    return texts
  }

  /// One tensor: `{"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}`.
  private static func entry(_ name: String, _ value: JSONValue, path: String) throws(SafetensorsError) -> TensorEntry {
    func fault(_ problem: SafetensorsError.Problem) -> SafetensorsError { SafetensorsError(path: path, problem: problem) }
    func malformed(_ field: String, _ found: JSONValue?, _ expected: String) -> SafetensorsError {
      fault(.malformed(tensor: name, field: field, found: found?.kindName ?? "nothing", expected: expected))
    }
    guard case .object = value else { throw malformed("entry", value, "an object with dtype, shape and data_offsets") }
    guard let typeName = value["dtype"]?.string else { throw malformed("dtype", value["dtype"], "a string such as \"F32\"") }
    guard let type = SafetensorsType.elementType(named: typeName) else {
      throw fault(.unknownType(tensor: name, type: typeName, meaning: SafetensorsType.meaning(ofUnsupported: typeName)))
    }
    guard let shape = naturalNumbers(value["shape"]) else {
      throw malformed("shape", value["shape"], "an array of integers that are not negative")
    }
    if shape.count > dimensionLimit { throw fault(.tooManyDimensions(tensor: name, count: shape.count, limit: dimensionLimit)) }
    guard let offsets = naturalNumbers(value["data_offsets"]), offsets.count == 2 else {
      throw malformed("data_offsets", value["data_offsets"], "an array of two integers that are not negative")
    }
    if offsets[1] < offsets[0] { throw fault(.reversed(tensor: name, begin: offsets[0], end: offsets[1])) }
    guard let count = TensorEntry.elementCount(of: shape), let bytes = type.byteCount(elements: count) else {
      throw fault(.shapeTooLarge(tensor: name, shape: shape))
    }
    if bytes != offsets[1] - offsets[0] {
      throw fault(.sizeMismatch(tensor: name, type: typeName, shape: shape, expected: bytes, found: offsets[1] - offsets[0]))
    }
    return TensorEntry(name: name, elementType: type, shape: shape, elementCount: count, byteRange: offsets[0]..<offsets[1])
  }

  private static func naturalNumbers(_ value: JSONValue?) -> [Int]? {
    guard let elements = value?.array else { return nil }
    var numbers: [Int] = []
    for element in elements {
      guard case .integer(let number) = element, number >= 0 else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  /// Each tensor starts where the one before it ends, the first at 0, and the last ends with the file.
  private func checkCoverage(dataBytes: Int, path: String) throws(SafetensorsError) {
    var end = 0
    for tensor in tensors {
      let range = tensor.byteRange
      if range.upperBound > dataBytes {
        throw SafetensorsError(path: path, problem: .pastEnd(tensor: tensor.name, end: range.upperBound, dataBytes: dataBytes))
      }
      if range.lowerBound != end {
        let problem: SafetensorsError.Problem =
          range.lowerBound < end
          ? .overlap(tensor: tensor.name, begin: range.lowerBound, expected: end)
          : .gap(tensor: tensor.name, begin: range.lowerBound, expected: end)
        throw SafetensorsError(path: path, problem: problem)
      }
      end = range.upperBound
    }
    if end != dataBytes { throw SafetensorsError(path: path, problem: .trailingBytes(dataBytes - end)) }
  }
}
