// One item side by side: what was right, what each side said, word by word, and how sure it was.

internal import Documents
internal import Policies

struct HTMLItem {
  let item: ReportedItem
  let id: String

  /// The most choices that are shown.
  static let choiceLimit = 12

  func html(task: Int?, slices: [Int], isOpen: Bool) -> HTML {
    tag(
      "details",
      [
        "class": "item", "id": id, "open": isOpen ? "" : nil, "data-task": task.map(String.init),
        "data-slices": slices.isEmpty ? nil : slices.map(String.init).joined(separator: " "), "data-kind": item.kind.rawValue,
      ]
    ) {
      summary()
      tag("div", ["class": "inside"]) {
        answers()
        choices()
        tags()
      }
    }
  }

  private func summary() -> HTML {
    tag("summary") {
      tag("span", ["class": "kind"]) { HTMLSigns.mark(item.kind.word, item.kind == .flip ? .bad : .warn) }
      tag("span", ["class": "name"]) {
        tag("bdi") { VisibleText.of(item.shortName, limit: 60) }
        tag("span", ["class": "of"]) {
          " · "
          tag("bdi") { HTMLText.name(item.task) }
        }
      }
      tag("span", ["class": "gist"]) {
        tag("bdi") { VisibleText.of(item.baseline.prediction, limit: 90) }
        " → "
        tag("bdi", ["class": "to"]) { VisibleText.of(item.candidate.prediction, limit: 90) }
      }
      tag("span", ["class": "lead-by"]) { lead() }
    }
  }

  private func lead() -> String {
    if let margin = item.candidate.margin { return "ahead by \(HTMLText.short(margin, 2))" }
    let loss = item.baseline.scores.compactMap { old -> (name: String, change: Double)? in
      guard let before = old.value, let after = item.candidate.score(old.metric), before != after else { return nil }
      return (old.metric, after - before)
    }.max { abs($0.change) < abs($1.change) }
    return loss.map { "\(VisibleText.of($0.name, limit: 16)) \(HTMLText.change($0.change))" } ?? ""
  }

  // MARK: Side by side

  private func answers() -> HTML {
    // Generated texts where there are any; what was held to be the answer stands below them.
    let said = (item.document["baseline"]?["output"]?.string, item.document["candidate"]?["output"]?.string)
    let (old, new) = (said.0 ?? item.baseline.prediction, said.1 ?? item.candidate.prediction)
    let excerpts = TextExcerpt.pair(old, new)
    let difference = WordDifference(excerpts.baseline.text, excerpts.candidate.text)
    return tag("div", ["class": "pair"]) {
      tag("section", ["class": "answer target"]) {
        tag("h4") { "Target" }
        let target = TextExcerpt(item.target)
        words([.init(text: target.text, isShared: true)], "", marksFirst: false, marksWords: false)
        cut(target)
      }
      side("Baseline", item.baseline, excerpts.baseline, difference.baseline, "old", isMarked: !difference.isMostlyNew, said.0)
      side("Candidate", item.candidate, excerpts.candidate, difference.candidate, "new", isMarked: !difference.isMostlyNew, said.1)
    }
  }

  private func side(
    _ role: String, _ answer: ReportedItem.Answer, _ excerpt: TextExcerpt, _ pieces: [WordDifference.Piece], _ className: String, isMarked: Bool,
    _ output: String?
  ) -> HTML {
    tag("section", ["class": "answer"]) {
      tag("h4") {
        tag("span") {
          role
          if let margin = answer.margin { ", ahead by \(HTMLText.short(margin, 2))" }
        }
        if let isCorrect = answer.isCorrect { HTMLSigns.mark(isCorrect ? "right" : "wrong", isCorrect ? .good : .bad) }
      }
      words(pieces, className, marksFirst: true, marksWords: isMarked)
      cut(excerpt)
      if let output, output != answer.prediction {
        tag("p", ["class": "held"]) {
          "Read as "
          tag("bdi") { VisibleText.of(answer.prediction, limit: 400) }
        }
      }
    }
  }

