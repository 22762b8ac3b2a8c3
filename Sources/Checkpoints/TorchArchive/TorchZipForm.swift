// The zip form of torch.save: in one folder, `data.pkl`, `byteorder`, and each storage as the entry `data/<key>`, stored as it is.

internal import Documents

/// A PyTorch file of version 1.6 or later.
struct TorchZipForm {
  private let file: RandomAccessFile

  init(_ file: RandomAccessFile) { self.file = file }

  private func fault(_ problem: TorchArchiveError.Problem) -> TorchArchiveError {
    TorchArchiveError(path: file.path, place: .file, problem: problem)
  }

  private func zip<Result>(_ body: () throws(ZipError) -> Result) throws(TorchArchiveError) -> Result {
    do { return try body() } catch { throw fault(.zip(error)) }
  }

  /// The tensors, and the place of each storage they use.
  ///
  /// Checksums are not compared: `torch.serialization.set_crc32_options(False)` writes none that are right, and PyTorch reads such files.
  func contents() throws(TorchArchiveError) -> (TorchStateDictionary, storages: [String: Range<Int>]) {
    let archive = try zip { () throws(ZipError) in try ZipArchive(file) }
    // All entries lie in the folder of the first one, as PyTorch has it.
    let root = archive.entries.first.map { $0.name.prefix { $0 != "/" } + "/" } ?? ""
    guard let pickle = archive["\(root)data.pkl"] else { throw fault(.noPickle(found: archive.entries.map(\.name))) }
    if archive["\(root)constants.pkl"] != nil { throw fault(.torchScript) }
    if let entry = archive["\(root)byteorder"] {
      let order = try zip { () throws(ZipError) in try archive.unpack(entry, limit: 16, checks: false) }
      guard order == Array("little".utf8) else { throw fault(.bigEndian) }
    }
    var reader = PickleReader(FileSection(try range(of: pickle, in: archive), of: file), part: "data.pkl")
    let value = try reader.next()
    let dictionary = try TorchStateDictionary(value, reader: reader, path: file.path)
    var storages: [String: Range<Int>] = [:]
    for tensor in dictionary.tensors where storages[tensor.storageKey] == nil {
      if let entry = archive["\(root)data/\(tensor.storageKey)"] { storages[tensor.storageKey] = try range(of: entry, in: archive) }
    }
    return (dictionary, storages)
  }

  /// The bytes of an entry that is stored as it is.
  private func range(of entry: ZipArchive.Entry, in archive: ZipArchive) throws(TorchArchiveError) -> Range<Int> {
    try zip { () throws(ZipError) in
      if entry.isEncrypted { throw ZipError(path: file.path, problem: .encrypted(entry.name)) }
      guard entry.method == .stored else { throw ZipError(path: file.path, problem: .packed(entry.name)) }
      return try archive.range(of: entry)
    }
  }
}
