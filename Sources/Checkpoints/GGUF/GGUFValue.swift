// A typed value in the metadata of a GGUF file.

/// A metadata value. Numbers keep their value, not their width; arrays keep their width, for they may be large.
public enum GGUFValue: Sendable, Equatable {
  /// Any integer type whose value fits.
  case integer(Int)
  /// A `uint64` that does not fit `Int`.
  case unsigned(UInt64)
  /// A `float32`, widened exactly, or a `float64`.
  case float(Double)
  case bool(Bool)
  case string(String)
  /// A string that is not valid UTF-8.
  case bytes([UInt8])
  case array(GGUFArray)
}

/// An array of metadata values of one type; arrays of arrays are not read.
public enum GGUFArray: Sendable, Equatable {
  case uint8([UInt8])
  case int8([Int8])
  case uint16([UInt16])
  case int16([Int16])
  case uint32([UInt32])
  case int32([Int32])
  case uint64([UInt64])
  case int64([Int64])
  case float32([Float])
  case float64([Double])
  case bool([Bool])
  /// Strings that are all valid UTF-8. Compare them by their bytes: `==` of Swift takes composed and decomposed letters as equal.
  case strings([String])
  /// Strings of which at least one is not valid UTF-8.
  case byteStrings(GGUFByteStrings)

  public var count: Int {
    switch self {
    case .uint8(let values): values.count
    case .int8(let values): values.count
    case .uint16(let values): values.count
    case .int16(let values): values.count
    case .uint32(let values): values.count
    case .int32(let values): values.count
    case .uint64(let values): values.count
    case .int64(let values): values.count
    case .float32(let values): values.count
    case .float64(let values): values.count
    case .bool(let values): values.count
    case .strings(let values): values.count
    case .byteStrings(let values): values.count
    }
  }

  /// The elements as integers, nil if they are no integers or one does not fit.
  public var integers: [Int]? {
    switch self {
    case .uint8(let values): values.map(Int.init)
    case .int8(let values): values.map(Int.init)
    case .uint16(let values): values.map(Int.init)
    case .int16(let values): values.map(Int.init)
    case .uint32(let values): values.map(Int.init)
    case .int32(let values): values.map(Int.init)
    case .int64(let values): values.map(Int.init)
    case .uint64(let values): values.contains { $0 > UInt64(Int.max) } ? nil : values.map(Int.init)
    case .float32, .float64, .bool, .strings, .byteStrings: nil
    }
  }
}

/// Many byte strings in one buffer.
public struct GGUFByteStrings: Sendable, Equatable {
  private var buffer: [UInt8] = []
  private var ends: [Int] = []

  init() {}

  mutating func append(_ bytes: ArraySlice<UInt8>) {
    buffer += bytes
    ends.append(buffer.count)
  }

  public var count: Int { ends.count }

  /// - Precondition: `0 <= index < count`
  public subscript(index: Int) -> ArraySlice<UInt8> { buffer[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }
}
