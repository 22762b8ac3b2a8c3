// The experts of a mixture, one tensor each or all in one.

internal import Checkpoints
internal import Tensors

/// Sizes of a mixture, and its weights by the names of either container.
struct Experts {
  var count: Int
  /// Experts a token.
  var chosen: Int
  /// Between the products of an expert.
  var width: Int
  var hidden: Int

  /// The router says how many experts there are before anything is made of the number.
  private func check(router: String, _ checkpoint: Checkpoint, _ place: String) throws(ModelError) {
    do { _ = try checkpoint.tensor(router, shape: [count, hidden]) } catch { throw .checkpoint(error) }
    guard chosen <= count else { throw .inconsistent(place, "\(chosen) experts are chosen for each token, but there are \(count)") }
  }

  /// Experts with names of their own.
  ///
  /// - Parameters:
  ///   - gate: the name of an expert's gate, by its number; up and down alike.
  func separate(
    router: String, sharesSumToOne: Bool, checkpoint: Checkpoint, place: String, gate: (Int) -> String, up: (Int) -> String, down: (Int) -> String
  ) throws(ModelError) -> MixtureBlueprint {
    try check(router: router, checkpoint, place)
    return MixtureBlueprint(
      router: TensorReference(router, [count, hidden]),
      experts: (0..<count).map { expert in
        dense(
          gate: TensorReference(gate(expert), [width, hidden]), up: TensorReference(up(expert), [width, hidden]),
          down: TensorReference(down(expert), [hidden, width]))
      }, chosen: chosen, sharesSumToOne: sharesSumToOne)
  }

  /// As llama.cpp writes them: `[experts, width, hidden]` in one tensor, in older files one tensor an expert.
  func gguf(layer: Int, sharesSumToOne: Bool, checkpoint: Checkpoint, place: String) throws(ModelError) -> MixtureBlueprint {
    let prefix = "blk.\(layer).ffn_"
    try check(router: prefix + "gate_inp.weight", checkpoint, place)
    if checkpoint[prefix + "gate_exps.weight"] == nil {
      return try separate(
        router: prefix + "gate_inp.weight", sharesSumToOne: sharesSumToOne, checkpoint: checkpoint, place: place,
        gate: { "\(prefix)gate.\($0).weight" },
        up: { "\(prefix)up.\($0).weight" }, down: { "\(prefix)down.\($0).weight" })
    }
    func slice(_ part: String, _ rows: Int, _ columns: Int, of expert: Int) -> TensorReference {
      TensorReference(prefix + part + "_exps.weight", [count, rows, columns], rows: .range(expert * rows..<(expert + 1) * rows))
    }
    return MixtureBlueprint(
      router: TensorReference(prefix + "gate_inp.weight", [count, hidden]),
      experts: (0..<count).map { expert in
        dense(
          gate: slice("gate", width, hidden, of: expert), up: slice("up", width, hidden, of: expert),
          down: slice("down", hidden, width, of: expert))
      }, chosen: chosen, sharesSumToOne: sharesSumToOne)
  }

  private func dense(gate: TensorReference, up: TensorReference, down: TensorReference) -> DenseBlueprint {
    DenseBlueprint(gate: LinearBlueprint(gate), up: LinearBlueprint(up), down: LinearBlueprint(down), activation: .silu)
  }
}
