// A teacher's hidden states of one sequence as a file: what it is of, the numbers, and a checksum over both.

internal import Digests
internal import Documents
internal import Tensors

/// The bytes of a state file: `flipgate.states`, the version, width, rows and teacher as lines of text, then the values in f32, little-endian, row by row,
/// then the SHA-256 of everything before it as text.
///
/// f32 and not 16 bits: states come back as they were computed, so that the cache changes no bit of a training run. (bf16 would move the teacher's logits by
/// about as much as a small change of temperature.)
enum TeacherStateFile {
  private static let digestBytes = 7 + 64  // "sha256:" and the digits

  static func header(teacher: String, width: Int, rows: Int) -> [UInt8] {
    Array("flipgate.states\nversion 1\nwidth \(width)\nrows \(rows)\nteacher \(teacher)\n".utf8)
  }

  static func bytes(teacher: String, width: Int, rows: Int) -> Int {
    header(teacher: teacher, width: width, rows: rows).count + rows * width * 4 + digestBytes
  }

  /// - Parameter states: the rows of one sequence and no others.
  static func encode(_ states: Matrix, teacher: String) -> [UInt8] {
    var bytes = header(teacher: teacher, width: states.columns, rows: states.rows)
    bytes.reserveCapacity(bytes.count + states.rows * states.columns * 4 + digestBytes)
    states.withRows(0..<states.rows) { values in
      for index in values.indices {
        let bits = values[index].bitPattern
        for shift in stride(from: UInt32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
      }
    }
    var digest = SHA256Digest()
    digest.update(bytes)
    bytes += Array(digest.finalize().utf8)
    return bytes
  }

  /// The states in a file's bytes; nil if they are torn, altered, or of something else.
  static func decode(_ bytes: [UInt8], teacher: String, width: Int, rows: Int) throws(TensorError) -> Matrix? {
    let header = header(teacher: teacher, width: width, rows: rows)
    let end = header.count + rows * width * 4
    guard bytes.count == end + digestBytes, bytes.starts(with: header) else { return nil }
    var digest = SHA256Digest()
    digest.update(bytes.span.extracting(0..<end))
    guard bytes[end...].elementsEqual(digest.finalize().utf8) else { return nil }
    let states = try Matrix(rows: rows, columns: width)
    states.withRows(0..<rows) { values in
      var place = header.count
      for index in values.indices {
        var bits: UInt32 = 0
        for offset in 0..<4 { bits |= UInt32(bytes[place + offset]) << UInt32(8 * offset) }
        values[index] = Float(bitPattern: bits)
        place += 4
      }
    }
    return states
  }
}
