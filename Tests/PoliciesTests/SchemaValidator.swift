// As much of JSON Schema draft-07 as the policy schema uses, so that a test can hold policies against it.

import Documents

struct SchemaValidator {
  let schema: JSONValue

  /// Every keyword that is understood here; one more in the schema would go unchecked, and is a fault.
  static let keywords: Set = [
    "$schema", "$id", "$ref", "title", "description", "definitions", "type", "enum", "const", "properties", "patternProperties",
    "additionalProperties", "required", "items", "minItems", "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "anyOf", "allOf", "if", "then", "else",
  ]

  func faults(_ value: JSONValue) -> [String] { faults(value, schema, at: "$") }

  private func faults(_ value: JSONValue, _ rule: JSONValue, at path: String) -> [String] {
    if rule == true { return [] }
    if rule == false { return ["\(path): nothing may stand here"] }
    if let name = rule["$ref"]?.string?.split(separator: "/").last, let target = schema["definitions"]?[String(name)] {
      return faults(value, target, at: path)
    }
    var found: [String] = []
    func expect(_ isTrue: Bool, _ what: String) { if !isTrue { found.append("\(path): \(what)") } }
    for (key, argument) in rule.members ?? [] {
      expect(Self.keywords.contains(key), "unknown keyword \(key)")
      switch key {
      case "type":
        let types = argument.array?.compactMap(\.string) ?? argument.string.map { [$0] } ?? []
        expect(types.contains { value.is($0) }, "no \(types)")
      case "enum": expect(argument.array?.contains(value) == true, "not one of \(argument.serialized())")
      case "const": expect(argument == value, "not \(argument.serialized())")
      case "required": for name in argument.array ?? [] where value.object != nil { expect(value[name.string ?? ""] != nil, "no \(name)") }
      case "properties":
        for (name, inner) in argument.members ?? [] {
          if let member = value[name] { found += faults(member, inner, at: "\(path).\(name)") }
        }
      case "additionalProperties":
        for (name, _) in value.members ?? [] {
          // Keys of any name, whose values have a schema.
          if argument.object != nil, let member = value[name] {
            found += faults(member, argument, at: "\(path).\(name)")
            continue
          }
          expect(rule["properties"]?[name] != nil || name.hasPrefix("x-") || argument == true, "unknown key \(name)")
        }
      case "items": for (place, element) in (value.array ?? []).enumerated() { found += faults(element, argument, at: "\(path)[\(place)]") }
      case "minItems": expect((value.array?.count).map { $0 >= argument.integer ?? 0 } ?? true, "too short")
      case "minLength": expect((value.string?.unicodeScalars.count).map { $0 >= argument.integer ?? 0 } ?? true, "too short")
      case "maxLength": expect((value.string?.unicodeScalars.count).map { $0 <= argument.integer ?? 0 } ?? true, "too long")
      case "pattern":
        guard let text = value.string, let pattern = try? Regex(argument.string ?? "") else { continue }  // Only strings have a pattern.
        expect(text.firstMatch(of: pattern) != nil, "does not match \(argument)")
      case "minimum": expect(value.double.map { $0 >= argument.double ?? 0 } ?? true, "too small")
      case "maximum": expect(value.double.map { $0 <= argument.double ?? 0 } ?? true, "too large")
      case "exclusiveMinimum": expect(value.double.map { $0 > argument.double ?? 0 } ?? true, "too small")
      case "exclusiveMaximum": expect(value.double.map { $0 < argument.double ?? 0 } ?? true, "too large")
      case "allOf": for inner in argument.array ?? [] { found += faults(value, inner, at: path) }
      case "anyOf": expect(argument.array?.contains { faults(value, $0, at: path).isEmpty } == true, "fits none of \(argument.serialized())")
      case "if":
        let branch = faults(value, argument, at: path).isEmpty ? rule["then"] : rule["else"]
        if let branch { found += faults(value, branch, at: path) }
      default: break
      }
    }
    return found
  }
}

extension JSONValue {
  fileprivate func `is`(_ type: String) -> Bool {
    switch (type, self) {
    case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("null", .null), ("number", .integer),
      ("number", .number), ("integer", .integer):
      true
    default: false
    }
  }
}
