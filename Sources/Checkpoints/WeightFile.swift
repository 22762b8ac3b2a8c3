// One weight file of any container: its tensors, and what describes them.

internal import Documents

struct WeightFile {
  let file: RandomAccessFile
  let container: WeightContainer
  /// In the order of their data.
  let tensors: [TensorInfo]
  /// The texts in the header of a safetensors file.
  var texts: [String: String] = [:]
  /// The key/value pairs of a GGUF file.
  var metadata: GGUFMetadata?
  /// The SHA-256 of the part that describes the weights; nil where there is no such part.
  var descriptionDigest: String?

  /// Reads and checks what describes the tensors.
  ///
  /// - Throws: ``CheckpointError``, ``SafetensorsError``, ``GGUFError`` or ``TorchArchiveError``.
  init(_ file: RandomAccessFile) throws {
    self.file = file
    container = try WeightContainer(of: file)
    switch container {
    case .safetensors:
      let header = try SafetensorsHeader(file)
      tensors = header.tensors.map { TensorInfo($0, in: file, dataStart: header.dataStart) }
      texts = header.metadata
      descriptionDigest = header.digest
    case .gguf:
      let header = try GGUFHeader(file)
      tensors = header.tensors.map { TensorInfo($0, in: file, dataStart: header.dataStart) }
      metadata = header.metadata
      descriptionDigest = header.metadataDigest
    case .torchArchive, .torchLegacy:
      tensors = try TorchArchive(file, container: container).tensors
    }
  }
}
