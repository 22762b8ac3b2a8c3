// The directory at the end of a zip file, read and held against the size of the file before anything is reserved for it.

/// Entries as the central directory lists them (APPNOTE 4.3).
struct ZipDirectory {
  /// The end record is 22 bytes and a comment of at most 65,535.
  private static let endBytes = 22
  private static let commentLimit = 65_535
  /// The smallest entry of the directory, without name, extra field and comment.
  private static let entryBytes = 46

  private(set) var entries: [ZipArchive.Entry] = []

  private let path: String

  private func fault(_ problem: ZipError.Problem) -> ZipError { ZipError(path: path, problem: problem) }

  init(_ file: RandomAccessFile) throws(ZipError) {
    path = file.path
    guard file.count >= Self.endBytes else { throw fault(.notZip(bytes: file.count)) }
    let tailStart = max(0, file.count - Self.endBytes - Self.commentLimit)
    let tail = try read(tailStart..<file.count, of: file)
    guard let end = Self.endRecord(in: tail) else { throw fault(.notZip(bytes: file.count)) }

    var count = Self.integer(2, at: end + 10, of: tail)
    var size = Self.integer(4, at: end + 12, of: tail)
    var start = Self.integer(4, at: end + 16, of: tail)
    var directoryEnd = tailStart + end
    let disks = (Self.integer(2, at: end + 4, of: tail), Self.integer(2, at: end + 6, of: tail), Self.integer(2, at: end + 8, of: tail))
    if let wide = try wideEnd(before: directoryEnd, of: file) {
      (count, size, start, directoryEnd) = (wide.count, wide.size, wide.start, wide.position)
    } else if disks != (0, 0, count) {
      throw fault(.inParts)
    }
    guard size >= 0, start >= 0, start <= directoryEnd, size <= directoryEnd - start else {
      throw fault(.directory("it is said to be \(size) bytes from byte \(start) of \(file.count)"))
    }
    guard start + size == directoryEnd else {
      throw fault(.directory("it ends at byte \(start + size), expected \(directoryEnd); bytes were put in front of it or behind it"))
    }
    guard count >= 0, count <= min(ZipArchive.entryLimit, size / Self.entryBytes) else {
      throw fault(.directory("it claims \(count) entries in \(size) bytes"))
    }
    entries = try entries(count, in: try read(start..<start + size, of: file))
    try place(below: start)
  }

  /// The last end record whose comment reaches exactly to the end of the file.
  private static func endRecord(in tail: [UInt8]) -> Int? {
    var position = tail.count - endBytes
    while position >= 0 {
      if tail[position] == 0x50, tail[position + 1] == 0x4B, tail[position + 2] == 5, tail[position + 3] == 6,
        position + endBytes + integer(2, at: position + 20, of: tail) == tail.count
      {
        return position
      }
      position -= 1
    }
    return nil
  }

  /// The ZIP64 end record that a locator of 20 bytes in front of the end record points to; nil where there is no locator.
  private func wideEnd(before end: Int, of file: RandomAccessFile) throws(ZipError) -> (count: Int, size: Int, start: Int, position: Int)? {
    guard end >= 20 else { return nil }
    let locator = try read(end - 20..<end, of: file)
    guard locator.starts(with: [0x50, 0x4B, 0x06, 0x07]) else { return nil }
    let position = Self.integer(8, at: 8, of: locator)
    guard Self.integer(4, at: 4, of: locator) == 0, Self.integer(4, at: 16, of: locator) <= 1 else { throw fault(.inParts) }
    guard position >= 0, position <= end - 20 - 56 else { throw fault(.directory("its ZIP64 end record is outside of the file")) }
    let record = try read(position..<position + 56, of: file)
    guard record.starts(with: [0x50, 0x4B, 0x06, 0x06]) else { throw fault(.directory("its ZIP64 end record has another signature")) }
    guard Self.integer(4, at: 16, of: record) == 0, Self.integer(4, at: 20, of: record) == 0 else { throw fault(.inParts) }
    let size = Self.integer(8, at: 40, of: record)
    return (Self.integer(8, at: 32, of: record), size, Self.integer(8, at: 48, of: record), position)
  }

