// The file of a comparison: indented for people, but for the columns of outcomes, which are long and for programs.

internal import Documents

extension Comparison {
  /// The `flipgate.comparison` document as text, ending with a line break; see ``json(showing:)``.
  public func document(showing notable: (TaskComparison) -> [ItemPair] = { _ in [] }) -> String {
    let members = json(showing: notable).members ?? []
    let head = JSONValue.object(of: members.filter { $0.key != "outcomes" }.map { ($0.key, $0.value) }).serialized(.indented)
    let columns = (members.first { $0.key == "outcomes" }?.value.array ?? []).map { "    " + $0.serialized() }
    let outcomes = columns.isEmpty ? "[]" : "[\n" + columns.joined(separator: ",\n") + "\n  ]"
    return head.dropLast(2) + ",\n  \"outcomes\": " + outcomes + "\n}\n"
  }
}
