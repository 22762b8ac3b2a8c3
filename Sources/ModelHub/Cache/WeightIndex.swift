// The files that an index names: `{"weight_map": {"tensor": "model-00001-of-00002.safetensors"}}`.

internal import Documents
internal import OrderedCollections

enum WeightIndex {
  /// The most bytes of an index; real ones have a few million.
  static let sizeLimit = 64 << 20

  /// Each file once, sorted.
  ///
  /// - Throws: ``HubError/index(path:found:)``, ``FileError`` or ``JSONError``.
  static func files(_ path: String) throws -> [String] {
    let index = try JSONValue.parse(try Files.read(path, limit: sizeLimit), file: path)
    guard let map = index["weight_map"]?.object else {
      throw HubError.index(path: path, found: index["weight_map"]?.kindName ?? "no weight_map")
    }
    var files: Set<String> = []
    for value in map.values {
      guard let name = value.string, RepositoryPath(name) != nil, !name.contains("/") else {
        throw HubError.index(path: path, found: value.string.map { quoted($0) } ?? value.kindName)
      }
      files.insert(name)
    }
    return files.sorted()
  }
}
