// What a policy takes over from the one that it extends, and what it puts in its place.

public import Documents

extension Policy {
  /// A value of an extended file that the policy has another for.
  public struct Override: Sendable, Hashable {
    /// `defaults.min_items`, `budgets.flips.allowed_ratio`.
    public var key: String
    /// As it is written; the kind of what is no scalar.
    public var inherited: String
    public var inheritedAt: SourceLocation
    /// nil where the key falls away because another way to say the same limit is there.
    public var own: String?
    public var ownAt: SourceLocation
  }
}

/// Lays a policy's document over its parent's. Every node keeps its place, so that faults name the file where they stand.
///
/// - `apiVersion`, `kind` and `metadata` are each file's own.
/// - `defaults`, its `confidence` and `remedy` are taken over key by key; the child's values win.
/// - `budgets`, `slices`, `must_not_flip`, `waivers` and `notify` are joined by `id` (the budgets of a slice by `id`, else `metric`): an entry with a
///   parent's id changes the keys that it names, where the parent's stands; any other is added behind. No entry can be taken away.
/// - `allowed_count`, `allowed_ratio` and `combine` are one limit: an entry that names one of them says all of it.
/// - Lists of names (`tasks`, `required_tasks`, `items`, `on`) add up: a child loses no task and no protected item of its parent.
/// - Everything else is the child's where it says it.
struct PolicyInheritance {
  private static let ownKeys = ["apiVersion", "kind", "metadata", "extends"]
  private static let mappings = ["defaults", "confidence", "remedy"]
  private static let entryLists = ["budgets", "slices", "must_not_flip", "waivers", "notify"]
  private static let nameLists = ["tasks", "required_tasks", "items", "on"]

  let problems: ProblemList
  private(set) var overrides: [Policy.Override] = []

  init(problems: ProblemList) { self.problems = problems }

  mutating func document(_ child: YAMLNode, over parent: YAMLNode) -> YAMLNode {
    var inherited = parent
    let pairs = (parent.mapping ?? []).filter { pair in !(pair.key.text.map(Self.ownKeys.contains) ?? false) }
    inherited.content = .mapping(pairs)
    return mapping(child, over: inherited, at: [])
  }

  private mutating func mapping(_ child: YAMLNode, over parent: YAMLNode, at path: [String]) -> YAMLNode {
    guard let own = child.mapping, let inherited = parent.mapping else { return child }
    let limit = own.first { pair in pair.key.text.map(PolicyKeys.allowance.contains) ?? false }
    var pairs: [(key: YAMLNode, value: YAMLNode)] = []
    var met: Set<String> = []
    for pair in inherited {
      guard let name = pair.key.text else {
        pairs.append(pair)
        continue
      }
      if let mine = own.first(where: { $0.key.text == name }) {
        met.insert(name)
        pairs.append((mine.key, value(mine.value, over: pair.value, key: name, at: path)))
      } else if let limit, PolicyKeys.allowance.contains(name) {
        note(path + [name], pair.value, own: nil, at: limit.key.location)
      } else {
        pairs.append(pair)
      }
    }
    pairs += own.filter { pair in !(pair.key.text.map(met.contains) ?? false) }
    return Self.joined(child, parent, .mapping(pairs))
  }

  /// The child's node with other contents; a tag on either side stays, to be found.
  private static func joined(_ child: YAMLNode, _ parent: YAMLNode, _ content: YAMLNode.Content) -> YAMLNode {
    var node = child
    node.content = content
    node.tag = child.tag ?? parent.tag
    return node
  }

