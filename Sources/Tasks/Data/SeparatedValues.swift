// CSV and TSV to documents: RFC 4180 quotes, and the types that pandas gives to columns, since the harness reads them through it.

internal import Documents
internal import OrderedCollections

enum SeparatedValues {
  /// The documents of a file whose first line names the columns.
  static func documents(in bytes: [UInt8], file: String, separator: UInt8) throws(DataError) -> [TaskDocument] {
    var reader = RowReader(file: file, separator: separator)
    let span = bytes.span
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
    guard let header = try reader.row(span) else {
      throw DataError(location: SourceLocation(file: file, line: 1, column: 1), problem: .noHeader)
    }
    var seen: Set<String> = []
    for name in header.fields where !seen.insert(name).inserted {
      throw DataError(location: SourceLocation(file: file, line: header.line, column: 1), problem: .duplicateColumn(name))
    }
    var rows: [RowReader.Row] = []
    while let row = try reader.row(span) {
      guard row.fields.count == header.fields.count else {
        throw DataError(
          location: SourceLocation(file: file, line: row.line, column: 1),
          problem: .wrongColumnCount(found: row.fields.count, expected: header.fields.count))
      }
      rows.append(row)
    }
    let kinds = header.fields.indices.map { column in ColumnKind(of: rows.lazy.map { $0.fields[column] }) }
    return rows.map { row in
      var members: OrderedDictionary<String, JSONValue> = [:]
      for (column, name) in header.fields.enumerated() { members[name] = kinds[column].value(row.fields[column]) }
      return TaskDocument(value: .object(members), location: SourceLocation(file: file, line: row.line, column: 1))
    }
  }

  /// Rows of fields; blank lines are skipped.
  private struct RowReader {
    struct Row {
      var fields: [String]
      var line: Int
    }

    let file: String
    let separator: UInt8
    var position = 0
    private var line = 1

    init(file: String, separator: UInt8) {
      self.file = file
      self.separator = separator
    }

    mutating func row(_ bytes: borrowing Span<UInt8>) throws(DataError) -> Row? {
      while position < bytes.count, bytes[position] == 0x0A || bytes[position] == 0x0D { skipLineBreak(bytes) }
      guard position < bytes.count else { return nil }
      var row = Row(fields: [], line: line)
      while true {
        row.fields.append(try field(bytes))
        guard position < bytes.count else { return row }
        if bytes[position] == separator {
          position += 1
        } else {
          skipLineBreak(bytes)
          return row
        }
      }
    }

    private mutating func skipLineBreak(_ bytes: borrowing Span<UInt8>) {
      if bytes[position] == 0x0D, position + 1 < bytes.count, bytes[position + 1] == 0x0A { position += 1 }
      position += 1
      line += 1
    }

    private mutating func field(_ bytes: borrowing Span<UInt8>) throws(DataError) -> String {
      let place = SourceLocation(file: file, line: line, column: 1)
      var content: [UInt8] = []
      if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
        position += 1
        while true {
          guard position < bytes.count else { throw DataError(location: place, problem: .openQuote) }
          let byte = bytes[position]
          position += 1
          if byte == UInt8(ascii: "\"") {
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { break }
            position += 1
          }
          if byte == 0x0A { line += 1 }
          content.append(byte)
        }
        if position < bytes.count, bytes[position] != separator, bytes[position] != 0x0A, bytes[position] != 0x0D {
          throw DataError(location: SourceLocation(file: file, line: line, column: 1), problem: .textAfterQuote)
        }
      } else {
        while position < bytes.count, bytes[position] != separator, bytes[position] != 0x0A, bytes[position] != 0x0D {
          content.append(bytes[position])
          position += 1
        }
      }
      guard let text = String(validating: content, as: UTF8.self) else { throw DataError(location: place, problem: .notUTF8) }
      return text
    }
  }

  /// What a column holds, by `pandas.read_csv`: whole numbers, numbers, truth values, or text, with its words for "missing".
  private enum ColumnKind {
    case integer, number, boolean, text

    init(of fields: some Sequence<String>) {
      var hasMissing = false
      var isInteger = true
      var isNumber = true
      var isBoolean = true
      for field in fields {
        if Self.missing.contains(field) {
          hasMissing = true
          continue
        }
        if isInteger, Self.integer(field) == nil { isInteger = false }
        if isNumber, Self.number(field) == nil { isNumber = false }
        if isBoolean, Self.boolean(field) == nil { isBoolean = false }
        if !isInteger && !isNumber && !isBoolean { break }
      }
      // Whole numbers with gaps are floating-point numbers in pandas.
      self = isInteger && !hasMissing ? .integer : isNumber ? .number : isBoolean ? .boolean : .text
    }

    func value(_ field: String) -> JSONValue {
      if Self.missing.contains(field) { return .null }
      switch self {
      case .integer: return Self.integer(field).map(JSONValue.integer) ?? .string(field)
      case .number: return Self.number(field).map(JSONValue.number) ?? .string(field)
      case .boolean: return Self.boolean(field).map(JSONValue.bool) ?? .string(field)
      case .text: return .string(field)
      }
    }

    private static let missing: Set<String> = [
      "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None",
      "n/a", "nan", "null",
    ]

    private static func integer(_ field: String) -> Int? {
      let text = field.utf8.first == 0x20 || field.utf8.last == 0x20 ? field.filter { $0 != " " } : field
      return Int(text)
    }

    private static func number(_ field: String) -> Double? {
      guard let first = field.utf8.first, first < 0x3A || first | 0x20 == 0x69 || first == 0x20 else { return nil }
      let text = field.filter { $0 != " " }.lowercased()
      return text.contains("x") || text.contains("p") || text.contains("nan") ? nil : Double(text)
    }

    private static func boolean(_ field: String) -> Bool? {
      switch field {
      case "True", "TRUE", "true": true
      case "False", "FALSE", "false": false
      default: nil
      }
    }
  }
}
