// The header of a GGUF file, checked so that what it claims is what the file holds.
//
// Layout (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md): "GGUF", version, tensor count, pair count; pairs of key and typed value; for each
// tensor its name, dimensions (innermost first), type and offset; padding to the alignment; the data, each tensor padded to the alignment.

internal import Documents
internal import Tensors

struct GGUFHeader: Sendable {
  static let dimensionLimit = 4
  static let keyLimit = 65535
  static let tensorNameLimit = 1024
  static let alignmentLimit: UInt32 = 1 << 20

  var metadata = GGUFMetadata()
  /// In the order of the file.
  var tensors: [TensorEntry] = []
  /// The SHA-256 of the file up to the end of its key/value pairs.
  var metadataDigest: String
  /// Where the data start in the file.
  var dataStart: Int

  /// Reads and checks a header.
  ///
  /// Of the file, only the header is read, and a little more.
  init(_ file: RandomAccessFile) throws(GGUFError) {
    let path = file.path
    var cursor = GGUFCursor(file)
    let (tensorCount, pairCount) = try Self.counts(&cursor)
    // A key of one byte, its length, a type and a value of one byte.
    try cursor.checkRoom(for: pairCount, eachAtLeast: 14, "key/value pairs")
    var alignment: UInt32 = 32
    for _ in 0..<pairCount {
      let key = try cursor.name(reading: "a key", limit: Self.keyLimit)
      let type = try cursor.integer(UInt32.self, reading: "the type of \(key)")
      let value = try GGUFHeader.value(type, key: key, &cursor)
      if key == "general.alignment" {
        guard type == 4, case .integer(let number) = value else { throw cursor.fault(.alignmentType(found: type)) }
        alignment = UInt32(truncatingIfNeeded: number)
        guard alignment.nonzeroBitCount == 1, alignment <= Self.alignmentLimit else {
          throw cursor.fault(.alignment(alignment, limit: Self.alignmentLimit))
        }
      }
      guard metadata.add(value, for: key) else { throw cursor.fault(.duplicateKey(key)) }
    }
    metadataDigest = digest(of: cursor.bytes.span.extracting(0..<cursor.position))

    // A name of one byte, its length, the count of dimensions, a type and an offset.
    try cursor.checkRoom(for: tensorCount, eachAtLeast: 25, "tensors")
    var described: [(entry: TensorEntry, offset: UInt64, position: Int)] = []
    var names: Set<String> = []
    for _ in 0..<tensorCount {
      let position = cursor.position
      let (entry, offset) = try Self.tensor(&cursor)
      guard names.insert(entry.name).inserted else { throw cursor.fault(.duplicateTensor(entry.name)) }
      described.append((entry, offset, position))
    }

    let step = Int(alignment)
    // A file without data may end before the padding does.
    dataStart = min(file.count, (cursor.position + step - 1) / step * step)
    let dataBytes = file.count - dataStart
    var expected = 0
    for (entry, offset, position) in described {
      func fault(_ problem: GGUFError.Problem) -> GGUFError { GGUFError(path: path, offset: position, problem: problem) }
      let size = entry.byteRange.count
      if offset % UInt64(step) != 0 { throw fault(.misaligned(tensor: entry.name, offset: offset, alignment: step)) }
      if offset > UInt64(dataBytes) || size > dataBytes - Int(offset) {
        throw fault(.pastEnd(tensor: entry.name, offset: offset, bytes: size, dataBytes: dataBytes))
      }
      let start = Int(offset)
      if start != expected { throw fault(.unexpectedOffset(tensor: entry.name, offset: offset, expected: expected)) }
      // No overflow: the tensor ends inside the file, and a file is far smaller than 2^63 bytes.
      expected = (start + size + step - 1) / step * step
      var placed = entry
      placed.byteRange = start..<start + size
      tensors.append(placed)
    }
  }

  /// Magic, version, and the counts of tensors and pairs.
  private static func counts(_ cursor: inout GGUFCursor) throws(GGUFError) -> (tensors: UInt64, pairs: UInt64) {
    let magic = try cursor.take(4, reading: "the magic number")
    let found = Array(cursor.bytes[magic])
    if found != Array("GGUF".utf8) { throw GGUFError(path: cursor.path, offset: 0, problem: .notGGUF(found: found)) }
    let version = try cursor.integer(UInt32.self, reading: "the version")
    if version != 0 && version & 0xFFFF == 0 { throw cursor.fault(.bigEndian) }
    if version != 2 && version != 3 { throw cursor.fault(.unsupportedVersion(version)) }
    let tensors = try cursor.integer(UInt64.self, reading: "the number of tensors")
    return (tensors, try cursor.integer(UInt64.self, reading: "the number of key/value pairs"))
  }

  /// The description of one tensor; its byte range starts at zero until the offset is checked.
  private static func tensor(_ cursor: inout GGUFCursor) throws(GGUFError) -> (entry: TensorEntry, offset: UInt64) {
    let name = try cursor.name(reading: "a tensor name", limit: tensorNameLimit)
    let dimensionCount = try cursor.integer(UInt32.self, reading: "the number of dimensions of \(name)")
    if dimensionCount > dimensionLimit {
      throw cursor.fault(.tooManyDimensions(tensor: name, count: dimensionCount, limit: dimensionLimit))
    }
    var dimensions: [UInt64] = []
    for _ in 0..<dimensionCount { dimensions.append(try cursor.integer(reading: "a dimension of \(name)")) }
    let number = try cursor.integer(UInt32.self, reading: "the type of \(name)")
    guard let type = GGUFTensorType.elementType(numbered: number) else {
      throw cursor.fault(.unknownTensorType(tensor: name, type: number, name: GGUFTensorType.name(ofUnsupported: number)))
    }
    let shape = dimensions.reversed().compactMap { Int(exactly: $0) }
    guard shape.count == dimensions.count, let count = TensorEntry.elementCount(of: shape) else {
      throw cursor.fault(.shapeTooLarge(tensor: name, dimensions: dimensions))
    }
    let row = shape.last ?? 1
    if row % type.blockElements != 0 {
      throw cursor.fault(.partialBlock(tensor: name, type: type.rawValue, row: row, block: type.blockElements))
    }
    guard let size = type.byteCount(elements: count) else { throw cursor.fault(.shapeTooLarge(tensor: name, dimensions: dimensions)) }
    let offset = try cursor.integer(UInt64.self, reading: "the data offset of \(name)")
    return (TensorEntry(name: name, elementType: type, shape: shape, elementCount: count, byteRange: 0..<size), offset)
  }
}