  private mutating func value(_ child: YAMLNode, over parent: YAMLNode, key: String, at path: [String]) -> YAMLNode {
    if Self.mappings.contains(key) {
      guard parent.mapping != nil else { return unusable(parent, key, expected: "a mapping", instead: child) }
      return mapping(child, over: parent, at: path + [key])
    }
    let isEntryList = Self.entryLists.contains(key)
    if isEntryList || Self.nameLists.contains(key) {
      guard let inherited = parent.sequence else { return unusable(parent, key, expected: "a list", instead: child) }
      guard let own = child.sequence else { return child }
      let elements = isEntryList ? entries(own, over: inherited, at: path + [key]) : names(own, over: inherited)
      return Self.joined(child, parent, .sequence(elements))
    }
    if !key.hasPrefix("x-"), child.text == nil || child.text != parent.text {
      note(path + [key], parent, own: Self.words(child), at: child.location)
    }
    return child
  }

  /// A parent's value of the wrong kind is a fault, though the child has its own: what it was to hold would be lost unseen.
  private func unusable(_ parent: YAMLNode, _ key: String, expected: String, instead child: YAMLNode) -> YAMLNode {
    problems.add(.wrongKind(key: key, found: parent.kindName, expected: expected), at: parent.location)
    return child
  }

  private mutating func entries(_ own: [YAMLNode], over inherited: [YAMLNode], at path: [String]) -> [YAMLNode] {
    let isNested = path.count > 1
    var merged = inherited
    var places: [String: Int] = [:]
    for (place, entry) in inherited.enumerated() {
      if let id = Self.identity(entry, isNested: isNested), places[id] == nil { places[id] = place }
    }
    for entry in own {
      // The second entry of an id in one file stays on its own, and is found as a duplicate.
      if let id = Self.identity(entry, isNested: isNested), let place = places.removeValue(forKey: id) {
        merged[place] = mapping(entry, over: inherited[place], at: path + [id])
      } else {
        merged.append(entry)
      }
    }
    return merged
  }

  private func names(_ own: [YAMLNode], over inherited: [YAMLNode]) -> [YAMLNode] {
    let known = Set(inherited.compactMap(\.text))
    return inherited + own.filter { node in !(node.text.map(known.contains) ?? false) }
  }

  private static func identity(_ entry: YAMLNode, isNested: Bool) -> String? {
    entry["id"]?.text ?? (isNested ? entry["metric"]?.text : nil)
  }

  private mutating func note(_ key: [String], _ inherited: YAMLNode, own: String?, at place: SourceLocation) {
    overrides.append(
      Policy.Override(
        key: key.joined(separator: "."), inherited: Self.words(inherited), inheritedAt: inherited.location, own: own, ownAt: place))
  }

  private static func words(_ node: YAMLNode) -> String { node.text ?? node.kindName }

  /// Names the task files and training files of a parent from the child's folder: those that are there; a built-in task's name stays as it is.
  ///
  /// - Parameters:
  ///   - folder: the parent's folder, as `extends` names it.
  ///   - childFolder: what `folder` is relative to.
  static func movingTasks(of root: YAMLNode, from folder: String, to childFolder: String) -> YAMLNode {
    guard !folder.isEmpty, let pairs = root.mapping else { return root }
    func moved(_ node: YAMLNode) -> YAMLNode {
      guard let name = node.text, !name.hasPrefix("/") else { return node }
      let path = Files.path(name, relativeTo: folder)
      guard Files.exists(Files.path(path, relativeTo: childFolder)) else { return node }
      var moved = node
      moved.content = .scalar(path, isPlain: false)
      return moved
    }
    var result = root
    result.content = .mapping(
      pairs.map { pair in
        var value = pair.value
        switch (pair.key.text, pair.value.content) {
        case ("tasks", .sequence(let names)): value.content = .sequence(names.map(moved))
        case ("remedy", .mapping(let members)):
          value.content = .mapping(
            members.map { member in
              guard ["train", "validation"].contains(member.key.text) else { return member }
              var files = member.value
              if let names = files.sequence { files.content = .sequence(names.map(moved)) } else { files = moved(files) }
              return (member.key, files)
            })
        default: break
        }
        return (pair.key, value)
      })
    return result
  }
}
