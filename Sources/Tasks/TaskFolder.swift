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

  /// Reads every `*.yaml` and `*.yml` below a folder. Of files that begin with an underscore only those count that are a task or a group; the others
  /// are there to be included.
  ///
  /// - Parameter tolerant: leave out what can't be read: for a group's neighbours, which are no one's task unless it names them.
  init(_ path: String, tolerant: Bool = false) throws {
    self.path = path
    for file in try Self.files(path, depth: 0) {
      let tolerant = tolerant || Files.name(of: file).hasPrefix("_")
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
    for name in try Files.list(folder) where !name.hasPrefix(".") {
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
  func members() throws -> TaskMembers {
    if tasks.isEmpty && groups.isEmpty { throw TaskLoadError(.noTasks(folder: path)) }
    var members = TaskMembers()
    var problems: [TaskProblem] = []
    let nested = Set(groups.flatMap { Self.memberNames($0.keys) })
    for group in groups where !nested.contains(group.name) {
      let found = try self.members(of: group.keys)
      for definition in found.definitions where members.definitions.contains(where: { $0.name == definition.name }) {
        throw TaskLoadError(.duplicateTask(definition.name, first: "one group of \(path)", second: "another"))
      }
      members.append(found)
    }
    for (name, keys) in tasks
    where !members.definitions.contains(where: { $0.name == name && $0.location.file == keys["task"]?.value.location.file }) {
      do {
        let definition = try TaskReader.read(keys)
        if let other = members.definitions.first(where: { $0.name == name }) {
          throw TaskLoadError(.duplicateTask(name, first: other.location.file, second: definition.location.file))
        }
        members.definitions.append(definition)
      } catch let error as TaskLoadError {
        guard case .invalid(let found) = error.problem else { throw error }
        problems += found
      }
    }
    if !problems.isEmpty { throw TaskLoadError(.invalid(problems)) }
    return members
  }

  private static func memberNames(_ keys: TaskKeys) -> [String] {
    keys["task"]?.value.sequence?.compactMap { $0.text ?? $0["task"]?.text ?? $0["group"]?.text } ?? []
  }

  /// The tasks of a group, with the group's own settings for them.
  func members(of group: TaskKeys, overrides: TaskKeys? = nil, depth: Int = 0) throws -> TaskMembers {
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
    let name = group.groupName ?? ""
    var members = TaskMembers()
    for node in nodes { members.append(try member(node, of: name, settings: settings, depth: depth)) }
    let title = group["group_alias"]?.value.text ?? name
    members.groups.insert(
      TaskGroup(name: name, title: title, tasks: members.definitions.map(\.name), aggregates: try aggregates(group)), at: 0)
    return members
  }

  private func member(_ node: YAMLNode, of group: String, settings: TaskKeys, depth: Int) throws -> TaskMembers {
    var settings = settings
    guard let name = node.text ?? node["group"]?.text ?? node["task"]?.text else {
      throw TaskProblem(
        node.location, .wrongKind(key: "task", found: node.kindName, expected: "the name of a task, or a mapping with the key \"task\""))
    }
    if node["group"] != nil, node["task"] != nil, let pairs = node.mapping, !groups.contains(where: { $0.name == name }) {
      var inline = TaskKeys(location: node.location)
      for (key, value) in pairs { inline.set(key, key.text == "group" ? value.renamed("\(group)::\(name)") : value) }
      return try members(of: inline, overrides: settings, depth: depth + 1)
    }
    for (key, value) in node.mapping ?? [] where key.text != "task" && key.text != "group" { settings.set(key, value) }
    if let group = groups.first(where: { $0.name == name }) { return try members(of: group.keys, overrides: settings, depth: depth + 1) }
    if let task = tasks.first(where: { $0.name == name }) { return TaskMembers(definitions: [try read(task.keys, settings)]) }
    let tagged = tasks.filter { $0.keys.tags.contains(name) }
    if !tagged.isEmpty { return TaskMembers(definitions: try tagged.sorted { $0.name < $1.name }.map { try read($0.keys, settings) }) }
    if let builtIn = BuiltInTask.named(name) { return TaskMembers(definitions: [try read(try builtIn.keys(), settings, builtIn: builtIn)]) }
    if let task = node["task"], let key = node.mapping?.first(where: { $0.key.text == "task" })?.key {
      // A task that stands inside of the group itself.
      settings.set(key, task.renamed("\(group)::\(name)"))
      settings.location = node.location
      if settings["doc_to_text"] != nil { return TaskMembers(definitions: [try TaskReader.read(settings)]) }
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

  /// `aggregate_metric_list`: the numbers of a group.
  private func aggregates(_ group: TaskKeys) throws -> [TaskGroup.Aggregate] {
    guard let list = group["aggregate_metric_list"]?.value, !list.json.isNull else { return [] }
    return try (list.sequence ?? [list]).map { node in
      guard let metric = node["metric"]?.text else {
        throw TaskProblem(node.location, .missingKey("metric", why: "it names the metric whose mean is the group's"))
      }
      if let aggregation = node["aggregation"], aggregation.text != "mean" || aggregation.tag != nil {
        throw TaskProblem(
          aggregation.location, .unknownValue(key: "aggregation", found: aggregation.text ?? aggregation.kindName, known: ["mean"]))
      }
      let filters = node["filter_list"].flatMap { $0.json.isNull ? nil : $0.sequence?.compactMap(\.text) ?? [$0.text ?? ""] }
      return TaskGroup.Aggregate(metric: metric, filters: filters, isWeightedBySize: node["weight_by_size"]?.json.bool ?? true)
    }
  }
}

/// The tasks that a name stands for, and the groups they came through, outer ones first.
struct TaskMembers {
  var definitions: [TaskDefinition] = []
  var groups: [TaskGroup] = []

  mutating func append(_ other: TaskMembers) {
    definitions += other.definitions
    groups += other.groups
  }
}

extension YAMLNode {
  /// The node with another text in its place.
  fileprivate func renamed(_ text: String) -> YAMLNode {
    var node = self
    node.content = .scalar(text, isPlain: false)
    return node
  }
}
