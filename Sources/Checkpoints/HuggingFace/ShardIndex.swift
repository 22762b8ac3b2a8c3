// Which shard holds which tensor: `model.safetensors.index.json`, `pytorch_model.bin.index.json`. Names that lead out of the folder are refused.

internal import Documents
internal import OrderedCollections

struct ShardIndex {
  /// The most bytes of an index; real ones have a few million.
  static let sizeLimit = 64 << 20

  /// In the order of the index.
  var fileOfTensor: [(tensor: String, file: String)] = []
  /// Each shard once, sorted by name.
  var files: [String]

  /// Reads `{"metadata": {..}, "weight_map": {"tensor": "model-00001-of-00002.safetensors"}}`.
  init(path: String, of layout: WeightLayout) throws {
    let index = try JSONValue.parse(try Files.read(path, limit: Self.sizeLimit), file: path)
    func fault(_ problem: CheckpointError.Problem) -> CheckpointError { CheckpointError(path: path, problem: problem) }
    guard let map = index["weight_map"]?.object else {
      throw fault(.index(found: index["weight_map"]?.kindName ?? "no weight_map", expected: "a weight_map from tensor to file name"))
    }
    var seen: Set<String> = []
    for (tensor, value) in map {
      guard let name = value.string else {
        throw fault(.index(found: "\(value.kindName) for tensor \(quoted(tensor))", expected: "a file name"))
      }
      guard Self.isPlainName(name, suffix: layout.suffix) else { throw fault(.shardName(name, suffix: layout.suffix)) }
      fileOfTensor.append((tensor, name))
      seen.insert(name)
    }
    files = seen.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    if files.isEmpty { throw fault(.index(found: "an empty weight_map", expected: "at least one tensor")) }
  }

  /// Whether a name is that of a weight file directly in the folder.
  static func isPlainName(_ name: String, suffix: String) -> Bool {
    name.hasSuffix(suffix) && !name.hasPrefix(".") && name.utf8.count <= 255
      && name.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") && $0 != 0x7F }
  }
}
