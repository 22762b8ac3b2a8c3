// Names to tasks: files, folders of files, groups, and what is built in.

internal import Documents

/// Finds and loads tasks.
public enum TaskCatalog {
  /// The names of the tasks and groups that are built in; tasks inside of a group have names of their own too.
  public static var builtInNames: [String] { (BuiltInTask.all.filter { $0.group == nil }.map(\.name) + BuiltInGroup.all.map(\.name)).sorted() }

  /// Loads tasks with all their items.
  ///
  /// - Parameters:
  ///   - names: task files, folders of them, or names of built-in tasks and groups.
  ///   - data: task name -> file with the documents that are asked; `NAME/SPLIT` -> file of another split. The name of a built-in group gives the data
  ///     of all its tasks.
  /// - Returns: the tasks in the order of the names; a folder's in the order of its files, a group's in the group's own.
  /// - Throws: ``TaskLoadError``, ``TaskProblem``, ``DocumentError``, ``DataError``, and the errors of files, YAML, JSON and gzip.
  public static func load(_ names: [String], data: [String: String] = [:]) throws -> [EvaluationTask] { try suite(names, data: data).tasks }

  /// Loads tasks as ``load(_:data:)`` does, with the groups they came through.
  public static func suite(_ names: [String], data: [String: String] = [:]) throws -> TaskSuite {
    try suite(names, data: data, requiresData: true)
  }

  /// Loads the training splits of tasks: their documents with the prompts of the task.
  ///
  /// - Parameter data: task name (or `NAME/SPLIT`) -> file with the training documents, where a task does not name its own.
  /// - Throws: as ``load(_:data:)``; a task file without `training_split` is an error unless its data is given.
  public static func loadTraining(_ names: [String], data: [String: String] = [:]) throws -> [EvaluationTask] {
    try suite(names, data: data, requiresData: true, isTraining: true).tasks
  }

  /// - Parameter requiresData: whether a task without data is an error; else it is left out.
  static func suite(_ names: [String], data: [String: String], requiresData: Bool, isTraining: Bool = false) throws -> TaskSuite {
    var found: [(definition: TaskDefinition, origin: String)] = []
    var groups: [TaskGroup] = []
    for name in names {
      let members = try members(name)
      groups += members.groups
      for definition in members.definitions {
        if let first = found.first(where: { $0.definition.name == definition.name }) {
          throw TaskLoadError(.duplicateTask(definition.name, first: first.origin, second: name))
        }
        found.append((isTraining ? try definition.forTraining(isGiven: data[definition.name] != nil) : definition, name))
      }
    }
    let known = found.map(\.definition.name)
    let dataNames = known + found.compactMap(\.definition.builtIn?.dataName)
    for name in data.keys.sorted() where !dataNames.contains(where: { name == $0 || name.hasPrefix($0 + "/") }) {
      throw TaskLoadError(.unusedData(name, tasks: known))
    }
    var cache: [String: TaskDocuments] = [:]
    let tasks = try found.compactMap { task, _ in
      try TaskData(definition: task, given: data).task(requiresData: requiresData, cache: &cache)
    }
    return TaskSuite(tasks: tasks, groups: groups)
  }

  private static func members(_ name: String) throws -> TaskMembers {
    if let builtIn = BuiltInTask.named(name) { return TaskMembers(definitions: [try TaskReader.read(try builtIn.keys(), builtIn: builtIn)]) }
    if let group = BuiltInGroup.named(name) { return try group.members() }
    guard Files.exists(name) else { throw TaskLoadError(.unknownName(name, builtIns: builtInNames)) }
    if Files.isDirectory(name) { return try TaskFolder(name).members() }
    let keys = try TaskFile.keys(name)
    guard keys.groupName != nil else { return TaskMembers(definitions: [try TaskReader.read(keys)]) }
    let parent = Files.parent(of: name)
    return try TaskFolder(parent.isEmpty ? "." : parent, tolerant: true).members(of: keys)
  }
}
