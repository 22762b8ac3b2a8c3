// What was compared with what: digests, engine, kernels, precision, policy, waivers, and every difference between the sides.

internal import Comparison
internal import Policies
internal import Records

enum HTMLProvenance {
  static func part(_ result: GateResult, bytes: Int) -> HTMLPart {
    let differences = differences(result, bytes: bytes / 3)
    let tasks = tasks(result, bytes: bytes / 3)
    return HTMLPart(
      id: "provenance", title: "Provenance",
      content: group {
        tag("p", ["class": "intro"]) { "Enough to make the same comparison again, and to tell whether it was the same." }
        sides(result)
        differences
        tasks
        policy(result, bytes: bytes / 6)
      })
  }

  private static func sides(_ result: GateResult) -> HTML {
    let table = HTMLTable(
      caption: "Models and engines; rows in bold differ", columns: [.init(name: ""), .init(name: "Baseline"), .init(name: "Candidate")],
      isSortable: false, className: "provenance")
    return table.html(
      group {
        for (name, value) in fields {
          let (old, new) = (value(result.baseline), value(result.candidate))
          table.row([.text(name), cell(old), cell(new)], className: old == new ? nil : "differs")
        }
      })
  }

  private static func cell(_ text: String) -> HTMLTable.Cell {
    let name = text.hasPrefix("sha256:") ? VisibleText.of(text, limit: 80) : HTMLText.name(text)
    return HTMLTable.Cell(content: text.hasPrefix("sha256:") ? tag("code") { name } : tag("bdi") { name })
  }

  private static var fields: [(String, (RecordHeader) -> String)] {
    [
      ("Model", { $0.model.name }), ("Weights", { $0.model.weightsDigest }), ("Configuration", { $0.model.configDigest }),
      ("Adapter", { $0.model.adapterDigest ?? "none" }), ("Architecture", { $0.model.architecture }),
      ("Parameters", { HTMLText.count($0.model.parameters) }), ("Tokenizer", { $0.tokenizerDigest }),
      ("Chat template", { $0.chatTemplateDigest ?? "none" }), ("System instruction", { $0.prompting.systemInstruction ?? "none" }),
      ("Engine", { "\($0.engine.name) \($0.engine.version)" }), ("Precision", { $0.engine.precision }),
      ("Matrix products", { $0.engine.matrixLibrary }), ("Kernels", { $0.engine.kernels }), ("Truncation", { $0.truncation }),
      ("Seed", { $0.seed.map(String.init) ?? "none" }), ("Recorded", { $0.created }),
    ]
  }

  private static func differences(_ result: GateResult, bytes: Int) -> HTML? {
    if result.differences.isEmpty { return nil }
    let table = HTMLTable(
      caption: "What differs between the two sides beside their weights",
      columns: [.init(name: "What"), .init(name: "Task"), .init(name: "Baseline"), .init(name: "Candidate"), .init(name: "Meaning")],
      isSortable: false, className: "provenance")
    let list = HTMLList(result.differences, bytes: bytes) { difference in
      table.row([
        .text(HTMLText.name(difference.aspect.split(separator: "_").joined(separator: " "))), .text(HTMLText.name(difference.task ?? "all")),
        cell(difference.baseline), cell(difference.candidate),
        HTMLTable.Cell(
          content: difference.isInvalidating ? HTMLSigns.mark("not comparable", .bad) : HTMLSigns.mark("allowed", .calm)),
      ])
    }
    return group {
      table.html(list.html)
      list.rest("differences")
    }
  }

  private static func tasks(_ result: GateResult, bytes: Int) -> HTML? {
    if result.baseline.tasks.isEmpty { return nil }
    let table = HTMLTable(
      caption: "Tasks as the baseline was asked them",
      columns: [
        .init(name: "Task"), .init(name: "Definition"), .init(name: "Data"), .init(name: "Examples", isNumber: true),
        .init(name: "Items", isNumber: true),
      ], isSortable: false, className: "provenance")
    let list = HTMLList(result.baseline.tasks, bytes: bytes) { task in
      table.row([
        .text(HTMLText.name(task.name)), HTMLTable.Cell(content: tag("code") { HTMLText.digest(task.taskDigest) }),
        HTMLTable.Cell(content: tag("code") { HTMLText.digest(task.dataDigest) }), .number(HTMLText.count(task.fewshotCount), nil),
        .number(HTMLText.count(task.items), nil),
      ])
    }
    return group {
      table.html(list.html)
      list.rest("tasks")
    }
  }

  private static func policy(_ result: GateResult, bytes: Int) -> HTML {
    let waivers = HTMLList(result.waivers, bytes: bytes) { waiver in
      tag("li") {
        tag("bdi") { HTMLText.name(waiver.id) }
        " "
        HTMLSigns.mark(waiver.state.rawValue, waiver.state == .expired ? .warn : .calm)
      }
    }
    return tag("div", ["class": "block"]) {
      tag("dl", ["class": "facts-list"]) {
        for (name, value) in [
          ("Policy", HTMLText.name(result.policy.name)), ("Policy file", HTMLText.name(result.policy.path)),
          ("Policy digest", VisibleText.of(result.policy.digest, limit: 80)),
        ] {
          tag("dt") { name }
          tag("dd") { tag("bdi") { value } }
        }
        if !result.waivers.isEmpty {
          tag("dt") { "Waivers" }
          tag("dd") {
            tag("ul") { waivers.html }
            waivers.rest("waivers")
          }
        }
      }
    }
  }
}
