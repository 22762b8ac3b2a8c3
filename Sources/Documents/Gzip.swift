// Gzip files to bytes: RFC 1952 members around RFC 1951 deflate, bounded, checked by length and CRC-32.

/// Reads gzip data.
public enum Gzip {
  /// Whether bytes begin as a gzip file does.
  public static func isGzip(_ bytes: [UInt8]) -> Bool { bytes.count > 2 && bytes[0] == 0x1F && bytes[1] == 0x8B }

  /// The bytes inside of a gzip file, all its members one behind the other.
  ///
  /// - Parameter limit: the most bytes that are unpacked.
  /// - Throws: ``GzipError``.
  public static func unpack(_ bytes: [UInt8], file: String, limit: Int = Files.textLimit) throws(GzipError) -> [UInt8] {
    let span = bytes.span
    var output: [UInt8] = []
    var position = 0
    repeat {
      var reader = DeflateReader(position: try skipHeader(span, from: position, file: file), limit: limit)
      let start = output.count
      do throws(DeflateReader.Fault) {
        try reader.inflate(span, into: &output)
      } catch {
        throw GzipError(file: file, problem: error == .tooLarge ? .tooLarge(limit: limit) : error == .truncated ? .truncated : .invalid)
      }
      let trailer = reader.alignedPosition
      guard trailer + 8 <= span.count else { throw GzipError(file: file, problem: .truncated) }
      guard little(span, trailer) == CRC32.checksum(output.span.extracting(start..<output.count)) else {
        throw GzipError(file: file, problem: .wrongChecksum)
      }
      guard little(span, trailer + 4) == UInt32(truncatingIfNeeded: output.count - start) else {
        throw GzipError(file: file, problem: .wrongLength)
      }
      position = trailer + 8
    } while position + 2 < span.count && span[position] == 0x1F && span[position + 1] == 0x8B
    return output
  }

  private static func little(_ bytes: borrowing Span<UInt8>, _ index: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[index + $1]) << (8 * UInt32($1)) }
  }

  /// The offset behind a member's header.
  private static func skipHeader(_ bytes: borrowing Span<UInt8>, from start: Int, file: String) throws(GzipError) -> Int {
    guard start + 10 <= bytes.count else { throw GzipError(file: file, problem: .truncated) }
    guard bytes[start] == 0x1F, bytes[start + 1] == 0x8B, bytes[start + 2] == 8 else { throw GzipError(file: file, problem: .invalid) }
    let flags = bytes[start + 3]
    var position = start + 10
    if flags & 4 != 0 {
      guard position + 2 <= bytes.count else { throw GzipError(file: file, problem: .truncated) }
      position += 2 + Int(bytes[position]) + Int(bytes[position + 1]) << 8
    }
    for flag in [8, 16] as [UInt8] where flags & flag != 0 {
      while position < bytes.count, bytes[position] != 0 { position += 1 }
      position += 1
    }
    if flags & 2 != 0 { position += 2 }
    return position
  }
}

/// What is wrong with a gzip file.
public struct GzipError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    case invalid
    case truncated
    case wrongChecksum
    case wrongLength
    case tooLarge(limit: Int)
  }

  public var file: String
  public var problem: Problem
}

extension GzipError {
  public var description: String {
    switch problem {
    case .invalid: "\(file): this is no valid gzip data; pack the file anew"
    case .truncated: "\(file): the gzip data ends too early; the file was cut off"
    case .wrongChecksum: "\(file): the unpacked bytes do not have the CRC-32 that the gzip file promises; the file is damaged"
    case .wrongLength: "\(file): the unpacked bytes do not have the length that the gzip file promises; the file is damaged"
    case .tooLarge(let limit): "\(file): this gzip file unpacks to more than \(limit) bytes"
    }
  }
}

/// The checksum of gzip: the reflected polynomial 0xEDB88320 (RFC 1952, 8).
enum CRC32 {
  /// Eight tables, so that eight bytes are taken in one step.
  private static let tables: [[UInt32]] = {
    let first = (0..<256).map { (start: UInt32) in
      var value = start
      for _ in 0..<8 {
        let carry: UInt32 = value & 1 == 1 ? 0xEDB8_8320 : 0
        value = value >> 1 ^ carry
      }
      return value
    }
    var tables = [first]
    for _ in 1..<8 {
      let last = tables[tables.count - 1]
      tables.append(last.map { $0 >> 8 ^ first[Int($0 & 0xFF)] })
    }
    return tables
  }()

  static func checksum(_ bytes: borrowing Span<UInt8>) -> UInt32 {
    let flat = tables.flatMap { $0 }
    let table = flat.span
    var value: UInt32 = 0xFFFF_FFFF
    var index = 0
    while index + 8 <= bytes.count {
      var next: UInt32 = 0
      for offset in 0..<8 {
        let mixed = offset < 4 ? bytes[index + offset] ^ UInt8(truncatingIfNeeded: value >> UInt32(8 * offset)) : bytes[index + offset]
        next ^= table[(7 - offset) * 256 + Int(mixed)]
      }
      value = next
      index += 8
    }
    while index < bytes.count {
      value = value >> 8 ^ table[Int((value ^ UInt32(bytes[index])) & 0xFF)]
      index += 1
    }
    return value ^ 0xFFFF_FFFF
  }
}
