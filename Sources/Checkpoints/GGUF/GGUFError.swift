// What can be wrong with a GGUF file, and its sentences.

public import Documents

/// A GGUF file that is malformed, does not hold what it claims, or uses what is not read.
public struct GGUFError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    case notGGUF(found: [UInt8])
    case bigEndian
    case unsupportedVersion(UInt32)
    case truncated(reading: String, bytes: UInt64, left: Int)
    case tooMany(what: String, count: UInt64, room: Int)
    case headerTooLong(reading: String, bytes: UInt64, limit: Int)
    case notUTF8(String)
    case emptyName(String)
    case nameTooLong(what: String, bytes: Int, limit: Int)
    case duplicateKey(String)
    case duplicateTensor(String)
    case unknownValueType(key: String, type: UInt32)
    case nestedArray(key: String)
    case notBoolean(key: String, byte: UInt8)
    case alignmentType(found: UInt32)
    case alignment(UInt32, limit: UInt32)
    case tooManyDimensions(tensor: String, count: UInt32, limit: Int)
    case shapeTooLarge(tensor: String, dimensions: [UInt64])
    /// A name is nil where the number is not defined at all.
    case unknownTensorType(tensor: String, type: UInt32, name: String?)
    case partialBlock(tensor: String, type: String, row: Int, block: Int)
    case misaligned(tensor: String, offset: UInt64, alignment: Int)
    case pastEnd(tensor: String, offset: UInt64, bytes: Int, dataBytes: Int)
    case unexpectedOffset(tensor: String, offset: UInt64, expected: Int)
    case unreadable(FileError)
  }

  public var path: String
  /// The byte of the file at which the fault was found.
  public var offset: Int
  public var problem: Problem

  public init(path: String, offset: Int, problem: Problem) {
    self.path = path
    self.offset = offset
    self.problem = problem
  }

  public var cause: (any Error)? { if case .unreadable(let error) = problem { error } else { nil } }

  public var severity: DiagnosticSeverity { if case .unreadable(let error) = problem { error.severity } else { .configuration } }
}

extension GGUFError {
  public var description: String { "\(path), byte \(offset): \(sentence)" }

  private var sentence: String {
    switch problem {
    case .notGGUF(let found):
      "the file starts with \(found.map { "0x" + String($0, radix: 16) }.joined(separator: " ")), expected GGUF; this is not a GGUF file"
    case .bigEndian: "this GGUF file is big-endian; only little-endian files are read. Convert it with gguf-convert-endian"
    case .unsupportedVersion(let version): "GGUF version \(version) is not supported; versions 2 and 3 are. Convert the model again"
    case .truncated(let what, let bytes, let left):
      "\(what) takes \(bytes) bytes, but the file holds only \(left) from here; the file was cut off or is damaged. Download it again"
    case .tooMany(let what, let count, let room):
      "the file claims \(count) \(what), but from here it has room for \(room) at most; it is damaged. Download it again"
    case .headerTooLong(let what, let bytes, let limit):
      "\(what) takes \(bytes) bytes, with which the header would have more than \(limit); the file is damaged. Download it again"
    case .notUTF8(let what): "\(what) is not valid UTF-8"
    case .emptyName(let what): "\(what) is empty"
    case .nameTooLong(let what, let bytes, let limit): "\(what) has \(bytes) bytes; at most \(limit) are read"
    case .duplicateKey(let key): "the key \(quoted(key)) appears twice; the file is damaged"
    case .duplicateTensor(let name): "the tensor name \(quoted(name)) appears twice; the file is damaged"
    case .unknownValueType(let key, let type): "the key \(quoted(key)) has the unknown value type \(type); known are 0 to 12"
    case .nestedArray(let key): "the key \(quoted(key)) holds an array of arrays, which is not read"
    case .notBoolean(let key, let byte): "the key \(quoted(key)) holds the boolean \(byte); only 0 and 1 are booleans"
    case .alignmentType(let type): "general.alignment has the value type \(type), expected 4 (uint32)"
    case .alignment(let alignment, let limit): "general.alignment is \(alignment), expected a power of two from 1 to \(limit)"
    case .tooManyDimensions(let tensor, let count, let limit):
      "tensor \(quoted(tensor)) has \(count) dimensions; at most \(limit) are allowed"
    case .shapeTooLarge(let tensor, let dimensions):
      "tensor \(quoted(tensor)): the dimensions \(text(of: dimensions)) overflow 64 bits"
    case .unknownTensorType(let tensor, let type, let name?):
      """
      tensor \(quoted(tensor)) is stored as \(name) (type \(type)), which is not supported yet; \
      quantise the model as Q8_0, Q4_0 to Q5_1 or Q2_K to Q6_K, or convert it to BF16, F16 or F32
      """
    case .unknownTensorType(let tensor, let type, nil): "tensor \(quoted(tensor)) has the unknown type \(type)"
    case .partialBlock(let tensor, let type, let row, let block):
      "tensor \(quoted(tensor)): rows of \(row) elements are no whole number of \(type) blocks, which hold \(block)"
    case .misaligned(let tensor, let offset, let alignment):
      "tensor \(quoted(tensor)): the data offset \(offset) is not aligned; expected a multiple of \(alignment)"
    case .pastEnd(let tensor, let offset, let bytes, let dataBytes):
      """
      tensor \(quoted(tensor)): \(bytes) bytes from data offset \(offset) go past the end of the file, \
      which holds \(dataBytes) bytes of data; it was cut off or is damaged. Download it again
      """
    case .unexpectedOffset(let tensor, let offset, let expected):
      """
      tensor \(quoted(tensor)): the data offset is \(offset), expected \(expected), where the tensor before it ends; \
      tensors may not overlap or leave gaps
      """
    case .unreadable: "the header can't be read"
    }
  }
}
