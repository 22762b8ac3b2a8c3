// Keys of a task file to a definition: where the documents are.

internal import Documents

extension TaskReader {
  mutating func dataset() -> DatasetSource? {
    guard let node = value("dataset_path"), let path = string("dataset_path", node) else {
      if keys["dataset_path"] == nil {
        report(keys.location, .missingKey("dataset_path", why: "it says where the documents are: json, csv or a path"))
      }
      return nil
    }
    let options = value("dataset_kwargs")
    if let options {
      guard let pairs = options.mapping else {
        report(options.location, .wrongKind(key: "dataset_kwargs", found: options.kindName, expected: "a mapping"))
        return nil
      }
      check(pairs, against: KnownKeys.dataset, inside: "dataset_kwargs")
    }
    var layout = DataLayout()
    layout.field = options?["field"]?.text
    if let separator = options?["sep"] ?? options?["delimiter"] {
      guard let byte = separator.text?.utf8.first, separator.text?.utf8.count == 1 else {
        report(
          separator.location, .wrongKind(key: "sep", found: separator.text.map(quoted) ?? separator.kindName, expected: "one character"))
        return nil
      }
      layout.separator = byte
    }
    let files = options?["data_files"]
    // Files that would have to be fetched have to be given, as data sets have.
    if let remote = files.flatMap(Self.firstAddress) { return .hub(remote) }
    if path == "json" || path == "csv" {
      layout.format = path == "json" ? .json : .separated
      guard let files else {
        report(node.location, .missingKey("dataset_kwargs.data_files", why: "dataset_path \(path) needs the files of its splits"))
        return nil
      }
      return dataFiles(files, base: options?["data_dir"]?.text).map { .files($0, layout) }
    }
    let local = Files.path(path, relativeTo: Files.parent(of: node.location.file))
    if Files.isDirectory(local) {
      guard let files else { return .folder(local) }
      return dataFiles(files, base: local).map { .files($0, layout) }
    }
    if Files.exists(local) { return .files([("train", [local])], layout) }
    if path.hasPrefix(".") || path.hasPrefix("/") || path.split(separator: "/").count > 2 {
      report(node.location, .include(local), cause: FileError(path: local, problem: .notFound))
      return nil
    }
    return .hub(path)
  }

  /// The first file that is named by an address and not by a path.
  private static func firstAddress(_ node: YAMLNode) -> String? {
    if let text = node.text { return text.contains("://") ? text : nil }
    return (node.sequence ?? node.mapping?.map(\.value) ?? []).lazy.compactMap(firstAddress).first
  }

  /// Files by split; paths are relative to the file in which they are written.
  private mutating func dataFiles(_ node: YAMLNode, base: String?) -> [(split: String, paths: [String])]? {
    var folder = Files.parent(of: node.location.file)
    if let base { folder = Files.path(base, relativeTo: folder) }
    func paths(_ node: YAMLNode) -> [String]? {
      let nodes = node.sequence ?? [node]
      var paths: [String] = []
      for node in nodes {
        guard let path = node.text, !path.isEmpty else { return nil }
        paths.append(Files.path(path, relativeTo: folder))
      }
      return paths.isEmpty ? nil : paths
    }
    var splits: [(split: String, paths: [String])] = []
    for (split, value) in node.mapping?.map({ ($0.key.text ?? "", $0.value) }) ?? [("train", node)] {
      guard let files = paths(value) else {
        report(
          value.location, .wrongKind(key: "data_files", found: value.kindName, expected: "a path, a list of paths, or those for each split")
        )
        return nil
      }
      splits.append((split, files))
    }
    return splits
  }
}
