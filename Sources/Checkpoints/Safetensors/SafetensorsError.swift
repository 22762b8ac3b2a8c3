// What can be wrong with a safetensors file, and its sentences.

public import Documents

/// A safetensors file whose header is malformed or does not describe its data.
public struct SafetensorsError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    case tooShort(bytes: Int)
    case emptyHeader
    case headerTooLong(bytes: UInt64, limit: Int)
    case headerPastEnd(bytes: UInt64, left: Int)
    case notAnObject(firstByte: UInt8)
    case notJSON(JSONError)
    /// A key is nil where `__metadata__` itself is no object.
    case metadata(key: String?, found: String)
    case malformed(tensor: String, field: String, found: String, expected: String)
    /// A meaning is nil where the name is not defined at all.
    case unknownType(tensor: String, type: String, meaning: String?)
    case tooManyDimensions(tensor: String, count: Int, limit: Int)
    case shapeTooLarge(tensor: String, shape: [Int])
    case sizeMismatch(tensor: String, type: String, shape: [Int], expected: Int, found: Int)
    case reversed(tensor: String, begin: Int, end: Int)
    case gap(tensor: String, begin: Int, expected: Int)
    case overlap(tensor: String, begin: Int, expected: Int)
    case pastEnd(tensor: String, end: Int, dataBytes: Int)
    case trailingBytes(Int)
    case unreadable(FileError)
  }

  public var path: String
  public var problem: Problem

  public init(path: String, problem: Problem) {
    self.path = path
    self.problem = problem
  }

  public var cause: (any Error)? {
    switch problem {
    case .notJSON(let error): error
    case .unreadable(let error): error
    default: nil
    }
  }

  public var severity: DiagnosticSeverity { if case .unreadable(let error) = problem { error.severity } else { .configuration } }
}

extension SafetensorsError {
  public var description: String { "\(path): \(sentence)" }

  private var sentence: String {
    switch problem {
    case .tooShort(let bytes):
      "the file holds \(bytes) bytes; a safetensors file starts with 8 bytes of header length. \(advice)"
    case .emptyHeader: "the header length is 0; this is not a safetensors file, or it was not written to its end. \(advice)"
    case .headerTooLong(let bytes, let limit):
      "the header claims \(bytes) bytes; at most \(limit) are read. This is not a safetensors file, or its start is damaged. \(advice)"
    case .headerPastEnd(let bytes, let left):
      "the header claims \(bytes) bytes, but the file holds only \(left) after its length; the file was cut off. \(advice)"
    case .notAnObject(let byte):
      "the header starts with byte 0x\(String(byte, radix: 16)), expected '{'; this is not a safetensors file. \(advice)"
    case .notJSON: "the header is not valid JSON. \(advice)"
    case .metadata(let key?, let found): "__metadata__ holds \(found) under \(quoted(key)); only strings are allowed there"
    case .metadata(nil, let found): "__metadata__ is \(found), expected an object of strings"
    case .malformed(let tensor, let field, let found, let expected):
      "tensor \(quoted(tensor)): \(field) is \(found), expected \(expected)"
    case .unknownType(let tensor, let type, let meaning?):
      """
      tensor \(quoted(tensor)) is stored as \(quoted(type)), \(meaning), which is not supported yet; \
      convert the checkpoint to BF16, F16 or F32
      """
    case .unknownType(let tensor, let type, nil):
      "tensor \(quoted(tensor)): the dtype \(quoted(type)) is unknown; known are \(SafetensorsType.names.values.sorted().joined(separator: ", "))"
    case .tooManyDimensions(let tensor, let count, let limit): "tensor \(quoted(tensor)) has \(count) dimensions; at most \(limit) are read"
    case .shapeTooLarge(let tensor, let shape): "tensor \(quoted(tensor)): the shape \(text(of: shape)) overflows 64 bits"
    case .sizeMismatch(let tensor, let type, let shape, let expected, let found):
      "tensor \(quoted(tensor)): \(type) of shape \(text(of: shape)) takes \(expected) bytes, but data_offsets span \(found)"
    case .reversed(let tensor, let begin, let end): "tensor \(quoted(tensor)): data_offsets end at \(end), before their begin at \(begin)"
    case .gap(let tensor, let begin, let expected):
      "tensor \(quoted(tensor)) begins at byte \(begin) of the data, but the one before it ends at \(expected); a gap is not allowed"
    case .overlap(let tensor, let begin, let expected):
      "tensor \(quoted(tensor)) begins at byte \(begin) of the data and overlaps the one before it, which ends at \(expected)"
    case .pastEnd(let tensor, let end, let dataBytes):
      "tensor \(quoted(tensor)) ends at byte \(end) of the data, but the file holds only \(dataBytes); the file was cut off. \(advice)"
    case .trailingBytes(let count): "\(count) trailing bytes after the last tensor belong to none; the file is damaged or hides data"
    case .unreadable: "the header can't be read"
    }
  }

  private var advice: String { "Download or export it again." }
}

/// A shape for an error sentence: `[576, 64]`, shortened after eight dimensions.
func text(of shape: [some FixedWidthInteger]) -> String {
  "[" + shape.prefix(8).map { String($0) }.joined(separator: ", ") + (shape.count > 8 ? ", …]" : "]")
}
