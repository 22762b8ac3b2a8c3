// The task files of a folder, and the groups among them.

internal import Documents
internal import OrderedCollections

/// Task files by name, so that groups and tags find their members.
struct TaskFolder {
  private static let depthLimit = 8
  private static let groupDepthLimit = 8

  private let path: String
  private var tasks: [(name: String, keys: TaskKeys)] = []
  private var groups: [(name: String, keys: TaskKeys)] = []

  /// Reads every `*.yaml` and `*.yml` below a folder. Files that begin with an underscore are there to be included.
  ///
  /// - Parameter tolerant: leave out what can't be read: for a group's neighbours, which are no one's task unless it names them.
  init(_ path: String, tolerant: Bool = false) throws {
    self.path = path
    for file in try Self.files(path, depth: 0) {
      do {
        let keys = try TaskFile.keys(file)
        if let name = keys.groupName {
          groups.append((name, keys))
        } else if let name = keys.taskName {
          tasks.append((name, keys))
        } else if !tolerant {
          throw TaskProblem(keys.location, .noTask)
        }
      } catch  where tolerant {
        continue
      }
    }
  }

  private static func files(_ folder: String, depth: Int) throws -> [String] {
    var files: [String] = []
    for name in try Files.list(folder) where !name.hasPrefix("_") && !name.hasPrefix(".") {
      let path = Files.path(name, relativeTo: folder)
      if Files.isDirectory(path) {
        if depth < depthLimit { files += try Self.files(path, depth: depth + 1) }
      } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
        files.append(path)
      }
    }
    return files
  }

  /// All tasks of the folder: those of its groups through the groups, with their settings, and the others by themselves.
  func definitions() throws -> [TaskDefinition] {
    if tasks.isEmpty && groups.isEmpty { throw TaskLoadError(.noTasks(folder: path)) }
    var definitions: [TaskDefinition] = []
    var problems: [TaskProblem] = []
    let nested = Set(groups.flatMap { Self.memberNames($0.keys) })
    for group in groups where !nested.contains(group.name) {
      for definition in try members(of: group.keys) {
        if definitions.contains(where: { $0.name == definition.name }) {
          throw TaskLoadError(.duplicateTask(definition.name, first: "one group of \(path)", second: "another"))
        }
        definitions.append(definition)
      }
    }
    for (name, keys) in tasks
    where !definitions.contains(where: { $0.name == name && $0.location.file == keys["task"]?.value.location.file }) {
      do {
        let definition = try TaskReader.read(keys)
        if let other = definitions.first(where: { $0.name == name }) {
          throw TaskLoadError(.duplicateTask(name, first: other.location.file, second: definition.location.file))
        }
        definitions.append(definition)
      } catch let error as TaskLoadError {
        guard case .invalid(let found) = error.problem else { throw error }
        problems += found
      }
    }
    if !problems.isEmpty { throw TaskLoadError(.invalid(problems)) }
    return definitions
  }

  private static func memberNames(_ keys: TaskKeys) -> [String] {
    keys["task"]?.value.sequence?.compactMap { $0.text ?? $0["task"]?.text ?? $0["group"]?.text } ?? []
  }

  /// The tasks of a group, with the group's own settings for them.
  func members(of group: TaskKeys, overrides: TaskKeys? = nil, depth: Int = 0) throws -> [TaskDefinition] {
    guard let list = group["task"]?.value else {
      throw TaskProblem(group.location, .missingKey("task", why: "it lists the members of the group"))
    }
    if depth > Self.groupDepthLimit { throw TaskProblem(list.location, .member("groups nest more than \(Self.groupDepthLimit) deep")) }
    var settings = TaskKeys(location: group.location)
    for (name, entry) in group.entries where !KnownKeys.group.contains(name) { settings.set(entry.key, entry.value) }
    if let overrides { settings.merge(overrides) }
    guard let nodes = list.sequence ?? (list.text != nil ? [list] : nil) else {
      throw TaskProblem(list.location, .wrongKind(key: "task", found: list.kindName, expected: "a list of tasks"))
    }
    return try nodes.flatMap { try member($0, settings: settings, depth: depth) }
  }

  private func member(_ node: YAMLNode, settings: TaskKeys, depth: Int) throws -> [TaskDefinition] {
    var settings = settings
    guard let name = node.text ?? node["task"]?.text ?? node["group"]?.text else {
      throw TaskProblem(
        node.location, .wrongKind(key: "task", found: node.kindName, expected: "the name of a task, or a mapping with the key \"task\""))
    }
    if node["group"] != nil, let pairs = node.mapping, node["task"] != nil {
      var inline = TaskKeys(location: node.location)
      for (key, value) in pairs { inline.set(key, value) }
      return try members(of: inline, overrides: settings, depth: depth + 1)
    }
    for (key, value) in node.mapping ?? [] where key.text != "task" && key.text != "group" { settings.set(key, value) }
    if let group = groups.first(where: { $0.name == name }) { return try members(of: group.keys, overrides: settings, depth: depth + 1) }
    if let task = tasks.first(where: { $0.name == name }) { return [try read(task.keys, settings)] }
    let tagged = tasks.filter { $0.keys.tags.contains(name) }
    if !tagged.isEmpty { return try tagged.sorted { $0.name < $1.name }.map { try read($0.keys, settings) } }
    if let builtIn = BuiltInTask.named(name) { return [try read(try builtIn.keys(), settings, builtIn: builtIn)] }
    if node.mapping != nil, node["doc_to_text"] != nil || node["include"] != nil {
      throw TaskProblem(
        node.location, .member("a task inside of a group is not yet supported by this version; give \(quoted(name)) a file of its own"))
    }
    let known = tasks.map(\.name) + groups.map(\.name) + TaskCatalog.builtInNames
    let hint = nearestName(to: name, among: known).map { "; did you mean \(quoted($0))?" } ?? ""
    throw TaskProblem(node.location, .member("there is no task, group or tag \(quoted(name)) in \(path)\(hint)"))
  }

  private func read(_ keys: TaskKeys, _ settings: TaskKeys, builtIn: BuiltInTask? = nil) throws -> TaskDefinition {
    var keys = keys
    keys.merge(settings)
    return try TaskReader.read(keys, builtIn: builtIn)
  }
}
