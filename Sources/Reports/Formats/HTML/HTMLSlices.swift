// Slices: where in the data a change comes from, as a table that can be sorted.

internal import Comparison
internal import Documents
internal import Policies

enum HTMLSlices {
  private static let names: [HTMLTable.Column] = [
    .init(name: "Slice"), .init(name: "Value"), .init(name: "Task"), .init(name: "Items", isNumber: true),
  ]
  private static let flips: [HTMLTable.Column] = [
    .init(name: "Right → wrong", isNumber: true), .init(name: "Share", isNumber: true), .init(name: "Wrong → right", isNumber: true),
  ]
  private static let means: [HTMLTable.Column] = [
    .init(name: "Baseline", isNumber: true), .init(name: "Candidate", isNumber: true), .init(name: "Change", isNumber: true),
  ]

  static func part(_ result: GateResult, bytes: Int) -> HTMLPart? {
    var rows: [(task: String, row: SliceTable.Row)] = []
    var omitted = 0
    for task in result.tasks {
      guard let json = task.document["distributions"], json.object != nil else { continue }
      let slices = Distributions(json: json).slices
      rows += slices.rows.map { (task.task, $0) }
      omitted += slices.omitted
    }
    if rows.isEmpty { return nil }
    // Those that lost most, for their size, come first.
    rows = rows.enumerated().sorted { a, b in
      let (one, other) = (loss(a.element.row), loss(b.element.row))
      return one == other ? a.offset < b.offset : one > other
    }.map(\.element)
    let hasFlips = rows.contains { $0.row.flips != nil }
    let table = HTMLTable(
      caption: "Paired items by slice; means are of the task’s primary metric", columns: names + (hasFlips ? flips : []) + means)
    let list = HTMLList(rows, bytes: bytes) { task, row in
      let change = row.baselineMean.flatMap { old in row.candidateMean.map { $0 - old } }
      let negative = row.flips.map(\.negative)
      let counts: [HTMLTable.Cell] = [
        .number(negative.map(HTMLText.count) ?? "–", negative.map(Double.init)),
        .number(negative.map { HTMLText.share($0, of: row.paired) } ?? "–", row.flips.map { _ in loss(row) }),
        .number(row.flips.map { HTMLText.count($0.positive) } ?? "–", row.flips.map { Double($0.positive) }),
      ]
      let name: [HTMLTable.Cell] = [
        .text(HTMLText.name(row.field)), .text(HTMLText.name(row.value)), .text(HTMLText.name(task)),
        .number(HTMLText.count(row.paired), Double(row.paired)),
      ]
      let scores: [HTMLTable.Cell] = [
        .number(HTMLText.score(row.baselineMean), row.baselineMean), .number(HTMLText.score(row.candidateMean), row.candidateMean),
        .number(HTMLText.change(change), change),
      ]
      return table.row(name + (hasFlips ? counts : []) + scores)
    }
    return HTMLPart(
      id: "slices", title: "Slices",
      content: group {
        tag("p", ["class": "intro"]) { "The same items by what they carry, those that lost the largest share first." }
        table.html(list.html)
        list.rest("slices")
        if omitted > 0 {
          tag("p", ["class": "rest"]) {
            "\(HTMLText.count(omitted)) smaller slices are left out; a policy’s slice budgets are judged on all of them."
          }
        }
      })
  }

  private static func loss(_ row: SliceTable.Row) -> Double {
    if let flips = row.flips { return row.paired > 0 ? Double(flips.negative) / Double(row.paired) : 0 }
    return row.baselineMean.flatMap { old in row.candidateMean.map { old - $0 } } ?? 0
  }
}
