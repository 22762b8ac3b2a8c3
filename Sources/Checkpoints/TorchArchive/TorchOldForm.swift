// The form of torch.save before PyTorch 1.6: five pickles (magic number, version, system, the object, the keys of its storages), then the storages.

internal import Documents

/// A PyTorch file of the form without zip.
struct TorchOldForm {
  private let file: RandomAccessFile

  init(_ file: RandomAccessFile) { self.file = file }

  /// 0x1950A86A20F9469CFC6C, little-endian.
  private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
  private static let version = 1001

  private func fault(_ problem: TorchArchiveError.Problem) -> TorchArchiveError {
    TorchArchiveError(path: file.path, place: .file, problem: problem)
  }

  /// The tensors, and the place of each storage they use.
  func contents() throws(TorchArchiveError) -> (TorchStateDictionary, storages: [String: Range<Int>]) {
    var reader = PickleReader(FileSection(0..<file.count, of: file), part: nil)
    guard case .long(let number) = try reader.next(), reader.bytes(number).elementsEqual(Self.magic) else {
      throw fault(.oldForm("it is a pickle that does not start with PyTorch's magic number"))
    }
    let version = try reader.next()
    guard version == .integer(Self.version) else { throw fault(.oldForm("its version is not \(Self.version)")) }
    guard case .dictionary = try reader.next() else { throw fault(.oldForm("it does not say on which system it was written")) }
    let value = try reader.next()
    guard case .list(let keys) = try reader.next() else { throw fault(.oldForm("it has no list of storages")) }
    let storages = try storages(reader.heap.lists[keys], reader)
    return (try TorchStateDictionary(value, reader: reader, path: file.path), storages)
  }

  /// Behind the pickles, for each key: the number of elements as 8 bytes, then the elements.
  private func storages(_ keys: [PickleValue], _ reader: PickleReader) throws(TorchArchiveError) -> [String: Range<Int>] {
    var known: [String: PickledStorage] = [:]
    for storage in reader.heap.storages {
      guard let key = reader.text(storage.key) else { continue }
      known[key] = storage
    }
    var places: [String: Range<Int>] = [:]
    var position = reader.position
    for value in keys {
      guard case .text(let slice) = value, let key = reader.text(slice), let storage = known[key], let type = storage.type else {
        throw fault(.oldForm("its list of storages names one that no tensor uses"))
      }
      func storageFault(_ what: String) -> TorchArchiveError { fault(.storage(key: key, what)) }
      guard file.count - position >= 8 else { throw storageFault("lies behind the end of the file") }
      var count: UInt64 = 0
      do {
        for (index, byte) in try file.read(position..<position + 8).enumerated() { count |= UInt64(byte) << UInt64(8 * index) }
      } catch {
        throw fault(.unreadable(error))
      }
      position += 8
      guard let elements = Int(exactly: count), elements == storage.count else {
        throw storageFault("has \(count) elements, expected \(storage.count)")
      }
      let (bytes, overflows) = elements.multipliedReportingOverflow(by: type.bytes)
      guard !overflows, bytes <= file.count - position else { throw storageFault("of \(elements) elements goes past the end of the file") }
      guard places.updateValue(position..<position + bytes, forKey: key) == nil else { throw storageFault("is listed twice") }
      position += bytes
    }
    if position != file.count { throw fault(.trailingBytes(file.count - position)) }
    return places
  }
}
