// A zip archive: its entries by name, where their bytes are, and those bytes unpacked within a bound.

/// The entries of a zip file (PKWARE APPNOTE 6.3), ZIP64 included, checked against the file when it is opened.
///
/// Nothing is unpacked before it is asked for. Archives in parts, with bytes in front of the first entry, with two entries of one name, with entries that
/// share bytes and with names that lead out of the archive are refused.
public struct ZipArchive: Sendable {
  /// What the archive says of a file in it.
  public struct Entry: Sendable, Equatable {
    /// The path inside of the archive, parts divided by `/`; a folder ends with one.
    public var name: String
    public var method: ZipMethod
    /// The bytes as they are stored.
    public var storedBytes: Int
    /// The bytes when they are unpacked.
    public var bytes: Int
    /// The CRC-32 of the unpacked bytes; some writers leave it wrong on purpose.
    public var checksum: UInt32
    public var isEncrypted: Bool
    /// Where the entry's own header starts in the file.
    var header: Int
    /// Where the next entry's header or the directory starts.
    var limit: Int
  }

  /// The most entries that are read.
  public static let entryLimit = 1 << 20

  public let file: RandomAccessFile
  /// In the order of the directory.
  public let entries: [Entry]
  private let positions: [String: Int]

  /// Opens an archive and reads its directory.
  ///
  /// - Throws: ``FileError`` where the file can't be read.
  public init(path: String) throws(ZipError) {
    let file: RandomAccessFile
    do { file = try RandomAccessFile(path: path) } catch { throw ZipError(path: path, problem: .unreadable(error)) }
    try self.init(file)
  }

  /// Reads the directory of an archive.
  public init(_ file: RandomAccessFile) throws(ZipError) {
    self.file = file
    entries = try ZipDirectory(file).entries
    positions = Dictionary(zip(entries.map(\.name), 0...), uniquingKeysWith: { first, _ in first })
  }

  public var path: String { file.path }

  /// The entry of a name, nil if there is none.
  public subscript(name: String) -> Entry? { positions[name].map { entries[$0] } }

  /// Where the stored bytes of an entry are in the file.
  ///
  /// - Throws: ``ZipError`` where the entry's own header does not agree with the directory.
  public func range(of entry: Entry) throws(ZipError) -> Range<Int> {
    func fault(_ problem: ZipError.Problem) -> ZipError { ZipError(path: path, problem: problem) }
    // Signature, versions and so on: 30 bytes; then the name and an extra field.
    guard entry.header + 30 <= entry.limit else { throw fault(.entry(entry.name, "its header does not fit")) }
    let header: [UInt8]
    do { header = try file.read(entry.header..<entry.header + 30) } catch { throw fault(.unreadable(error)) }
    guard header.starts(with: [0x50, 0x4B, 0x03, 0x04]) else { throw fault(.entry(entry.name, "its header has another signature")) }
    let start = entry.header + 30 + ZipDirectory.integer(2, at: 26, of: header) + ZipDirectory.integer(2, at: 28, of: header)
    guard ZipDirectory.integer(2, at: 8, of: header) == entry.method.number else {
      throw fault(.entry(entry.name, "its header names another method"))
    }
    guard start <= entry.limit, entry.storedBytes <= entry.limit - start else {
      throw fault(.entry(entry.name, "its \(entry.storedBytes) bytes reach into what comes behind it"))
    }
    return start..<start + entry.storedBytes
  }

  /// The unpacked bytes of an entry.
  ///
  /// - Parameters:
  ///   - limit: the most bytes that are unpacked.
  ///   - checks: whether the bytes must have the checksum of the directory.
  /// - Throws: ``ZipError``: encrypted, packed by a method that is not read, damaged, or too large.
  public func unpack(_ entry: Entry, limit: Int, checks: Bool = true) throws(ZipError) -> [UInt8] {
    func fault(_ problem: ZipError.Problem) -> ZipError { ZipError(path: path, problem: problem) }
    if entry.isEncrypted { throw fault(.encrypted(entry.name)) }
    if entry.bytes > limit { throw fault(.tooLarge(entry.name, bytes: entry.bytes, limit: limit)) }
    let stored: [UInt8]
    let range = try range(of: entry)
    do { stored = try file.read(range) } catch { throw fault(.unreadable(error)) }
    var bytes: [UInt8] = []
    switch entry.method {
    case .stored: bytes = stored
    case .deflate:
      var reader = DeflateReader(position: 0, limit: entry.bytes)
      do throws(DeflateReader.Fault) {
        try reader.inflate(stored.span, into: &bytes)
      } catch {
        throw fault(.entry(entry.name, error == .tooLarge ? "it unpacks to more than the \(entry.bytes) bytes it claims" : "its data are damaged"))
      }
    case .zstandard:
      do throws(ZstandardFault) {
        try Zstandard.unpack(stored.span, limit: entry.bytes, into: &bytes)
      } catch {
        throw fault(.entry(entry.name, error == .tooLarge ? "it unpacks to more than the \(entry.bytes) bytes it claims" : "its data are damaged"))
      }
    case .other(let number): throw fault(.method(entry.name, number: number))
    }
    guard bytes.count == entry.bytes else {
      throw fault(.entry(entry.name, "it unpacks to \(bytes.count) bytes and claims \(entry.bytes)"))
    }
    if checks, CRC32.checksum(bytes.span) != entry.checksum { throw fault(.checksum(entry.name)) }
    return bytes
  }
}

/// How the bytes of an entry are packed (APPNOTE 4.4.5).
public enum ZipMethod: Sendable, Equatable {
  case stored
  case deflate
  case zstandard
  case other(Int)

  init(number: Int) {
    self =
      switch number {
      case 0: .stored
      case 8: .deflate
      case 93: .zstandard
      default: .other(number)
      }
  }

  public var number: Int {
    switch self {
    case .stored: 0
    case .deflate: 8
    case .zstandard: 93
    case .other(let number): number
    }
  }

  /// What the method is called, for error sentences.
  static func name(_ number: Int) -> String {
    switch number {
    case 9: "Deflate64"
    case 12: "bzip2"
    case 14: "LZMA"
    case 20: "Zstandard of an old number"
    case 95: "XZ"
    case 98: "PPMd"
    default: "number \(number)"
    }
  }
}
