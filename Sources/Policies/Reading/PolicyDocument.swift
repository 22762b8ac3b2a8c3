// A policy file with the files that it extends: read parent by parent, put together into one document.

internal import Digests
internal import Documents

/// One document of a policy with everything that it inherits.
struct PolicyDocument {
  var root: YAMLNode
  /// Of the file's bytes; where it extends another, of its own digest and that file's.
  var digest: String
  /// The files that it extends, the nearest first.
  var parents: [String] = []
  var overrides: [Policy.Override] = []
}

/// Reads a policy file and those that it extends. Faults are noted, each in the file where it stands.
struct PolicyLoading {
  /// The most files that one policy may be made of.
  static let chainLimit = 8

  let problems: ProblemList
  /// Every file read, in the order of reading, as faults name them.
  private(set) var files: [String] = []
  /// The same files by their place on the disk: a file that is met again extends itself.
  private var places: [String] = []

  init(problems: ProblemList) { self.problems = problems }

  /// The document of a file's text; nil, with a note, where it or a file that it extends can't be used.
  mutating func document(_ text: String, file: String) -> PolicyDocument? {
    files.append(file)
    places.append(Files.resolved(file) ?? file)
    guard let root = root(text, file: file) else { return nil }
    let digest = SHA256Digest.of(text)
    guard let extends = root["extends"] else { return PolicyDocument(root: root, digest: digest) }
    guard let (path, parent) = parent(extends, of: file) else { return nil }
    var inheritance = PolicyInheritance(problems: problems)
    let moved = PolicyInheritance.movingTasks(of: parent.root, from: Files.parent(of: extends.text ?? ""), to: Files.parent(of: file))
    let merged = inheritance.document(root, over: moved)
    return PolicyDocument(
      root: merged, digest: SHA256Digest.of("\(digest)\n\(parent.digest)"), parents: [path] + parent.parents,
      overrides: parent.overrides + inheritance.overrides)
  }

  /// The mapping of one file, its head checked: `apiVersion` and `kind` are each file's own.
  private func root(_ text: String, file: String) -> YAMLNode? {
    let root: YAMLNode
    do {
      root = try YAMLNode.parse(text, file: file)
    } catch {
      let sentence = error.description
      let place = "\(error.location): "
      let problem = sentence.hasPrefix(place) ? String(sentence.dropFirst(place.count)) : sentence
      problems.add(.syntax(problem), at: error.location)
      return nil
    }
    if root.mapping == nil {
      problems.add(.wrongKind(key: "the policy", found: root.kindName, expected: "a mapping with apiVersion and kind"), at: root.location)
      return nil
    }
    for (key, value) in [("apiVersion", "flipgate/v1"), ("kind", "Policy")] {
      guard let node = root[key] else {
        problems.add(.missingKey(key, context: "the policy"), at: root.location)
        continue
      }
      if node.text != value {
        problems.add(.outOfRange(key: key, found: node.text.map { quoted($0) } ?? node.kindName, expected: value), at: node.location)
      }
    }
    return root
  }

  private mutating func parent(_ extends: YAMLNode, of file: String) -> (path: String, document: PolicyDocument)? {
    guard let name = extends.text, !name.isEmpty, extends.json.string != nil else {
      problems.add(.wrongKind(key: "extends", found: extends.kindName, expected: "the path of a policy file"), at: extends.location)
      return nil
    }
    let path = Files.path(name, relativeTo: Files.parent(of: file))
    if let place = places.firstIndex(of: Files.resolved(path) ?? path) {
      problems.add(.extendsItself(Array(files[place...]) + [path]), at: extends.location)
      return nil
    }
    if files.count >= Self.chainLimit {
      problems.add(.extendsTooFar(limit: Self.chainLimit), at: extends.location)
      return nil
    }
    let text: String
    do {
      text = try Files.readText(path, limit: Policy.fileLimit)
    } catch {
      problems.add(.parentUnreadable(error.description), at: extends.location)
      return nil
    }
    return document(text, file: path).map { (path, $0) }
  }
}
