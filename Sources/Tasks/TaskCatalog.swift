// Names to tasks: files, folders of files, groups, and what is built in.

internal import Documents

/// Finds and loads tasks.
public enum TaskCatalog {
  /// The names of the tasks that are built in.
  public static var builtInNames: [String] { BuiltInTask.all.map(\.name) }

  /// Loads tasks with all their items.
  ///
  /// - Parameters:
  ///   - names: task files, folders of them, or names of built-in tasks.
  ///   - data: task name -> file with the documents that are asked; `NAME/SPLIT` -> file of another split.
  /// - Returns: the tasks in the order of the names; a folder's in the order of its files, a group's in the group's own.
  /// - Throws: ``TaskLoadError``, ``TaskProblem``, ``DocumentError``, ``DataError``, and the errors of files, YAML, JSON and gzip.
  public static func load(_ names: [String], data: [String: String] = [:]) throws -> [EvaluationTask] {
    try load(names, data: data, requiresData: true)
  }

  /// - Parameter requiresData: whether a task without data is an error; else it is left out.
  static func load(_ names: [String], data: [String: String], requiresData: Bool) throws -> [EvaluationTask] {
    var found: [(definition: TaskDefinition, origin: String)] = []
    for name in names {
      for definition in try definitions(name) {
        if let first = found.first(where: { $0.definition.name == definition.name }) {
          throw TaskLoadError(.duplicateTask(definition.name, first: first.origin, second: name))
        }
        found.append((definition, name))
      }
    }
    let known = found.map(\.definition.name)
    for name in data.keys.sorted() where !known.contains(where: { name == $0 || name.hasPrefix($0 + "/") }) {
      throw TaskLoadError(.unusedData(name, tasks: known))
    }
    return try found.compactMap { try TaskData(definition: $0.definition, given: data).task(requiresData: requiresData) }
  }

  private static func definitions(_ name: String) throws -> [TaskDefinition] {
    if let builtIn = BuiltInTask.named(name) { return [try TaskReader.read(try builtIn.keys(), builtIn: builtIn)] }
    guard Files.exists(name) else { throw TaskLoadError(.unknownName(name, builtIns: builtInNames)) }
    if Files.isDirectory(name) { return try TaskFolder(name).definitions() }
    let keys = try TaskFile.keys(name)
    guard keys.groupName != nil else { return [try TaskReader.read(keys)] }
    let parent = Files.parent(of: name)
    return try TaskFolder(parent.isEmpty ? "." : parent, tolerant: true).members(of: keys)
  }
}
