// Documents made alike: what the `datasets` library does to JSON rows before the harness sees them.

internal import Documents
internal import OrderedCollections

/// The columns over all documents.
///
/// Every document gets every column, null where it has none. A column, or the elements or fields inside of it, that holds whole numbers and
/// other numbers holds floating-point numbers (`1` becomes `1.0`). A column of unlike values, or of objects with unlike fields, stays as it is.
/// As datasets 5.2 does; unlike it, texts that look like dates stay texts.
struct DocumentColumns {
  /// The names of the columns, in the order of their appearance.
  private(set) var names: OrderedSet<String> = []
  private var kinds: [String: Kind] = [:]

  private indirect enum Kind: Equatable {
    case null, boolean, integer, number, text, mixed
    case list(Kind)
    case object([String: Kind])

    init(_ value: JSONValue) {
      switch value {
      case .null: self = .null
      case .bool: self = .boolean
      case .integer: self = .integer
      case .number: self = .number
      case .string: self = .text
      case .array(let elements):
        var kind = Kind.null
        for element in elements { kind = kind.joined(with: Kind(element)) }
        self = .list(kind)
      case .object(let members):
        var kinds: [String: Kind] = [:]
        for (name, member) in members { kinds[name] = Kind(member) }
        self = .object(kinds)
      }
    }

    func joined(with other: Kind) -> Kind {
      switch (self, other) {
      case (.null, _): return other
      case (_, .null): return self
      case (.integer, .number), (.number, .integer): return .number
      case (.list(let a), .list(let b)): return .list(a.joined(with: b))
      case (.object(let a), .object(let b)):
        guard a.count == b.count else { return .mixed }
        var joined: [String: Kind] = [:]
        for (name, kind) in a {
          guard let second = b[name] else { return .mixed }
          joined[name] = kind.joined(with: second)
        }
        return .object(joined)
      default: return self == other ? self : .mixed
      }
    }

    var hasNumbers: Bool {
      switch self {
      case .number: true
      case .list(let kind): kind.hasNumbers
      case .object(let kinds): kinds.values.contains { $0.hasNumbers }
      default: false
      }
    }

    func converted(_ value: JSONValue) -> JSONValue {
      switch (self, value) {
      case (.number, .integer(let integer)): .number(Double(integer))
      case (.list(let kind), .array(let elements)): .array(elements.map(kind.converted))
      case (.object(let kinds), .object(let members)):
        .object(
          OrderedDictionary(
            members.map { ($0.key, kinds[$0.key]?.converted($0.value) ?? $0.value) }, uniquingKeysWith: { _, last in last }))
      default: value
      }
    }
  }

  /// Learns the columns of some documents.
  mutating func add(_ documents: [TaskDocument]) {
    for document in documents {
      guard case .object(let members) = document.value else { continue }
      for (name, value) in members {
        let known = kinds[name]
        if known == nil { names.append(name) }
        switch (known, value) {
        // The usual cases, without building a kind.
        case (.text?, .string), (.integer?, .integer), (.mixed?, _): break
        case (.list(.text)?, .array(let elements)) where elements.allSatisfy({ $0.string != nil }): break
        default: kinds[name] = known.map { $0.joined(with: Kind(value)) } ?? Kind(value)
        }
      }
    }
  }

  /// The documents with all columns and one kind of value in each.
  func applied(to documents: [TaskDocument]) -> [TaskDocument] {
    let converting = kinds.filter { $0.value.hasNumbers }
    return documents.map { document in
      guard case .object(var members) = document.value, members.count < names.count || !converting.isEmpty else { return document }
      for name in names where members[name] == nil { members[name] = .null }
      for (name, kind) in converting { members[name] = members[name].map(kind.converted) }
      return TaskDocument(value: .object(members), location: document.location)
    }
  }
}
