// map: each answer to another by a table.

public import Documents
internal import OrderedCollections
internal import Templates

/// Looks each answer up in a table.
public struct MapFilter: AnswerFilter {
  public static let name = "map"
  public static let documentation = """
    Puts the value of mapping_dict in the place of each answer that is one of its keys, and default_value in the place of the others; without a \
    default_value they are no answer at all.
    """
  private let table: [String: String]
  private let fallback: String?

  public init(_ options: inout FilterOptions) throws(FilterError) {
    var table: [String: String] = [:]
    if let found = options.take("mapping_dict"), !found.isNull {
      guard let members = found.object else { throw options.error("mapping_dict", found, "a mapping") }
      for (key, value) in members { table[key] = try Self.text(value, "mapping_dict", options) }
    }
    self.table = table
    fallback = try options.take("default_value").flatMap { value throws(FilterError) in
      value.isNull ? nil : try Self.text(value, "default_value", options)
    }
  }

  /// Values of a table are compared with answers as texts.
  private static func text(_ value: JSONValue, _ name: String, _ options: FilterOptions) throws(FilterError) -> String {
    switch value {
    case .string(let text): return text
    case .integer, .number, .bool:
      do {
        return try PythonLiteral.text(of: value)
      } catch {
        throw options.error(name, value, "a text or a number")
      }
    default: throw options.error(name, value, "a text or a number")
    }
  }

  public func apply(_ answers: [String?], document: JSONValue) throws(FilterError) -> [String?] {
    answers.map { answer in answer.flatMap { table[$0] } ?? fallback }
  }
}
