// A Hugging Face checkpoint folder: `config.json` and one safetensors file, or shards with their index.

internal import Documents
internal import Tensors

struct HuggingFaceFolder {
  /// The most bytes of a `config.json`; real ones have a few thousand.
  static let configLimit = 16 << 20

  var config: JSONValue
  /// The SHA-256 of the bytes of `config.json`.
  var configDigest: String
  /// In the order of their names.
  var files: [MappedFile] = []
  var tensors: [TensorInfo] = []

  init(path: String) throws {
    func inFolder(_ name: String) -> String { Files.path(name, relativeTo: path) }
    let names = try Files.list(path)
    let shards: ShardIndex?
    if names.contains(ShardIndex.soleFile) {
      shards = nil
    } else if names.contains(ShardIndex.fileName) {
      shards = try ShardIndex(path: inFolder(ShardIndex.fileName))
    } else {
      throw CheckpointError(path: path, problem: UnsupportedWeights.problem(with: names))
    }

    let configPath = inFolder("config.json")
    let configBytes = try Files.read(configPath, limit: Self.configLimit)
    config = try JSONValue.parse(configBytes, file: configPath)
    configDigest = digest(of: configBytes.span)
    guard case .object = config else { throw CheckpointError(path: configPath, problem: .configNotObject(found: config.kindName)) }
    if let method = UnsupportedWeights.quantizationMethod(in: config) {
      throw CheckpointError(path: configPath, problem: .quantized(method: method))
    }

    var fileOf: [String: String] = [:]
    for name in shards?.files ?? [ShardIndex.soleFile] {
      guard names.contains(name) else { throw CheckpointError(path: inFolder(ShardIndex.fileName), problem: .shardMissing(name)) }
      let file = try MappedFile(path: inFolder(name))
      let kind = try WeightFileKind(of: file)
      if case .gguf = kind { throw CheckpointError(path: file.path, problem: .onlyGGUF(name)) }
      let header = try file.withBytes { (bytes) throws(SafetensorsError) in try SafetensorsHeader(bytes, path: file.path) }
      for entry in header.tensors {
        if let other = fileOf.updateValue(name, forKey: entry.name) {
          throw CheckpointError(path: file.path, problem: .duplicateTensor(entry.name, other: other))
        }
        tensors.append(TensorInfo(entry, in: file, dataStart: header.dataStart))
      }
      files.append(file)
    }
    for (tensor, shard) in shards?.fileOfTensor ?? [] where fileOf[tensor] != shard {
      throw CheckpointError(path: inFolder(ShardIndex.fileName), problem: .notInShard(tensor: tensor, shard: shard))
    }
    if let method = UnsupportedWeights.quantizationMethod(inTensors: tensors.lazy.map(\.name)) {
      throw CheckpointError(path: path, problem: .quantized(method: method))
    }
  }
}