  private func entries(_ count: Int, in bytes: [UInt8]) throws(ZipError) -> [ZipArchive.Entry] {
    var found: [ZipArchive.Entry] = []
    var names: Set<String> = []
    var position = 0
    for index in 0..<count {
      guard position + Self.entryBytes <= bytes.count, bytes[position..<position + 4].elementsEqual([0x50, 0x4B, 0x01, 0x02]) else {
        throw fault(.directory("entry \(index + 1) of \(count) does not fit or has another signature"))
      }
      let nameEnd = position + Self.entryBytes + Self.integer(2, at: position + 28, of: bytes)
      let extraEnd = nameEnd + Self.integer(2, at: position + 30, of: bytes)
      let end = extraEnd + Self.integer(2, at: position + 32, of: bytes)
      guard end <= bytes.count else { throw fault(.directory("entry \(index + 1) of \(count) reaches past the end")) }
      guard let name = String(validating: bytes[position + Self.entryBytes..<nameEnd], as: UTF8.self) else {
        throw fault(.directory("the name of entry \(index + 1) is not valid UTF-8"))
      }
      guard Self.staysInside(name) else { throw fault(.name(name)) }
      guard names.insert(name).inserted else { throw fault(.duplicate(name)) }
      var entry = ZipArchive.Entry(
        name: name, method: ZipMethod(number: Self.integer(2, at: position + 10, of: bytes)),
        storedBytes: Self.integer(4, at: position + 20, of: bytes), bytes: Self.integer(4, at: position + 24, of: bytes),
        checksum: UInt32(truncatingIfNeeded: Self.integer(4, at: position + 16, of: bytes)),
        isEncrypted: bytes[position + 8] & 1 == 1, header: Self.integer(4, at: position + 42, of: bytes), limit: 0)
      try widen(&entry, extra: bytes[nameEnd..<extraEnd])
      // Deflate can't pack tighter than 258 bytes in two bits.
      guard entry.method != .deflate || entry.bytes / 1032 <= entry.storedBytes else {
        throw fault(.entry(name, "\(entry.bytes) bytes can't be packed into \(entry.storedBytes)"))
      }
      guard entry.method != .stored || entry.bytes == entry.storedBytes || entry.isEncrypted else {
        throw fault(.entry(name, "it is stored as it is, in \(entry.storedBytes) bytes for \(entry.bytes)"))
      }
      found.append(entry)
      position = end
    }
    guard position == bytes.count else { throw fault(.directory("\(bytes.count - position) bytes behind its \(count) entries belong to none")) }
    return found
  }

  /// Takes the numbers that did not fit 32 bits from the ZIP64 extra field, in their fixed order.
  private func widen(_ entry: inout ZipArchive.Entry, extra: ArraySlice<UInt8>) throws(ZipError) {
    let wide = 0xFFFF_FFFF
    guard entry.bytes == wide || entry.storedBytes == wide || entry.header == wide else { return }
    let extra = Array(extra)
    var position = 0
    while position + 4 <= extra.count {
      let (kind, size) = (Self.integer(2, at: position, of: extra), Self.integer(2, at: position + 2, of: extra))
      position += 4
      guard size <= extra.count - position else { break }
      if kind == 1 {
        let end = position + size
        for field in [\ZipArchive.Entry.bytes, \.storedBytes, \.header] where entry[keyPath: field] == wide {
          guard position + 8 <= end else { throw fault(.entry(entry.name, "its ZIP64 sizes are missing")) }
          entry[keyPath: field] = Self.integer(8, at: position, of: extra)
          position += 8
        }
        guard entry.bytes >= 0, entry.storedBytes >= 0, entry.header >= 0 else {
          throw fault(.entry(entry.name, "its ZIP64 sizes are beyond 2^63"))
        }
        return
      }
      position += size
    }
    // Without the field the numbers are what they are: a file of exactly 2^32 - 1 bytes.
  }

  /// Gives each entry the place where the next one starts, so that no two share bytes.
  private mutating func place(below directory: Int) throws(ZipError) {
    var limit = directory
    for index in entries.indices.sorted(by: { entries[$0].header > entries[$1].header }) {
      let entry = entries[index]
      guard entry.header < limit, entry.storedBytes <= limit - entry.header else {
        throw fault(.entry(entry.name, "its \(entry.storedBytes) bytes from byte \(entry.header) reach into what comes behind it"))
      }
      entries[index].limit = limit
      limit = entry.header
    }
    if limit != 0, !entries.isEmpty { throw fault(.directory("\(limit) bytes stand in front of the first entry")) }
  }

  /// Whether a name is a path below the archive's own folder.
  private static func staysInside(_ name: String) -> Bool {
    !name.isEmpty && !name.hasPrefix("/") && name.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\\") && $0 != 0x7F }
      && !name.split(separator: "/", omittingEmptySubsequences: false).contains { $0 == ".." || $0 == "." }
  }

  private func read(_ range: Range<Int>, of file: RandomAccessFile) throws(ZipError) -> [UInt8] {
    do { return try file.read(range) } catch { throw fault(.unreadable(error)) }
  }

  /// A little-endian integer of at most 8 bytes; one beyond 2^63 comes out negative.
  static func integer(_ size: Int, at position: Int, of bytes: [UInt8]) -> Int {
    var value: UInt64 = 0
    for index in 0..<size { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
    return Int(truncatingIfNeeded: value)
  }
}
