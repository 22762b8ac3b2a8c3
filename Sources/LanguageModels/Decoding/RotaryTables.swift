// The cosines and sines of a decoder's rotary rules, grown as positions are asked for.

internal import Synchronization
internal import Tensors

/// Tables by rule and length class; the values of a position never change.
final class RotaryTables: Sendable {
  private struct Key: Hashable {
    var rule: RotaryRule
    var lengthClass: Int
  }

  /// Tables of single lengths (``RotaryRule/Scaling/dynamic(factor:)``) are not kept beyond this number.
  private static let limit = 16

  private let rules: [RotaryRule]
  private let contextLength: Int
  /// The values of the tensors that hold divisors, by name.
  private let divisors: [String: [Float]]
  private let tables = Mutex<[Key: RotaryTable]>([:])

  init(_ blueprint: DecoderBlueprint, reader: WeightReader) throws(ModelError) {
    rules = Array(Set(blueprint.layers.compactMap(\.attention.rotary)))
    contextLength = blueprint.contextLength
    var divisors: [String: [Float]] = [:]
    for tensor in rules.flatMap(\.tensors) { divisors[tensor.name] = try reader.values(tensor) }
    self.divisors = divisors
  }

  func lengthClass(of length: Int) -> Int { rules.map { $0.lengthClass(of: length) }.max() ?? 0 }

  /// The table for at least `positions` positions; grown by doubling.
  func table(of rule: RotaryRule, lengthClass: Int, positions: Int) throws(TensorError) -> RotaryTable {
    try tables.withLock { (tables) throws(TensorError) in
      let key = Key(rule: rule, lengthClass: lengthClass)
      let known = tables[key]
      if let known, known.positions >= positions { return known }
      let size = max(512, min(max(positions, (known?.positions ?? 0) * 2), max(positions, contextLength)))
      let frequencies = rule.inverseFrequencies(lengthClass: lengthClass, divisors: divisors(of: rule, lengthClass: lengthClass))
      let grown = try RotaryTable(inverseFrequencies: frequencies, positions: size, attentionScale: rule.attentionFactor)
      if tables.count >= Self.limit { tables.removeAll() }
      tables[key] = grown
      return grown
    }
  }

  private func divisors(of rule: RotaryRule, lengthClass: Int) -> [Float] {
    switch rule.scaling {
    case .divisors(let tensor): divisors[tensor.name] ?? []
    case .longRopeDivisors(let short, let long): divisors[(lengthClass == 0 ? short : long).name] ?? []
    default: []
    }
  }
}
