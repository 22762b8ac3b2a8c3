// What can be wrong with a file of torch.save, and its sentences.

public import Documents

/// A PyTorch file that is malformed, asks for more than tensors, or does not hold what it claims.
public struct TorchArchiveError: Diagnostic, Equatable {
  /// Where in the file the fault was found.
  public enum Place: Sendable, Equatable {
    case file
    /// A byte of the pickle of a name inside of the archive; of the file itself where there is no name.
    case byte(Int, of: String?)
    case tensor(String)
  }

  public enum Problem: Sendable, Equatable {
    // The pickle.
    case truncated(reading: String, bytes: UInt64, left: Int)
    case opcode(UInt8, name: String?)
    case global(String)
    case malformed(String)
    case tooDeep
    case tooManySteps(limit: Int)
    case pickleTooLong(limit: Int)
    case notStateDictionary(found: String)
    // A tensor.
    case keyNotText(found: String)
    case duplicateTensor
    case unsupportedType(String)
    case shape(String)
    case pastStorage(elements: String, storage: Int)
    case overlappingView(strides: [Int])
    case sparseView(bytes: Int, span: Int, limit: Int)
    case storage(key: String, String)
    // The archive.
    case zip(ZipError)
    case noPickle(found: [String])
    case torchScript
    case bigEndian
    case oldForm(String)
    case trailingBytes(Int)
    case unreadable(FileError)
  }

  public var path: String
  public var place: Place
  public var problem: Problem

  public init(path: String, place: Place, problem: Problem) {
    self.path = path
    self.place = place
    self.problem = problem
  }

  public var cause: (any Error)? {
    switch problem {
    case .zip(let error): error
    case .unreadable(let error): error
    default: nil
    }
  }

  public var severity: DiagnosticSeverity { (cause as? any Diagnostic)?.severity ?? .configuration }
}

extension TorchArchiveError {
  public var description: String {
    switch place {
    case .file: "\(path): \(sentence)"
    case .byte(let offset, let part?): "\(path), \(part), byte \(offset): \(sentence)"
    case .byte(let offset, nil): "\(path), byte \(offset): \(sentence)"
    case .tensor(let name): "\(path): tensor \(quoted(name)): \(sentence)"
    }
  }

  private var sentence: String {
    switch problem {
    case .truncated(let what, let bytes, let left):
      "\(what) takes \(bytes) bytes, but the pickle holds only \(left) from here; the file was cut off or is damaged. \(Self.again)"
    case .opcode(let byte, let name?):
      "the pickle uses the opcode \(name) (0x\(String(byte, radix: 16))), which no state dictionary needs; \(Self.refusal)"
    case .opcode(let byte, nil): "0x\(String(byte, radix: 16)) is no opcode of a pickle that is read here; the file is damaged. \(Self.again)"
    case .global(let name): "the pickle asks for \(quoted(name)), which is no part of a tensor; \(Self.refusal)"
    case .malformed(let what): "the pickle is not one of torch.save: \(what). \(Self.again)"
    case .tooDeep: "the pickle nests deeper or piles up more values than any state dictionary; \(Self.refusal)"
    case .tooManySteps(let limit): "the pickle takes more than \(limit) steps; \(Self.refusal)"
    case .pickleTooLong(let limit): "the pickle has more than \(limit) bytes; \(Self.refusal)"
    case .notStateDictionary(let found):
      """
      the file holds \(found), expected a dictionary from names to tensors, or one under "state_dict" or "model"; \
      save model.state_dict()
      """
    case .keyNotText(let found): "its name is \(found), expected a string"
    case .duplicateTensor: "it appears twice; which one counts is not said"
    case .unsupportedType(let type):
      "it is stored as torch.\(type), which is not supported yet; convert the checkpoint to bfloat16, float16 or float32"
    case .shape(let what): "its shape is not valid: \(what)"
    case .pastStorage(let elements, let storage): "it reaches to element \(elements) of a storage of \(storage); the file is damaged. \(Self.again)"
    case .overlappingView(let strides):
      "it is a view with the strides \(text(of: strides)), in which elements share memory; save it with .contiguous()"
    case .sparseView(let bytes, let span, let limit):
      "it is a view of \(bytes) bytes strewn over \(span); at most \(limit) times its size is read. Save it with .contiguous()"
    case .storage(let key, let what): "the storage \(quoted(key)) \(what); the file is damaged. \(Self.again)"
    case .zip: "the PyTorch archive can't be opened"
    case .noPickle(let found):
      """
      this zip archive holds no data.pkl and is no file of torch.save; it holds \
      \(found.isEmpty ? "nothing" : found.prefix(5).map { quoted($0) }.joined(separator: ", "))\(found.count > 5 ? ", …" : "")
      """
    case .torchScript: "this is a TorchScript program with its weights; only state dictionaries are read. Save model.state_dict()"
    case .bigEndian: "the tensors are big-endian; only little-endian files are read. Save them again on another machine"
    case .oldForm(let what): "this is no file of torch.save that is read: \(what). Save it again with a newer PyTorch"
    case .trailingBytes(let count): "\(count) trailing bytes after the last storage belong to none; the file is damaged or hides data"
    case .unreadable: "the file can't be read"
    }
  }

  private static let refusal = "it could run code and is not read. Save the model as safetensors: save_pretrained(folder, safe_serialization=True)"
  private static let again = "Download or save it again"
}
