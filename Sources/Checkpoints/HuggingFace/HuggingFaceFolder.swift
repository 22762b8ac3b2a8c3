// A Hugging Face checkpoint folder: `config.json` and one weight file, or shards with their index.

internal import Documents

struct HuggingFaceFolder {
  /// The most bytes of a `config.json`; real ones have a few thousand.
  static let configLimit = 16 << 20

  var config: JSONValue
  /// The SHA-256 of the bytes of `config.json`.
  var configDigest: String
  var container = WeightContainer.safetensors
  /// In the order of their names.
  var files: [RandomAccessFile] = []
  var tensors: [TensorInfo] = []

  init(path: String) throws {
    func inFolder(_ name: String) -> String { Files.path(name, relativeTo: path) }
    let names = try Files.list(path)
    let set = Set(names)
    let layout = WeightLayout.all.first { set.contains($0.soleFile) || set.contains($0.indexFile) }
    // What is no model at all is said before its configuration is missed.
    guard layout != nil || set.contains("config.json") else { throw CheckpointError(path: path, problem: Self.problem(with: names)) }

    let configPath = inFolder("config.json")
    let configBytes = try Files.read(configPath, limit: Self.configLimit)
    config = try JSONValue.parse(configBytes, file: configPath)
    configDigest = digest(of: configBytes.span)
    guard case .object = config else { throw CheckpointError(path: configPath, problem: .configNotObject(found: config.kindName)) }
    if let method = QuantizationMethod.named(in: config) {
      throw CheckpointError(path: configPath, problem: .quantized(method, evidence: nil))
    }
    guard let layout else { throw CheckpointError(path: path, problem: Self.problem(with: names)) }
    let shards = set.contains(layout.soleFile) ? nil : try ShardIndex(path: inFolder(layout.indexFile), of: layout)

    var fileOf: [String: String] = [:]
    for name in shards?.files ?? [layout.soleFile] {
      guard set.contains(name) else { throw CheckpointError(path: inFolder(layout.indexFile), problem: .shardMissing(name)) }
      let file = try WeightFile(try RandomAccessFile(path: inFolder(name)))
      for tensor in file.tensors {
        if let other = fileOf.updateValue(name, forKey: tensor.name) {
          throw CheckpointError(path: tensor.path, problem: .duplicateTensor(tensor.name, other: other))
        }
      }
      container = file.container
      tensors += file.tensors
      files.append(file.file)
    }
    for (tensor, shard) in shards?.fileOfTensor ?? [] where fileOf[tensor] != shard {
      throw CheckpointError(path: inFolder(layout.indexFile), problem: .notInShard(tensor: tensor, shard: shard))
    }
    if let (method, name) = QuantizationMethod.named(inTensors: tensors.map(\.name)) {
      throw CheckpointError(path: path, problem: .quantized(method, evidence: name))
    }
  }

  /// What a folder without weights that are read holds instead.
  private static func problem(with names: [String]) -> CheckpointError.Problem {
    if let name = names.first(where: { $0.hasSuffix(".gguf") }) { return .onlyGGUF(name) }
    if names.contains("adapter_config.json") { return .onlyAdapter }
    if let (kind, file) = ForeignContainer.inFolder(names) { return .foreignFile(file, kind) }
    let torch = names.first { [".bin", ".pt", ".pth", ".ckpt"].contains(where: $0.hasSuffix) && !$0.hasPrefix("training_args") }
    if let torch { return .otherName(torch) }
    if let name = names.first(where: { $0.hasSuffix(".safetensors") }) { return .otherName(name) }
    return .noWeights(found: names)
  }
}

/// How the weights of a folder are called.
struct WeightLayout {
  /// The name of the only weight file.
  let soleFile: String
  /// The name of the index where there are shards.
  let indexFile: String
  /// How the names of shards end.
  let suffix: String

  /// As transformers prefers them.
  static let all = [
    WeightLayout(soleFile: "model.safetensors", indexFile: "model.safetensors.index.json", suffix: ".safetensors"),
    WeightLayout(soleFile: "pytorch_model.bin", indexFile: "pytorch_model.bin.index.json", suffix: ".bin"),
  ]
}
