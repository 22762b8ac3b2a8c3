// The tables of docs/policy.md, made of the schema: a table a part of the policy, a row a key.

import Documents

enum PolicyKeyTable {
  static func text(_ schema: JSONValue) -> String {
    var text =
      "Made from `policies/schema/policy.v1.schema.json`; a test holds this part against it. An entry that changes one of\n"
      + "the policy that it extends needs its `id` alone.\n\n"
    text += table("The policy", schema, required: required(schema))
    for (name, definition) in schema["definitions"]?.members ?? [] where definition["properties"] != nil {
      // A policy that extends another may leave out what the schema asks of a whole entry.
      let whole = schema["definitions"]?["whole" + name.prefix(1).uppercased() + name.dropFirst()]
      text += table("`\(name)`", definition, required: required(definition).union(whole.map(required) ?? []))
    }
    return String(text.dropLast())
  }

  private static func required(_ definition: JSONValue) -> Set<String> {
    let own = definition["required"]?.array?.compactMap(\.string) ?? []
    return (definition["allOf"]?.array ?? []).reduce(into: Set(own)) { $0.formUnion(required($1)) }
  }

  private static func table(_ title: String, _ definition: JSONValue, required: Set<String>) -> String {
    var text = "### \(title)\n\n| key | | |\n|---|---|---|\n"
    for (key, property) in definition["properties"]?.members ?? [] {
      let mark = required.contains(key) ? "required" : ""
      text += "| `\(key)` | \(mark) | \(cell(property)) |\n"
    }
    return text + "\n"
  }

  /// The key's description, or the words that it takes, or what it holds.
  private static func cell(_ property: JSONValue) -> String {
    var parts: [String] = []
    if let description = property["description"]?.string { parts.append(description) }
    let choices = (property["enum"]?.array ?? property["const"].map { [$0] } ?? []).compactMap(\.string)
    if !choices.isEmpty { parts.append("One of: " + choices.map { "`\($0)`" }.joined(separator: ", ") + ".") }
    let reference = property["$ref"]?.string ?? property["items"]?["$ref"]?.string
    if let name = reference?.split(separator: "/").last { parts.append(property["items"] == nil ? "See `\(name)`." : "A list of `\(name)`.") }
    return parts.joined(separator: " ").replacing("|", with: "\\|")
  }
}
