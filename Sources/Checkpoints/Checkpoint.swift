// A checkpoint on disk as named tensors with their description: a Hugging Face folder, a GGUF file, or a safetensors or PyTorch file by itself.

public import Documents

/// The weights of a model, described and not yet read: a fixed list of tensors, the configuration beside them, and lookup by name.
///
/// Everything that headers claim is checked against the files when the checkpoint is opened; nothing in it is ever executed.
public struct Checkpoint: Sendable {
  /// What the weights come with.
  public enum Source: Sendable {
    /// A folder with `config.json` and safetensors or PyTorch files.
    case huggingFace(config: JSONValue)
    /// A `.gguf` file, or all parts of a split one with the pairs of the first.
    case gguf(GGUFMetadata)
    /// A `.safetensors` file by itself, an adapter say, with the texts under its `__metadata__`.
    case safetensors(metadata: [String: String])
    /// A file of `torch.save` by itself.
    case torchArchive
  }

  /// The path that the checkpoint was opened by.
  public let path: String
  public let source: Source
  /// How the weight files are laid out.
  public let container: WeightContainer
  /// The SHA-256 of what describes the weights: of the bytes of `config.json`, of a GGUF file up to its tensors, of a safetensors header;
  /// of nothing for a PyTorch file by itself.
  public let configDigest: String
  /// File by file in the order of their names, within a file in the order of the data.
  public let tensors: [TensorInfo]

  /// The weight files, in the order of their names.
  let files: [RandomAccessFile]
  private let positions: [String: Int]

  /// The number of weight files.
  public var fileCount: Int { files.count }

  /// Opens a Hugging Face folder (`config.json` with one weight file, or shards and their index), or a weight file.
  ///
  /// In a folder, safetensors files go before `pytorch_model.bin`, as in transformers. Of a GGUF model in parts, any part may be named.
  /// - Throws: ``FileError``, ``JSONError``, ``SafetensorsError``, ``GGUFError``, ``TorchArchiveError`` or ``CheckpointError``; each names the file.
  public init(path: String) throws {
    if Files.isDirectory(path) {
      let folder = try HuggingFaceFolder(path: path)
      self.init(
        path: path, source: .huggingFace(config: folder.config), container: folder.container, configDigest: folder.configDigest,
        files: folder.files, tensors: folder.tensors)
      return
    }
    let opened = try WeightFile(try RandomAccessFile(path: path))
    let parts = try GGUFSplit(path: path, opened: opened)?.parts ?? [opened]
    let first = parts.first ?? opened
    let source: Source =
      switch first.container {
      case .gguf: .gguf(first.metadata ?? GGUFMetadata())
      case .safetensors: .safetensors(metadata: first.texts)
      case .torchArchive, .torchLegacy: .torchArchive
      }
    self.init(
      path: path, source: source, container: first.container, configDigest: first.descriptionDigest ?? digest(of: [UInt8]().span),
      files: parts.map(\.file), tensors: parts.flatMap(\.tensors))
  }

  private init(
    path: String, source: Source, container: WeightContainer, configDigest: String, files: [RandomAccessFile], tensors: [TensorInfo]
  ) {
    self.path = path
    self.source = source
    self.container = container
    self.configDigest = configDigest
    self.files = files
    self.tensors = tensors
    // The readers have refused names that appear twice.
    positions = Dictionary(zip(tensors.map(\.name), 0...), uniquingKeysWith: { first, _ in first })
  }

  /// The folder with the configuration and the tokenizer's files; nil for a single file.
  public var folder: String? { if case .huggingFace = source { path } else { nil } }

  /// The contents of `config.json`; nil for a single file.
  public var config: JSONValue? { if case .huggingFace(let config) = source { config } else { nil } }

  /// The key/value pairs of a GGUF file; nil for others.
  public var metadata: GGUFMetadata? { if case .gguf(let metadata) = source { metadata } else { nil } }

  /// The elements of all tensors together; names that share a storage count once.
  public var parameterCount: Int {
    var seen: Set<Storage> = []
    return tensors.reduce(0) { seen.insert(Storage(path: $1.path, range: $1.byteRange)).inserted ? $0 + $1.elementCount : $0 }
  }

  private struct Storage: Hashable {
    var path: String
    var range: Range<Int>
  }

  /// The tensor of a name, nil if there is none.
  public subscript(name: String) -> TensorInfo? { positions[name].map { tensors[$0] } }
}
