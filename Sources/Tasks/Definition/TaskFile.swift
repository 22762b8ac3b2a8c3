// A task file with what it includes: keys and values, each with its own place.

public import Documents
internal import OrderedCollections

/// The keys of a task or group, after `include` and overrides; the last one of a name counts.
struct TaskKeys: Sendable {
  private(set) var entries: OrderedDictionary<String, Entry> = [:]
  /// The place of the task itself, for keys that are missing.
  var location: SourceLocation

  struct Entry: Sendable {
    var key: YAMLNode
    var value: YAMLNode
  }

  init(location: SourceLocation) { self.location = location }

  subscript(name: String) -> Entry? { entries[name] }

  mutating func set(_ key: YAMLNode, _ value: YAMLNode) {
    guard let name = key.text else { return }
    entries.updateValue(Entry(key: key, value: value), forKey: name)
  }

  mutating func remove(_ name: String) { entries.removeValue(forKey: name) }

  mutating func merge(_ other: TaskKeys) {
    for entry in other.entries.values { set(entry.key, entry.value) }
  }

  /// The task's or group's name.
  var taskName: String? { entries["task"]?.value.text }
  var groupName: String? { entries["group"]?.value.text }
  /// What the task is tagged with.
  var tags: [String] { entries["tag"].map { $0.value.text.map { [$0] } ?? $0.value.sequence?.compactMap(\.text) ?? [] } ?? [] }
}

/// Reads task files.
public enum TaskFile {
  private static let includeDepthLimit = 16

  /// Everything that is wrong with a task file, its templates and its data, each with its place; empty where nothing is.
  ///
  /// Data that is not there because it is given on the command line is no problem of the file.
  public static func problems(_ path: String) -> [any Diagnostic] {
    do {
      _ = try TaskCatalog.suite([path], data: [:], requiresData: false)
      return []
    } catch let error as TaskLoadError {
      if case .invalid(let problems) = error.problem { return problems }
      return [error]
    } catch let error as any Diagnostic {
      return [error]
    } catch {
      return []  // Everything that loading throws is a Diagnostic.
    }
  }

  /// The keys of a file, with those of the files it includes below its own.
  static func keys(_ path: String) throws -> TaskKeys { try keys(path, including: [], from: nil) }

  /// The keys of a YAML text; a built-in task's definition is one.
  static func keys(text: String, file: String) throws -> TaskKeys {
    try keys(of: try YAMLNode.parse(text, file: file), file: file, including: [file])
  }

  private static func keys(_ path: String, including outer: [String], from location: SourceLocation?) throws -> TaskKeys {
    let text: String
    do {
      text = try Files.readText(path)
    } catch {
      guard let location else { throw error }
      throw TaskProblem(location, .include(path), cause: error)
    }
    return try keys(of: try YAMLNode.parse(text, file: path), file: path, including: outer + [path])
  }

  private static func keys(of root: YAMLNode, file: String, including outer: [String]) throws -> TaskKeys {
    guard let pairs = root.mapping else {
      throw TaskProblem(root.location, .wrongKind(key: "the file", found: root.kindName, expected: "a mapping of keys to values"))
    }
    var keys = TaskKeys(location: root.location)
    if let include = root["include"] {
      let nodes = include.sequence ?? [include]
      for node in nodes {
        guard let name = node.text else {
          throw TaskProblem(node.location, .wrongKind(key: "include", found: node.kindName, expected: "a path or a list of paths"))
        }
        let path = Files.path(name, relativeTo: Files.parent(of: file))
        if outer.contains(path) || outer.count >= includeDepthLimit { throw TaskProblem(node.location, .includeCycle(path)) }
        keys.merge(try Self.keys(path, including: outer, from: node.location))
        keys.location = root.location
      }
    }
    for (key, value) in pairs where key.text != "include" { keys.set(key, value) }
    return keys
  }
}
