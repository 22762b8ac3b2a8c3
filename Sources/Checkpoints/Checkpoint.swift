// A checkpoint on disk as named tensors with their description: a Hugging Face folder, a GGUF file or a bare safetensors file.

public import Documents
internal import Tensors

/// The weights of a model, mapped and not read: a fixed list of tensors, the configuration beside them, and lookup by name.
///
/// Everything that headers claim is checked against the files when the checkpoint is opened; nothing in it is ever executed.
public struct Checkpoint: Sendable {
  /// What the weights come with.
  public enum Source: Sendable {
    /// A folder with `config.json` and safetensors files.
    case huggingFace(config: JSONValue)
    /// A `.gguf` file.
    case gguf(GGUFMetadata)
    /// A `.safetensors` file by itself, an adapter say, with the texts under its `__metadata__`.
    case safetensors(metadata: [String: String])
  }

  /// The path that the checkpoint was opened by.
  public let path: String
  public let source: Source
  /// The SHA-256 of what describes the weights: of the bytes of `config.json`, of a GGUF file up to its tensors, of a safetensors header.
  public let configDigest: String
  /// File by file in the order of their names, within a file in the order of the data.
  public let tensors: [TensorInfo]

  /// The weight files, in the order of their names.
  let files: [MappedFile]
  private let positions: [String: Int]

  /// Opens a Hugging Face folder (`config.json` with `model.safetensors` or shards and their index), a `.gguf` or a `.safetensors` file.
  ///
  /// - Throws: ``FileError``, ``JSONError``, ``SafetensorsError``, ``GGUFError`` or ``CheckpointError``; each names the file.
  public init(path: String) throws {
    if Files.isDirectory(path) {
      let folder = try HuggingFaceFolder(path: path)
      let source = Source.huggingFace(config: folder.config)
      self.init(path: path, source: source, configDigest: folder.configDigest, files: folder.files, tensors: folder.tensors)
      return
    }
    let file = try MappedFile(path: path)
    switch try WeightFileKind(of: file) {
    case .gguf:
      let header = try file.withBytes { (bytes) throws(GGUFError) in try GGUFHeader(bytes, path: path) }
      let tensors = header.tensors.map { TensorInfo($0, in: file, dataStart: header.dataStart) }
      let configDigest = file.withBytes(0..<header.metadataEnd) { digest(of: $0) }
      self.init(path: path, source: .gguf(header.metadata), configDigest: configDigest, files: [file], tensors: tensors)
    case .safetensors:
      let header = try file.withBytes { (bytes) throws(SafetensorsError) in try SafetensorsHeader(bytes, path: path) }
      let tensors = header.tensors.map { TensorInfo($0, in: file, dataStart: header.dataStart) }
      let configDigest = file.withBytes(0..<header.dataStart) { digest(of: $0) }
      self.init(
        path: path, source: .safetensors(metadata: header.metadata), configDigest: configDigest, files: [file], tensors: tensors)
    }
  }

  private init(path: String, source: Source, configDigest: String, files: [MappedFile], tensors: [TensorInfo]) {
    self.path = path
    self.source = source
    self.configDigest = configDigest
    self.files = files
    self.tensors = tensors
    // The readers of the three kinds have refused names that appear twice.
    positions = Dictionary(zip(tensors.map(\.name), 0...), uniquingKeysWith: { first, _ in first })
  }

  /// The folder with the configuration and the tokenizer's files; nil for a single file.
  public var folder: String? { if case .huggingFace = source { path } else { nil } }

  /// The contents of `config.json`; nil for a single file.
  public var config: JSONValue? { if case .huggingFace(let config) = source { config } else { nil } }

  /// The key/value pairs of a GGUF file; nil for others.
  public var metadata: GGUFMetadata? { if case .gguf(let metadata) = source { metadata } else { nil } }

  /// The elements of all tensors together.
  public var parameterCount: Int { tensors.reduce(0) { $0 + $1.elementCount } }

  /// The tensor of a name, nil if there is none.
  public subscript(name: String) -> TensorInfo? { positions[name].map { tensors[$0] } }
}
