// What was found about the evidence itself: sides that differ, items that are missing, waivers that are over.

internal import Policies

enum HTMLFindings {
  static func part(_ result: GateResult, bytes: Int) -> HTMLPart? {
    if result.findings.isEmpty { return nil }
    let levels = Finding.Level.allCases
    let ordered = levels.flatMap { level in result.findings.filter { $0.level == level } }
    let list = HTMLList(ordered, bytes: bytes) { finding in
      let (word, tone) = mark(finding.level)
      return tag("li") {
        tag("div") { HTMLSigns.mark(word, tone) }
        tag("p") {
          if let task = finding.task {
            tag("b") { tag("bdi") { HTMLText.name(task) } }
            ": "
          }
          HTMLText.sentence(finding.message) + "."
        }
      }
    }
    return HTMLPart(
      id: "evidence", title: "Evidence",
      content: group {
        tag("p", ["class": "intro"]) { "What to know of the comparison itself before its numbers are read." }
        tag("ul", ["class": "findings"]) { list.html }
        list.rest("findings")
      })
  }

  private static func mark(_ level: Finding.Level) -> (String, HTMLTone) {
    switch level {
    case .failed: ("Broken", .bad)
    case .undecided: ("Undecided", .warn)
    case .warning: ("Warning", .warn)
    case .note: ("Note", .calm)
    }
  }
}
