// Which kind of weight file this is, told by its first bytes and not by its name.

internal import Documents
internal import Tensors

enum WeightFileKind {
  case gguf
  case safetensors

  /// - Throws: ``CheckpointError`` that says what the file is where it is neither.
  init(of file: MappedFile) throws(CheckpointError) {
    let start = file.withBytes(0..<min(9, file.count)) { bytes in bytes.indices.map { bytes[$0] } }
    func fault(_ problem: CheckpointError.Problem) -> CheckpointError { CheckpointError(path: file.path, problem: problem) }
    switch start.prefix(4).map({ $0 }) {
    case Array("GGUF".utf8):
      self = .gguf
      return
    case Array("PK\u{3}\u{4}".utf8): throw fault(.torchArchive(Files.name(of: file.path)))
    // Little-endian words: "ggml", "ggmf", "ggjt".
    case Array("lmgg".utf8): throw fault(.legacyGGML("GGML"))
    case Array("fmgg".utf8): throw fault(.legacyGGML("GGMF"))
    case Array("tjgg".utf8): throw fault(.legacyGGML("GGJT"))
    default: break
    }
    // A pickle by itself: protocol mark and version, then an opcode; as a header length it would be far too large.
    if start.count >= 3, start[0] == 0x80, (2...5).contains(start[1]), start.count < 9 || start[8] != UInt8(ascii: "{") {
      throw fault(.torchArchive(Files.name(of: file.path)))
    }
    if file.path.hasSuffix(".safetensors") || start.count == 9 && start[8] == UInt8(ascii: "{") {
      self = .safetensors
      return
    }
    if file.path.hasSuffix(".gguf") {
      self = .gguf
      return
    }
    throw fault(.unknownFormat(firstBytes: Array(start.prefix(4))))
  }
}
