// YAML with the place of every node, resolved as PyYAML resolves it.

internal import OrderedCollections
internal import Yams

/// A node of a YAML document that knows where it stands.
public struct YAMLNode: Sendable {
  public indirect enum Content: Sendable {
    /// A scalar: its text and whether it was plain (unquoted), so that `"5"` stays a string.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([(key: YAMLNode, value: YAMLNode)])
  }

  public var content: Content
  /// A tag written in the file, such as `!function`; nil where there was none.
  public var tag: String?
  public var location: SourceLocation

  /// The value of a key, or nil where there is none or this is no mapping.
  public subscript(key: String) -> YAMLNode? { mapping?.first { $0.key.text == key }?.value }

  public var text: String? { if case .scalar(let text, _) = content { text } else { nil } }
  public var sequence: [YAMLNode]? { if case .sequence(let nodes) = content { nodes } else { nil } }
  public var mapping: [(key: YAMLNode, value: YAMLNode)]? { if case .mapping(let pairs) = content { pairs } else { nil } }

  /// What kind of node this is, for error sentences.
  public var kindName: String {
    switch content {
    case .scalar: json.kindName
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

/// What is wrong with a YAML text, and where.
public struct YAMLError: Diagnostic, Equatable {
  public var location: SourceLocation
  public var problem: Problem

  public enum Problem: Sendable, Equatable {
    case syntax(String)
    case duplicateKey(String)
    case empty
    case tooDeep(limit: Int)
    case tooLarge(nodes: Int)
  }
}

extension YAMLError {
  public var description: String {
    switch problem {
    case .syntax(let problem): "\(location): this is not valid YAML: \(problem)"
    case .duplicateKey(let key): "\(location): the key \(quoted(key)) appears twice in one mapping; remove one of them"
    case .empty: "\(location): the file holds no YAML document"
    case .tooDeep(let limit): "\(location): the document is nested more than \(limit) deep"
    case .tooLarge(let nodes): "\(location): aliases make this document larger than \(nodes) nodes"
    }
  }
}

extension YAMLNode {
  static let depthLimit = 64
  static let nodeLimit = 1_000_000

  /// Parses the first document of a YAML text.
  ///
  /// - Throws: ``YAMLError`` with line and column; duplicate keys, deep nesting and alias bombs are errors.
  public static func parse(_ text: String, file: String) throws(YAMLError) -> YAMLNode {
    let start = SourceLocation(file: file, line: 1, column: 1)
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw Self.error(from: error, file: file)
    } catch {
      throw YAMLError(location: start, problem: .syntax("\(error)"))
    }
    guard let root else { throw YAMLError(location: start, problem: .empty) }
    var count = 0
    return try convert(root, file: file, fallback: start, depth: 0, count: &count)
  }

  private static func error(from error: YamlError, file: String) -> YAMLError {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let text = context.map { "\(problem), \($0.text.trimmingSpaces)" } ?? problem
      return YAMLError(location: SourceLocation(file: file, line: mark.line, column: mark.column), problem: .syntax(text))
    case .reader(let problem, _, _, _):
      return YAMLError(location: SourceLocation(file: file, line: 1, column: 1), problem: .syntax(problem))
    case .duplicatedKeysInMapping(let duplicates, let context):
      let place = SourceLocation(file: file, line: context.mark.line, column: context.mark.column)
      return YAMLError(location: place, problem: .duplicateKey(duplicates.first.map { "\($0)" } ?? ""))
    default:
      return YAMLError(location: SourceLocation(file: file, line: 1, column: 1), problem: .syntax("\(error)"))
    }
  }

  private static func convert(
    _ node: Node, file: String, fallback: SourceLocation, depth: Int, count: inout Int
  ) throws(YAMLError) -> YAMLNode {
    let place = node.mark.map { SourceLocation(file: file, line: $0.line, column: $0.column) } ?? fallback
    count += 1
    if depth > depthLimit { throw YAMLError(location: place, problem: .tooDeep(limit: depthLimit)) }
    if count > nodeLimit { throw YAMLError(location: place, problem: .tooLarge(nodes: nodeLimit)) }
    // The tag as written; `node.tag` would put the one that the value implies in its place.
    let tag =
      switch node {
      case .scalar(let scalar): scalar.tag.description
      case .sequence(let sequence): sequence.tag.description
      case .mapping(let mapping): mapping.tag.description
      case .alias(let alias): alias.tag.description
      }
    let written = tag.hasPrefix("!") && tag != "!" ? tag : nil
    switch node {
    case .scalar(let scalar):
      // `! 5` and `!!str 5` are text, as quotes would make it.
      let isText = tag == "!" || tag == "tag:yaml.org,2002:str"
      let isPlain = (scalar.style == .plain || scalar.style == .any) && !isText
      return YAMLNode(content: .scalar(scalar.string, isPlain: isPlain), tag: written, location: place)
    case .sequence(let sequence):
      var nodes: [YAMLNode] = []
      for element in sequence { nodes.append(try convert(element, file: file, fallback: place, depth: depth + 1, count: &count)) }
      return YAMLNode(content: .sequence(nodes), tag: written, location: place)
    case .mapping(let mapping):
      var pairs: [(key: YAMLNode, value: YAMLNode)] = []
      for (key, value) in mapping {
        let convertedKey = try convert(key, file: file, fallback: place, depth: depth + 1, count: &count)
        pairs.append((convertedKey, try convert(value, file: file, fallback: convertedKey.location, depth: depth + 1, count: &count)))
      }
      return YAMLNode(content: .mapping(try merged(pairs)), tag: written, location: place)
    case .alias:
      throw YAMLError(location: place, problem: .syntax("an alias has no anchor"))
    }
  }
}

extension YAMLNode {
  /// The pairs of a mapping with what its `<<` keys bring in: own keys win, then earlier mappings, as in PyYAML.
  private static func merged(_ pairs: [(key: YAMLNode, value: YAMLNode)]) throws(YAMLError) -> [(key: YAMLNode, value: YAMLNode)] {
    var own = pairs
    var merges: [YAMLNode] = []
    own.removeAll { pair in
      guard case .scalar("<<", isPlain: true) = pair.key.content else { return false }
      merges.append(pair.value)
      return true
    }
    if merges.isEmpty { return pairs }
    var names = Set(own.compactMap(\.key.text))
    for merge in merges {
      for source in merge.sequence ?? [merge] {
        guard let brought = source.mapping else {
          let problem = "'<<' merges a mapping or a list of mappings, not \(source.kindName)"
          throw YAMLError(location: source.location, problem: .syntax(problem))
        }
        for pair in brought where pair.key.text.map({ names.insert($0).inserted }) ?? true { own.append(pair) }
      }
    }
    return own
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    var text = Substring(self)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

extension YAMLNode {
  /// The node as a JSON value; plain scalars resolved by PyYAML's YAML 1.1 rules (`yes` is true, `1e3` a string, `0x10` sixteen).
  public var json: JSONValue {
    switch content {
    case .scalar(let text, let isPlain): isPlain && tag == nil ? YAMLScalar.resolve(text) : .string(text)
    case .sequence(let nodes): .array(nodes.map(\.json))
    case .mapping(let pairs):
      .object(OrderedDictionary(pairs.map { ($0.key.text ?? $0.key.json.serialized(), $0.value.json) }, uniquingKeysWith: { $1 }))
    }
  }
}
