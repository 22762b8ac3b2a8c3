// What can be wrong with a checkpoint beyond one file's format, and its sentences.

public import Documents
public import Tensors

/// A checkpoint that is incomplete, of a kind that is not read, or without the tensor that was asked for.
public struct CheckpointError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    case noWeights(found: [String])
    case onlyGGUF(String)
    case onlyAdapter
    case torchArchive(String)
    case otherFramework(file: String, framework: String)
    case quantized(method: String)
    case unknownFormat(firstBytes: [UInt8])
    case legacyGGML(String)
    case configNotObject(found: String)
    case index(found: String, expected: String)
    case shardName(String)
    case shardMissing(String)
    case notInShard(tensor: String, shard: String)
    case duplicateTensor(String, other: String)
    case missingTensor(String, nearest: String?, count: Int)
    case shape(tensor: String, type: ElementType, found: [Int], expected: [Int])
    case notReal(tensor: String, type: ElementType)
    case notBFloat16(tensor: String, type: ElementType)
    case changed(FileError)
  }

  /// The folder or file.
  public var path: String
  public var problem: Problem

  public init(path: String, problem: Problem) {
    self.path = path
    self.problem = problem
  }

  public var cause: (any Error)? { if case .changed(let error) = problem { error } else { nil } }

  public var severity: DiagnosticSeverity { if case .changed = problem { .run } else { .configuration } }
}

extension CheckpointError {
  public var description: String { "\(path): \(sentence)" }

  private var sentence: String {
    switch problem {
    case .noWeights(let found):
      """
      no weights found: expected model.safetensors or model.safetensors.index.json; the folder holds \
      \(found.isEmpty ? "nothing" : found.prefix(12).map { quoted($0) }.joined(separator: ", "))\(found.count > 12 ? ", …" : "")
      """
    case .onlyGGUF(let name): "the folder holds no safetensors but the GGUF file \(quoted(name)); name that file instead of the folder"
    case .onlyAdapter: "this folder holds an adapter and no model; name the model here and give the adapter by its own option"
    case .torchArchive(let name):
      """
      \(quoted(name)) is a PyTorch archive (a pickle), which is not supported yet and could run code; \
      save the model as safetensors: save_pretrained(folder, safe_serialization=True)
      """
    case .otherFramework(let file, let framework):
      "\(quoted(file)) holds \(framework) weights, which are not read; save the model from PyTorch as safetensors"
    case .quantized(let method):
      "the weights are quantised with \(method), which is not supported yet; use the original checkpoint, or a GGUF file"
    case .unknownFormat(let bytes):
      """
      this is neither a GGUF nor a safetensors file; it starts with \
      \(bytes.isEmpty ? "nothing: the file is empty" : bytes.map { "0x" + String($0, radix: 16) }.joined(separator: " "))
      """
    case .legacyGGML(let magic): "this is a file of the old \(magic) format, from before GGUF; convert the model again"
    case .configNotObject(let found): "config.json holds \(found), expected an object"
    case .index(let found, let expected): "the shard index holds \(found), expected \(expected)"
    case .shardName(let name):
      "the shard index names the file \(quoted(name)); a shard must be a .safetensors file directly in the checkpoint's folder"
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
    case .changed: "the file was changed while it was in use; run again once nothing writes to it"
    }
  }
}
