// Tensors by path, with their shape checked where they are asked for: `scope("model", "layers", 0).tensor("mlp.up_proj.weight", shape: [1536, 576])`.

internal import Documents

/// A place in the tree of tensor names; lookups below it name the whole path when they fail.
public struct TensorScope: Sendable {
  public let checkpoint: Checkpoint
  /// The names so far, joined with dots; empty at the root.
  public let prefix: String

  /// The place below this one.
  public func scope(_ names: any CustomStringConvertible & Sendable...) -> TensorScope {
    TensorScope(checkpoint: checkpoint, prefix: names.reduce(prefix) { $0.isEmpty ? "\($1)" : "\($0).\($1)" })
  }

  /// The full name of a tensor at this place.
  public func fullName(_ name: String) -> String { prefix.isEmpty ? name : "\(prefix).\(name)" }

  /// Whether there is such a tensor.
  public func contains(_ name: String) -> Bool { checkpoint[fullName(name)] != nil }

  /// The tensor of a name and shape.
  ///
  /// - Parameter shape: outermost dimension first.
  /// - Throws: ``CheckpointError`` with the full name and the nearest known one, or both shapes.
  public func tensor(_ name: String, shape: [Int]) throws(CheckpointError) -> TensorInfo {
    try checkpoint.tensor(fullName(name), shape: shape)
  }

  /// As ``tensor(_:shape:)``, but nil where there is no such tensor: a bias, a tied output matrix.
  public func optionalTensor(_ name: String, shape: [Int]) throws(CheckpointError) -> TensorInfo? {
    contains(name) ? try tensor(name, shape: shape) : nil
  }
}

extension Checkpoint {
  /// The root of the tree of tensor names.
  public var root: TensorScope { TensorScope(checkpoint: self, prefix: "") }

  /// The tensor of a name and shape.
  ///
  /// - Parameter shape: outermost dimension first.
  /// - Throws: ``CheckpointError`` with the nearest known name, or both shapes.
  public func tensor(_ name: String, shape: [Int]) throws(CheckpointError) -> TensorInfo {
    let tensor = try tensor(name)
    if tensor.shape != shape {
      let problem = CheckpointError.Problem.shape(tensor: name, type: tensor.elementType, found: tensor.shape, expected: shape)
      throw CheckpointError(path: tensor.path, problem: problem)
    }
    return tensor
  }

  /// The tensor of a name, whatever its shape.
  public func tensor(_ name: String) throws(CheckpointError) -> TensorInfo {
    if let tensor = self[name] { return tensor }
    // Distances of long names take long, and a hostile file may hold many.
    let known = tensors.lazy.map(\.name).filter { $0.utf8.count <= 256 }.prefix(4096)
    let nearest = name.utf8.count <= 256 ? nearestName(to: name, among: known) : nil
    throw CheckpointError(path: path, problem: .missingTensor(name, nearest: nearest, count: tensors.count))
  }
}
