// What can be wrong with a checkpoint beyond one file's format, and its sentences.

public import Documents
public import Tensors

/// A checkpoint that is incomplete, of a kind that is not read, or without the tensor that was asked for.
public struct CheckpointError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    case noWeights(found: [String])
    case onlyGGUF(String)
    case onlyAdapter
    /// A weight file under a name by which no model is looked for.
    case otherName(String)
    case foreign(ForeignContainer)
    case foreignFile(String, ForeignContainer)
    /// The evidence is the name of a tensor, where the configuration says nothing.
    case quantized(QuantizationMethod, evidence: String?)
    case mislabelled(String, found: WeightContainer)
    case unknownFormat(firstBytes: [UInt8])
    case split(String)
    case configNotObject(found: String)
    case index(found: String, expected: String)
    case shardName(String, suffix: String)
    case shardMissing(String)
    case notInShard(tensor: String, shard: String)
    case duplicateTensor(String, other: String)
    case missingTensor(String, nearest: String?, count: Int)
    case shape(tensor: String, type: ElementType, found: [Int], expected: [Int])
    case notReal(tensor: String, type: ElementType)
    case notBFloat16(tensor: String, type: ElementType)
    case unreadable(FileError)
  }

  /// The folder or file.
  public var path: String
  public var problem: Problem

  public init(path: String, problem: Problem) {
    self.path = path
    self.problem = problem
  }

  public var cause: (any Error)? { if case .unreadable(let error) = problem { error } else { nil } }

  public var severity: DiagnosticSeverity { if case .unreadable(let error) = problem { error.severity } else { .configuration } }
}

extension CheckpointError {
  public var description: String { "\(path): \(sentence)" }

  private var sentence: String {
    switch problem {
    case .noWeights(let found):
      """
      no weights found: expected model.safetensors, pytorch_model.bin or the index of shards of either; the folder holds \
      \(found.isEmpty ? "nothing" : found.prefix(12).map { quoted($0) }.joined(separator: ", "))\(found.count > 12 ? ", …" : "")
      """
    case .onlyGGUF(let name): "the folder holds no weights of its own but the GGUF file \(quoted(name)); name that file instead of the folder"
    case .onlyAdapter: "this folder holds an adapter and no model; name the model here and give the adapter by its own option"
    case .otherName(let name):
      """
      the folder holds \(quoted(name)), but neither model.safetensors nor pytorch_model.bin; \
      rename it to the one that it is, or name the file itself
      """
    case .foreign(let kind): "this is \(kind.name), which is not read; \(kind.advice)"
    case .foreignFile(let file, let kind): "the folder holds \(kind.name) (\(quoted(file))), which is not read; \(kind.advice)"
    case .quantized(let method, nil): "the weights are quantised with \(method.name), which is not supported yet; \(method.advice)"
    case .quantized(let method, let evidence?):
      "the weights are quantised with \(method.name) (the tensor \(quoted(evidence)) shows it), which is not supported yet; \(method.advice)"
    case .mislabelled(let name, let found):
      "\(quoted(name)) is no file of the kind that its name promises but \(found.phrase); give it its own name back"
    case .unknownFormat(let bytes):
      """
      this is neither a GGUF nor a safetensors file nor one of torch.save; it starts with \
      \(bytes.isEmpty ? "nothing: the file is empty" : bytes.map { "0x" + String($0, radix: 16) }.joined(separator: " "))
      """
    case .split(let what): what
    case .configNotObject(let found): "config.json holds \(found), expected an object"
    case .index(let found, let expected): "the shard index holds \(found), expected \(expected)"
    case .shardName(let name, let suffix):
      "the shard index names the file \(quoted(name)); a shard must be a \(suffix) file directly in the checkpoint's folder"
    case .shardMissing(let name): "the shard index names \(quoted(name)), which is not in the folder; download the checkpoint again"
    case .notInShard(let tensor, let shard):
      "the shard index says that tensor \(quoted(tensor)) is in \(quoted(shard)), but it is not; download the checkpoint again"
    case .duplicateTensor(let name, let other): "tensor \(quoted(name)) is also in \(quoted(other)); a tensor may be in one shard only"
    case .missingTensor(let name, let nearest?, _): "there is no tensor \(quoted(name)); did you mean \(quoted(nearest))?"
    case .missingTensor(let name, nil, let count):
      "there is no tensor \(quoted(name)) among the \(count) tensors; is this another architecture?"
    case .shape(let tensor, let type, let found, let expected):
      """
      tensor \(quoted(tensor)) has the shape \(text(of: found)) (\(type.rawValue)), expected \(text(of: expected)); \
      the configuration and the weights do not belong together
      """
    case .notReal(let tensor, let type): "tensor \(quoted(tensor)) holds \(type.rawValue) values; real numbers were expected"
    case .notBFloat16(let tensor, let type): "tensor \(quoted(tensor)) holds \(type.rawValue) values; bf16 was expected"
    case .unreadable: "the weights can't be read"
    }
  }
}
