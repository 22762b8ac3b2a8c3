// Tensors to a safetensors file: the same tensors always give the same bytes, and the file appears complete or not at all.

public import Documents
internal import OrderedCollections
public import Tensors

/// A tensor to be written.
public struct NewTensor: Sendable {
  /// The numbers, row by row.
  public enum Values: Sendable {
    case f32([Float])
    /// The bits of bf16 numbers.
    case bf16([UInt16])
  }

  public var name: String
  /// Outermost dimension first.
  public var shape: [Int]
  public var values: Values

  /// - Precondition: the shape's product is the number of values.
  public init(name: String, shape: [Int], values: Values) {
    self.name = name
    self.shape = shape
    self.values = values
    precondition(TensorEntry.elementCount(of: shape) == count, "\(name): \(count) values are not of shape \(shape)")
  }

  public var elementType: ElementType {
    switch values {
    case .f32: .f32
    case .bf16: .bf16
    }
  }

  private var count: Int {
    switch values {
    case .f32(let values): values.count
    case .bf16(let values): values.count
    }
  }
}

/// Writes safetensors files.
public enum SafetensorsWriter {
  /// Writes tensors, sorted by name, each at a multiple of 8 bytes where its size allows it.
  ///
  /// - Parameter metadata: texts for `__metadata__`, sorted by key; PyTorch's readers expect `["format": "pt"]`.
  /// - Precondition: no two tensors have one name.
  /// - Throws: ``FileError`` where the file can't be written; what was there before is then untouched.
  public static func write(_ tensors: [NewTensor], metadata: [String: String] = ["format": "pt"], to path: String) throws(FileError) {
    try Files.write(bytes(of: tensors, metadata: metadata), to: path)
  }

  /// The bytes of the file.
  static func bytes(of tensors: [NewTensor], metadata: [String: String]) -> [UInt8] {
    // Wider types first keeps every tensor aligned; then by name.
    let sorted = tensors.sorted { first, second in
      first.elementType.blockBytes != second.elementType.blockBytes
        ? first.elementType.blockBytes > second.elementType.blockBytes : first.name.utf8.lexicographicallyPrecedes(second.name.utf8)
    }
    var header: OrderedDictionary<String, JSONValue> = [:]
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { ($0.key, JSONValue.string($0.value)) }
      header["__metadata__"] = .object(OrderedDictionary(uniqueKeysWithValues: texts))
    }
    var end = 0
    for tensor in sorted {
      let start = end
      end += tensor.shape.reduce(tensor.elementType.blockBytes, *)
      let entry: JSONValue = [
        "dtype": .string(SafetensorsType.name(of: tensor.elementType) ?? ""), "shape": .array(tensor.shape.map { .integer($0) }),
        "data_offsets": [.integer(start), .integer(end)],
      ]
      let previous = header.updateValue(entry, forKey: tensor.name)
      precondition(previous == nil, "two tensors are named \(tensor.name)")
    }
    var text = Array(JSONValue.object(header).serialized().utf8)
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }

    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + text.count + end)
    append(UInt64(text.count), to: &bytes)
    bytes += text
    for tensor in sorted {
      switch tensor.values {
      case .f32(let values): for value in values { append(value.bitPattern, to: &bytes) }
      case .bf16(let values): for value in values { append(value, to: &bytes) }
      }
    }
    return bytes
  }

  private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: number.bitWidth, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
  }
}
