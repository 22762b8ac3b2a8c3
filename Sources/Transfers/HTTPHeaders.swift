// Header fields in their order, found by name without regard to case.

/// The header of a request or a response.
public struct HTTPHeaders: Sendable, Equatable {
  public struct Field: Sendable, Equatable {
    public var name: String
    public var value: String
  }

  public private(set) var fields: [Field] = []

  public init() {}

  /// The value of the first field of a name, nil where there is none; set, it replaces all fields of the name.
  public subscript(name: String) -> String? {
    get { fields.first { Self.isSame($0.name, name) }?.value }
    set {
      remove(name)
      if let newValue { append(name, newValue) }
    }
  }

  public mutating func append(_ name: String, _ value: String) { fields.append(Field(name: name, value: value)) }

  public mutating func remove(_ name: String) { fields.removeAll { Self.isSame($0.name, name) } }

  /// Whether a field could be told apart from the next by a server: a token for a name (RFC 9110), no line break in the value.
  static func isValid(_ field: Field) -> Bool {
    let isToken = field.name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
      default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
      }
    }
    return isToken && !field.name.isEmpty && field.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
  }

  private static func isSame(_ a: String, _ b: String) -> Bool { a.lowercased() == b.lowercased() }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, String)...) { for (name, value) in elements { append(name, value) } }
}
