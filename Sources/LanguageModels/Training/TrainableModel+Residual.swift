// A start from what the old model's weights have and the new model's lack, for two models of one shape.

internal import Checkpoints
internal import Documents
internal import Tensors

extension TrainableModel {
  /// Makes the factors the low-rank matrices that bring each weight nearest to the old model's, as the inputs weigh it.
  ///
  /// A candidate that is a damaged copy of the old model, such as a quantisation, is then repaired in part before the first step. Modules whose weights
  /// are equal keep the values that they have. The same bits for every number of threads.
  ///
  /// - Parameters:
  ///   - old: the old model's base, of the same modules and shapes.
  ///   - adapter: the old model's adapter.
  ///   - batches: examples whose activations weigh the inputs; some thousand tokens are enough.
  /// - Throws: ``ModelError`` where a weight of the old model is missing or has another shape, for bad tokens, and memory.
  public func startFromResidual(of old: BaseWeights, adapter: Adapter?, batches: [TokenBatch], seed: UInt64) throws(ModelError) {
    let residual = try Residual(self, old: old, adapter: adapter)
    var values = self.values
    for modules in residual.groups(bytes: Self.momentsMemory) {
      // The inputs are those of the model without factors, or with the ones that it came with: the values change when all are found.
      let moments = InputMoments(of: modules[0].place.index..<modules[modules.count - 1].place.index + 1)
      for batch in batches { _ = try run(batch, dropout: nil, keepsTape: false, moments: moments) }
      let found = Slots<NearestFactors?>(count: modules.count)
      try withWorkers(options.threads, count: modules.count) { (_, index) throws(ModelError) in
        let place = modules[index].place
        guard let matrix = moments.matrix(of: place) else { return found.set(index, to: NearestFactors?.none) }
        let difference = try residual.difference(modules[index])
        do throws(TensorError) {
          let number = SeededNumbers.mixed(seed &+ UInt64(place.index))
          found.set(index, to: try NearestFactors(of: difference, weighedBy: matrix, rank: place.rank, seed: number))
        } catch {
          throw .tensors(.init(error))
        }
      }
      for (module, factors) in zip(modules, found.values) { factors?.write(to: &values, at: module.place) }
    }
    self.values = values
  }

  /// Bytes that the moments of some modules may take; beyond it they are found in several rounds over the examples.
  private static let momentsMemory = 1 << 30
}

extension NearestFactors {
  /// The pairs that were found take the place of as many; the others keep what they have.
  fileprivate func write(to values: inout [Float], at place: FactorPlace) {
    let scale = place.scale.squareRoot()
    for (number, (row, column)) in zip(down, up).enumerated() {
      for (input, value) in row.enumerated() { values[place.down + number * place.inputs + input] = value / scale }
      for (output, value) in column.enumerated() { values[place.up + output * place.rank + number] = value / scale }
    }
  }
}

/// What two models' weights differ by.
private struct Residual {
  struct Module {
    var place: FactorPlace
    var old: TensorReference
    var new: TensorReference
  }

  private(set) var modules: [Module] = []
  private let old: WeightReader
  private let new: WeightReader

  init(_ model: TrainableModel, old base: BaseWeights, adapter: Adapter?) throws(ModelError) {
    let blueprint = try ArchitectureCatalog.blueprint(of: base.checkpoint)
    do throws(AdapterError) {
      let adaptation = try adapter.map { (adapter) throws(AdapterError) in try Adaptation(adapter, blueprint: blueprint, base: base.checkpoint) }
      old = WeightReader(base: base, adaptation: adaptation, mergesAdapter: true)
    } catch {
      throw .adapter(error)
    }
    new = WeightReader(base: model.base)
    let theirs = Dictionary(blueprint.linears.map { (BaseModules.canonical($0.weight.name), $0.weight.with(.all)) }) { first, _ in first }
    let ours = Dictionary(model.blueprint.linears.map { ($0.weight.name, $0.weight.with(.all)) }) { first, _ in first }
    for place in model.factorPlaces.sorted(by: { $0.value.index < $1.value.index }) {
      guard case .tensor(let name) = place.key, let weight = ours[name] else { continue }
      guard let other = theirs[BaseModules.canonical(name)] else {
        throw .unsupported(
          base.checkpoint.path, "a start from its weights, which have no \(quoted(name)) as the new model has,",
          "start from zero, or name an old model of the same family and format")
      }
      guard other.extent == weight.extent else {
        throw .badValue(
          base.checkpoint.path, key: other.name, found: "\(other.extent.rows) by \(other.extent.columns)",
          expected: "\(weight.extent.rows) by \(weight.extent.columns), as the new model has it: only models of one shape have a residual")
      }
      modules.append(Module(place: place.value, old: other, new: weight))
    }
  }

  /// Neighbouring modules whose moments have room together; at least one a group.
  func groups(bytes: Int) -> [[Module]] {
    var groups: [[Module]] = []
    var left = 0
    for module in modules {
      let size = module.place.inputs * module.place.inputs * MemoryLayout<Float>.size
      if groups.isEmpty || size > left {
        groups.append([])
        left = bytes
      }
      groups[groups.count - 1].append(module)
      left -= size
    }
    return groups
  }

  /// The old weight less the new one, `[outputs, inputs]`.
  func difference(_ module: Module) throws(ModelError) -> Matrix {
    let (rows, columns) = module.new.extent
    do {
      let (before, after) = (try Matrix(rows: rows, columns: columns), try Matrix(rows: rows, columns: columns))
      let piece = WeightReader.Piece(weight: module.old, rows: 0..<rows, site: .tensor(module.old.name))
      try old.read(piece, into: before, firstRow: 0)
      try old.merge(piece, into: before, firstRow: 0)
      try new.read(.init(weight: module.new, rows: 0..<rows, site: .tensor(module.new.name)), into: after, firstRow: 0)
      for row in 0..<rows { before.addRow(row, of: after, width: columns, scaledBy: -1, to: row) }
      return before
    } catch {
      throw ModelError(wrapping: error)
    }
  }
}
