// The key/value pairs of a GGUF file: hyperparameters, vocabulary, chat template.

internal import OrderedCollections

/// The metadata of a GGUF file, in the order of the file.
public struct GGUFMetadata: Sendable {
  private var values: OrderedDictionary<String, GGUFValue> = [:]

  init() {}

  /// Adds a value; false if the key is there already.
  mutating func add(_ value: GGUFValue, for key: String) -> Bool { values.updateValue(value, forKey: key) == nil }

  /// The keys, in the order of the file.
  public var keys: [String] { Array(values.keys) }

  public subscript(key: String) -> GGUFValue? { values[key] }

  public func string(_ key: String) -> String? { if case .string(let value) = values[key] { value } else { nil } }
  public func bool(_ key: String) -> Bool? { if case .bool(let value) = values[key] { value } else { nil } }
  public func integer(_ key: String) -> Int? { if case .integer(let value) = values[key] { value } else { nil } }

  /// A number, whether it is stored as an integer or not.
  public func double(_ key: String) -> Double? {
    switch values[key] {
    case .float(let value): value
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    default: nil
    }
  }

  /// An array of strings that are valid UTF-8: tokens, merges.
  public func strings(_ key: String) -> [String]? { if case .array(.strings(let values)) = values[key] { values } else { nil } }

  /// The strings of an array as bytes, whether they are valid UTF-8 or not.
  public func byteStrings(_ key: String) -> [[UInt8]]? {
    switch values[key] {
    case .array(.strings(let strings)): strings.map { Array($0.utf8) }
    case .array(.byteStrings(let strings)): (0..<strings.count).map { Array(strings[$0]) }
    default: nil
    }
  }

  /// An array of `float32`: token scores.
  public func floats(_ key: String) -> [Float]? { if case .array(.float32(let values)) = values[key] { values } else { nil } }

  /// An array of `int32`: token types.
  public func int32s(_ key: String) -> [Int32]? { if case .array(.int32(let values)) = values[key] { values } else { nil } }

  /// An array of integers of any width.
  public func integers(_ key: String) -> [Int]? { if case .array(let array) = values[key] { array.integers } else { nil } }
}