  private func words(_ pieces: [WordDifference.Piece], _ className: String, marksFirst: Bool, marksWords: Bool) -> HTML {
    let isEmpty = pieces.allSatisfy(\.text.isEmpty)
    let first = marksFirst ? pieces.firstIndex { !$0.isShared } : nil
    return tag("div", ["class": "words", "dir": "auto"]) {
      if isEmpty { tag("span", ["class": "empty-text"]) { "nothing" } }
      for (place, piece) in pieces.enumerated() {
        if place == first {
          tag("span", ["class": "first-place", "title": "The first place where the two differ"]) {
            tag("span", ["class": "hidden-text"]) { "first difference: " }
          }
        }
        if piece.isShared || !marksWords {
          piece.text
        } else {
          // The space behind the last word is nobody's.
          let words = String(piece.text.reversed().drop(while: \.isWhitespace).reversed())
          tag("mark", ["class": className]) { words }
          String(piece.text.dropFirst(words.count))
        }
      }
    }
  }

  private func cut(_ excerpt: TextExcerpt) -> HTML? {
    excerpt.note.map { note in tag("p", ["class": "cut"]) { note } }
  }

  // MARK: Choices

  private func choices() -> HTML? {
    guard let old = item.document["baseline"]?["choices"]?.array, let new = item.document["candidate"]?["choices"]?.array, !old.isEmpty,
      old.count == new.count
    else { return nil }
    let table = HTMLTable(
      caption: "Log-probabilities of the choices, in nats",
      columns: [
        .init(name: "Choice"), .init(name: "Baseline", isNumber: true), .init(name: "Candidate", isNumber: true),
        .init(name: "Change", isNumber: true),
      ], isSortable: false, className: "choices")
    let pairs = Array(zip(old, new))
    return group {
      table.html(
        group {
          for (before, after) in pairs.prefix(Self.choiceLimit) { row(before, after, in: table) }
        })
      if pairs.count > Self.choiceLimit {
        tag("p", ["class": "rest"]) { "and \(HTMLText.count(pairs.count - Self.choiceLimit)) more choices, all in result.json" }
      }
    }
  }

  private func row(_ before: JSONValue, _ after: JSONValue, in table: HTMLTable) -> HTML {
    let text = before["text"]?.string ?? ""
    let (old, new) = (before["logprob"]?.double, after["logprob"]?.double)
    let change = old.flatMap { old in new.map { $0 - old } }
    func number(_ value: Double?) -> String { value.map { HTMLText.minus(Numbers.fixed($0, 2)) } ?? "–" }
    let isTarget = text == item.target
    let (isOld, isNew) = (text == item.baseline.prediction, text == item.candidate.prediction)
    return table.row(
      [
        HTMLTable.Cell(
          content: group {
            tag("bdi") { VisibleText.of(text, limit: 300) }
            " "
            if isTarget { HTMLSigns.mark("target", .good) }
            if isOld { HTMLSigns.mark("baseline’s pick", .calm) }
            if isNew { HTMLSigns.mark("candidate’s pick", isTarget ? .calm : .bad) }
          }),
        .number(number(old), old), .number(number(new), new), .number(change.map { ($0 > 0 ? "+" : "") + number($0) } ?? "–", change),
      ], className: isOld || isNew || isTarget ? "chosen" : nil)
  }

  // MARK: Where it is from

  private func tags() -> HTML {
    tag("p", ["class": "tags"]) {
      tag("span") { "number \(HTMLText.count(item.index)) of the task’s data" }
      for metric in item.baseline.scores.prefix(6) {
        tag("span") {
          tag("bdi") { VisibleText.of(metric.metric, limit: 40) }
          " \(HTMLText.score(metric.value)) → \(HTMLText.score(item.candidate.score(metric.metric)))"
        }
      }
      for slice in item.sliceNames.prefix(8) { tag("code") { slice } }
      tag("a", ["href": "#\(id)"]) { "Link to this item" }
    }
  }
}
