// How a weight file is laid out, told by its first bytes and not by its name.

internal import Documents

/// The layout of a weight file.
public enum WeightContainer: Sendable, Equatable {
  case safetensors
  case gguf
  /// The zip form of `torch.save`, of PyTorch 1.6 and later: `pytorch_model.bin`.
  case torchArchive
  /// The form of `torch.save` before that: pickles and raw storages.
  case torchLegacy

  /// What people call it.
  public var name: String {
    switch self {
    case .safetensors: "safetensors"
    case .gguf: "GGUF"
    case .torchArchive: "PyTorch archive"
    case .torchLegacy: "PyTorch archive of the old form"
    }
  }

  /// What a file of it is called in a sentence.
  var phrase: String {
    switch self {
    case .safetensors, .gguf: "a \(name) file"
    case .torchArchive, .torchLegacy: "a \(name)"
    }
  }

  /// The names that only files of this container should have.
  private var suffixes: [String] {
    switch self {
    case .safetensors: [".safetensors"]
    case .gguf: [".gguf"]
    case .torchArchive, .torchLegacy: [".bin", ".pt", ".pth", ".ckpt"]
    }
  }

  /// - Throws: ``CheckpointError`` that says what the file is where it is none of these, or where its name promises another.
  init(of file: RandomAccessFile) throws(CheckpointError) {
    func fault(_ problem: CheckpointError.Problem) -> CheckpointError { CheckpointError(path: file.path, problem: problem) }
    let start: [UInt8]
    let tarMark: [UInt8]
    do {
      start = try file.read(0..<min(9, file.count))
      tarMark = file.count >= 512 ? try file.read(257..<262) : []
    } catch {
      throw fault(.unreadable(error))
    }
    let promised = [Self.safetensors, .gguf, .torchArchive].first { $0.suffixes.contains { file.path.hasSuffix($0) } }
    if let found = Self.container(startingWith: start) {
      let isAsPromised = promised == nil || promised == found || promised == .torchArchive && found == .torchLegacy
      guard isAsPromised else { throw fault(.mislabelled(Files.name(of: file.path), found: found)) }
      self = found
      return
    }
    if let kind = ForeignContainer.named(startingWith: start, tarMark: tarMark, path: file.path) { throw fault(.foreign(kind)) }
    // What is damaged at its very start is reported in the terms of what it should be.
    if let promised, promised != .torchArchive {
      self = promised
      return
    }
    throw fault(.unknownFormat(firstBytes: Array(start.prefix(4))))
  }

  private static func container(startingWith start: [UInt8]) -> WeightContainer? {
    if start.starts(with: "GGUF".utf8) { return .gguf }
    if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return .torchArchive }
    // A pickle by itself: protocol mark and version, then an opcode; as a header length it would be far too large.
    if start.count >= 3, start[0] == 0x80, (2...5).contains(start[1]), start.count < 9 || start[8] != UInt8(ascii: "{") { return .torchLegacy }
    if start.count == 9, start[8] == UInt8(ascii: "{") { return .safetensors }
    return nil
  }
}
