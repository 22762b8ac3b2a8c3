// The parts of a GGUF model that llama-gguf-split has cut: `name-00001-of-00003.gguf` and its neighbours, as one list of tensors.

internal import Documents

/// What a part says of the model it belongs to: the keys `split.count`, `split.no` and `split.tensors.count`.
struct GGUFSplit {
  /// The most parts; names count them in five digits.
  static let partLimit = 99_999

  /// In the order of their numbers.
  private(set) var parts: [WeightFile]

  /// Opens the other parts of a model.
  ///
  /// - Parameters:
  ///   - path: the path of any of the parts, by which it was named.
  ///   - opened: that part.
  /// - Returns: nil where the file is a whole model.
  init?(path: String, opened: WeightFile) throws {
    guard let count = opened.metadata?.integer("split.count"), count > 1 else { return nil }
    func fault(_ problem: CheckpointError.Problem, _ path: String = path) -> CheckpointError { CheckpointError(path: path, problem: problem) }
    guard count <= Self.partLimit else { throw fault(.split("it is said to be one of \(count) parts; at most \(Self.partLimit) are read")) }
    // "-00002-of-00003.gguf" is 20 bytes.
    let ending = "-of-\(Self.digits(count)).gguf"
    let name = Files.name(of: path)
    guard name.hasSuffix(ending), name.utf8.count > 20 else {
      throw fault(.split("it is one of \(count) parts, but its name does not end with \"-00001\(ending)\"; give the parts their names back"))
    }
    let stem = name.dropLast(20)
    parts = []
    var fileOf: [String: String] = [:]
    for number in 0..<count {
      let partName = "\(stem)-\(Self.digits(number + 1))\(ending)"
      let partPath = Files.path(partName, relativeTo: Files.parent(of: path))
      guard Files.exists(partPath) else { throw fault(.split("its part \(quoted(partName)) is not beside it; download all \(count) parts")) }
      let part = partName == name ? opened : try WeightFile(try RandomAccessFile(path: partPath))
      guard part.metadata?.integer("split.no") == number, part.metadata?.integer("split.count") == count else {
        let found = part.metadata?.integer("split.no").map { "number \($0 + 1)" } ?? "no part"
        throw fault(.split("by its name it is part \(number + 1) of \(count), by its keys \(found); the parts are mixed up"), partPath)
      }
      for tensor in part.tensors {
        if let other = fileOf.updateValue(partName, forKey: tensor.name) { throw fault(.duplicateTensor(tensor.name, other: other), partPath) }
      }
      parts.append(part)
    }
    let expected = parts.first?.metadata?.integer("split.tensors.count")
    if let expected, expected != fileOf.count {
      throw fault(.split("its parts hold \(fileOf.count) tensors, expected \(expected); download all parts again"))
    }
  }

  private static func digits(_ number: Int) -> String { String(repeating: "0", count: max(0, 5 - String(number).count)) + String(number) }
}
