// The values that describe a model, whether from `config.json` or from GGUF metadata: looked up by path, checked for kind and range.

internal import Checkpoints
internal import Documents

/// A checkpoint's own description.
public struct ModelConfiguration: Sendable {
  /// The file that errors name.
  public let place: String
  public let isGGUF: Bool
  private let value: @Sendable (String) -> JSONValue?

  init(_ checkpoint: Checkpoint) {
    if let metadata = checkpoint.metadata {
      place = checkpoint.path
      isGGUF = true
      value = { key in metadata[key].flatMap(Self.value) }
    } else {
      place = checkpoint.folder.map { Files.path("config.json", relativeTo: $0) } ?? checkpoint.path
      isGGUF = false
      let config = checkpoint.config
      value = { key in key.split(separator: ".").reduce(config) { $0?[String($1)] } }
    }
  }

  /// A metadata value as JSON; of an array, one value where all are equal (a number for each layer), otherwise nothing.
  private static func value(_ value: GGUFValue) -> JSONValue? {
    switch value {
    case .integer(let number): .integer(number)
    case .float(let number): .number(number)
    case .bool(let flag): .bool(flag)
    case .string(let text): .string(text)
    case .array(let array):
      if let numbers = array.integers, let first = numbers.first, numbers.allSatisfy({ $0 == first }) { .integer(first) } else { nil }
    case .unsigned, .bytes: nil
    }
  }

  /// Whether a key is there and not null; `a.b` looks inside objects of `config.json`.
  func has(_ key: String) -> Bool { value(key).map { !$0.isNull } ?? false }

  func optionalString(_ key: String) -> String? { value(key)?.string }

  func string(_ key: String) throws(ModelError) -> String {
    guard let found = value(key) else { throw .missingValue(place, key: key) }
    guard let text = found.string else { throw .badValue(place, key: key, found: found.kindName, expected: "a string") }
    return text
  }

  func bool(_ key: String, default fallback: Bool) throws(ModelError) -> Bool {
    guard let found = value(key), !found.isNull else { return fallback }
    guard let flag = found.bool else { throw .badValue(place, key: key, found: found.kindName, expected: "true or false") }
    return flag
  }

  /// A positive whole number within a range that a real model can have.
  func size(_ key: String, default fallback: Int? = nil, minimum: Int = 1, limit: Int = 1 << 24) throws(ModelError) -> Int {
    guard let found = value(key), !found.isNull else {
      guard let fallback else { throw .missingValue(place, key: key) }
      guard fallback >= minimum else { throw .missingValue(place, key: key) }
      return fallback
    }
    guard let number = found.integer, (minimum...limit).contains(number) else {
      let text = found.integer.map(String.init) ?? found.double.map { "\($0)" } ?? found.kindName
      throw .badValue(place, key: key, found: text, expected: "a whole number from \(minimum) to \(limit)")
    }
    return number
  }

  func float(_ key: String, default fallback: Float) throws(ModelError) -> Float {
    guard let found = value(key), !found.isNull else { return fallback }
    guard let number = found.double, number.isFinite, number > 0 else {
      throw .badValue(place, key: key, found: found.double.map { "\($0)" } ?? found.kindName, expected: "a positive number")
    }
    return Float(number)
  }

  func positiveFloat(_ key: String) throws(ModelError) -> Float {
    guard has(key) else { throw .missingValue(place, key: key) }
    return try float(key, default: 1)
  }
}
