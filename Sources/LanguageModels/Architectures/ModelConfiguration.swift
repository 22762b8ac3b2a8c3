// The values that describe a model, whether from `config.json` or from GGUF metadata: looked up by path, checked for kind and range.

internal import Checkpoints
internal import Documents
internal import Tensors

/// A checkpoint's own description.
public struct ModelConfiguration: Sendable {
  /// The file that errors name.
  public let place: String
  public let isGGUF: Bool
  /// How many tensors the checkpoint has: no model has more layers.
  private let tensorCount: Int
  private let value: @Sendable (String) -> JSONValue?

  private init(place: String, isGGUF: Bool, tensorCount: Int, value: @escaping @Sendable (String) -> JSONValue?) {
    self.place = place
    self.isGGUF = isGGUF
    self.tensorCount = tensorCount
    self.value = value
  }

  /// The configuration of a part of a model, such as `text_config` of one that sees as well.
  func part(_ key: String) -> ModelConfiguration {
    let value = value
    return ModelConfiguration(place: place, isGGUF: isGGUF, tensorCount: tensorCount) { value("\(key).\($0)") }
  }

  init(_ checkpoint: Checkpoint) {
    tensorCount = checkpoint.tensors.count
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

  /// Whether a key is there and null.
  func isNull(_ key: String) -> Bool { value(key)?.isNull ?? false }

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

  /// The number of layers.
  func layers(_ key: String, default fallback: Int? = nil) throws(ModelError) -> Int {
    let layers = try size(key, default: fallback, limit: 4096)
    guard layers <= tensorCount else { throw .inconsistent(place, "\(quoted(key)) is \(layers), and the weights are \(tensorCount) tensors") }
    return layers
  }

  func float(_ key: String, default fallback: Float) throws(ModelError) -> Float {
    guard let found = value(key), !found.isNull else { return fallback }
    guard let number = found.double.map({ Float($0) }), number.isFinite, number > 0 else {
      throw .badValue(place, key: key, found: found.double.map { "\($0)" } ?? found.kindName, expected: "a positive number")
    }
    return number
  }

  func positiveFloat(_ key: String) throws(ModelError) -> Float {
    guard has(key) else { throw .missingValue(place, key: key) }
    return try float(key, default: 1)
  }

  /// Positive numbers, as many as are needed.
  func floats(_ key: String, count: Int) throws(ModelError) -> [Float] {
    guard let found = value(key), !found.isNull else { throw .missingValue(place, key: key) }
    let numbers = (found.array ?? []).compactMap(\.double).map { Float($0) }
    guard numbers.count == count, numbers.count == found.array?.count, numbers.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw .badValue(place, key: key, found: "\(found.kindName) of \(found.array?.count ?? 0)", expected: "\(count) positive numbers")
    }
    return numbers
  }

  /// Whole numbers; nil where the key is missing.
  func integers(_ key: String) throws(ModelError) -> [Int]? {
    guard let found = value(key), !found.isNull else { return nil }
    guard let array = found.array, array.allSatisfy({ $0.integer != nil }) else {
      throw .badValue(place, key: key, found: found.kindName, expected: "an array of whole numbers")
    }
    return array.compactMap(\.integer)
  }

  /// A window of attention in tokens; nil where it is missing, null or 0.
  func window(_ key: String = "sliding_window") throws(ModelError) -> Int? {
    guard has(key) else { return nil }
    let window = try size(key, minimum: 0, limit: 1 << 30)
    return window == 0 ? nil : window
  }

  /// Which layers see a window only: `layer_types`, where the configuration lists them.
  ///
  /// - Parameter layers: how many there must be.
  func slidingLayers(_ layers: Int) throws(ModelError) -> [Bool]? {
    guard let found = value("layer_types"), !found.isNull else { return nil }
    let kinds = (found.array ?? []).compactMap(\.string)
    guard kinds.count == layers, kinds.allSatisfy({ $0 == "sliding_attention" || $0 == "full_attention" }) else {
      throw .badValue(
        place, key: "layer_types", found: kinds.count == layers ? kinds.joined(separator: ", ") : "\(kinds.count) names",
        expected: "full_attention or sliding_attention for each of \(layers) layers")
    }
    return kinds.map { $0 == "sliding_attention" }
  }

  /// The activation under a key, by the names of transformers' `ACT2FN`.
  func activation(_ key: String, default fallback: Activation) throws(ModelError) -> Activation {
    guard let name = optionalString(key) else { return fallback }
    switch name {
    case "silu", "swish": return .silu
    case "relu": return .relu
    case "gelu", "gelu_python": return .gelu
    case "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_python_tanh": return .geluTanh
    default:
      throw .unsupported(place, "\(key): \(name)", "activations known here: silu, relu, gelu, gelu_new, gelu_pytorch_tanh, gelu_fast")
    }
  }

  /// Refuses a value that would change the computation in a way that is not known here.
  func require(_ key: String, _ expected: Bool) throws(ModelError) {
    guard try bool(key, default: expected) == expected else {
      throw .unsupported(place, "\(key): \(!expected)", "models of this family are known here with \(key): \(expected)")
    }
  }
}
