// Where a task's documents are: files a split, a folder, or a data set that has to be fetched first.

internal import Documents

enum DatasetSource: Sendable {
  case files([(split: String, paths: [String])], DataLayout)
  /// A folder whose files are splits by their names.
  case folder(String)
  /// A data set of the Hugging Face hub, which is not fetched: its name.
  case hub(String)

  /// The splits that are there, with their files; nil where the data has to be given.
  func splits() throws -> [(split: String, paths: [String])]? {
    switch self {
    case .files(let splits, _): return splits
    case .folder(let path): return try Self.splits(inFolder: path)
    case .hub: return nil
    }
  }

  var layout: DataLayout { if case .files(_, let layout) = self { layout } else { DataLayout() } }

  /// The words in file names that the `datasets` library takes for splits.
  private static let keywords: [(split: String, words: Set<String>)] = [
    ("train", ["train", "training"]), ("validation", ["validation", "valid", "dev", "val"]),
    ("test", ["test", "testing", "eval", "evaluation"]),
  ]

  private static func splits(inFolder path: String) throws -> [(split: String, paths: [String])] {
    var found: [String: [String]] = [:]
    var others: [String] = []
    for folder in [path, Files.path("data", relativeTo: path)] where Files.isDirectory(folder) {
      for name in try Files.list(folder) {
        var stem = name.lowercased()
        if stem.hasSuffix(".gz") { stem.removeLast(3) }
        guard ["json", "jsonl", "ndjson", "csv", "tsv"].contains(PathName.suffix(of: stem)) else { continue }
        let file = Files.path(name, relativeTo: folder)
        let words = Set(stem.split { !$0.isLetter && !$0.isNumber }.map(String.init))
        if let split = keywords.first(where: { !$0.words.isDisjoint(with: words) })?.split {
          found[split, default: []].append(file)
        } else {
          others.append(file)
        }
      }
    }
    if found.isEmpty { return others.isEmpty ? [] : [("train", others)] }
    return keywords.compactMap { entry in found[entry.split].map { (entry.split, $0) } }
  }
}
