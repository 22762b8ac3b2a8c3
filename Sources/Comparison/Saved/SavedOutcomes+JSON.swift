// What two records say of each item, as a saved comparison keeps it: everything but the texts, in columns.
//
// A policy may ask for slices, protected items, losses of single items or another confidence level: a comparison that is judged later holds what the
// two records held, so that both give the same result.

internal import Documents
internal import Records

/// One task's columns. Every list has an element an item, in the same order; what no item has is left out.
///
/// - `items`: identities. `answers`, `prompts` and each of `picks` (by a ranking's name): `=` the same on both sides, `x` not, `?` not known.
/// - A side's `state`: a digit an item to the base 32, see ``OutcomeFacts/State``; `.` where the side does not have the item.
/// - A side's `index`, `scores` (by metric), `margins` (by ranking), `clusters` (null for none), `slices` (places in the task's list `slices`, null for none).
enum SavedOutcomes {
  static func json(_ task: TaskComparison, metrics: [String]) -> JSONValue {
    let items =
      task.pairs.map { PairedOutcomes(baseline: $0.baseline, candidate: $0.candidate) }
      + task.unpaired.map { PairedOutcomes(baseline: $0.baseline, candidate: $0.candidate) }
    let baseline = items.map { $0.baseline?.facts(metrics: metrics) }
    let candidate = items.map { $0.candidate?.facts(metrics: metrics) }
    var sets = SliceSets()
    let sides = [baseline, candidate].map { side($0, metrics: metrics, &sets) }
    let names = zip(baseline, candidate).map { JSONValue.string(($0 ?? $1)?.item ?? "") }
    func marks(_ mark: (OutcomeFacts, OutcomeFacts) -> Character) -> JSONValue {
      .string(String(zip(baseline, candidate).map { old, new in old.flatMap { old in new.map { mark(old, $0) } } ?? "?" }))
    }
    func same(_ old: UInt64, _ new: UInt64) -> Character { old == 0 || new == 0 ? "?" : old == new ? "=" : "x" }
    let picks = ChoiceRanking.allCases.enumerated().map { place, ranking in
      (ranking.rawValue, marks { same($0.picks[place], $1.picks[place]) })
    }
    return [
      "task": .string(task.task), "filter": .string(task.filter), "items": .array(names), "answers": marks { $0.answer == $1.answer ? "=" : "x" },
      "picks": .object(of: picks), "prompts": marks { same($0.prompt, $1.prompt) }, "slices": sets.json, "baseline": sides[0],
      "candidate": sides[1],
    ]
  }

  private static let digits = Array("0123456789abcdefghijklmnopqrstuv")

  private static func side(_ facts: [OutcomeFacts?], metrics: [String], _ sets: inout SliceSets) -> JSONValue {
    func column(_ value: (OutcomeFacts) -> Double?) -> JSONValue? {
      let values = facts.map { $0.flatMap(value) }
      if values.allSatisfy({ $0 == nil }) { return nil }
      return .array(values.map { $0.map(JSONValue.number) ?? .null })
    }
    var members: [(String, JSONValue)] = [
      ("state", .string(String(facts.map { $0.map { digits[Int($0.state.bits)] } ?? "." }))),
      ("index", .array(facts.map { $0.map { .integer($0.index) } ?? .null })),
      ("scores", .object(of: metrics.enumerated().compactMap { place, name in column { $0.scores[place].value }.map { (name, $0) } })),
      (
        "margins",
        .object(of: ChoiceRanking.allCases.enumerated().compactMap { place, ranking in column { $0.margins[place] }.map { (ranking.rawValue, $0) } })
      ),
    ]
    if facts.contains(where: { $0?.cluster != nil }) {
      members.append(("clusters", .array(facts.map { $0?.cluster.map(JSONValue.string) ?? .null })))
    }
    if facts.contains(where: { $0?.slices.isEmpty == false }) {
      members.append(("slices", .array(facts.map { fact in fact.flatMap { sets.place(of: $0.slices) }.map(JSONValue.integer) ?? .null })))
    }
    return .object(of: members)
  }

  // MARK: Reading

  /// The facts of both sides, each in the order of the items that it has.
  static func read(_ fields: ComparisonFields) throws -> (baseline: [OutcomeFacts], candidate: [OutcomeFacts]) {
    let names = try fields.elements("items").map(\.string)
    if names.contains(where: { $0 == nil }) { throw fields.error("items", expected: "a list of strings") }
    let items = names.compactMap(\.self)
    let sets = try SliceSets.read(fields)
    let answers = try marks(fields, "answers", items.count)
    let prompts = try marks(fields, "prompts", items.count)
    let rankings = try fields.object("picks")
    let picks = try ChoiceRanking.allCases.map { try marks(rankings, $0.rawValue, items.count) }
    var sides: [[OutcomeFacts]] = []
    for (isCandidate, key) in [(false, "baseline"), (true, "candidate")] {
      let side = try SavedSide(fields.object(key), items: items.count, sets: sets)
      sides.append(
        items.indices.compactMap { place in
          // Numbers that are the same on both sides where the mark says so, and different ones elsewhere.
          func number(_ marks: [UInt8]) -> UInt64 {
            switch marks[place] {
            case UInt8(ascii: "?"): 0
            case UInt8(ascii: "="): 1
            default: isCandidate ? 2 : 1
            }
          }
          var answer = number(answers)
          if answer == 0 { answer = isCandidate ? 2 : 1 }
          return side.facts(
            place, task: (fields.value["task"]?.string ?? "", fields.value["filter"]?.string ?? "none"), item: items[place], answer: answer,
            picks: picks.map(number), prompt: number(prompts))
        })
    }
    return (sides[0], sides[1])
  }

  private static func marks(_ fields: ComparisonFields, _ key: String, _ count: Int) throws -> [UInt8] {
    let marks = Array(try fields.string(key).utf8)
    guard marks.count == count, marks.allSatisfy({ $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "x") || $0 == UInt8(ascii: "?") }) else {
      throw fields.error(key, expected: "\(count) of the marks =, x and ?")
    }
    return marks
  }
}

/// One side's columns.
private struct SavedSide {
  private let states: [OutcomeFacts.State?]
  private let indices: [Int?]
  private let scores: [(metric: String, values: [Double?])]
  private let margins: [[Double?]]
  private let clusters: [String?]
  private let slices: [[ItemOutcome.Slice]]

  init(_ fields: ComparisonFields, items: Int, sets: [[ItemOutcome.Slice]]) throws {
    let text = try fields.string("state")
    let digits = Array(text.utf8).map { digit -> UInt8? in
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "v"): digit - UInt8(ascii: "a") + 10
      case UInt8(ascii: "."): 0xFF
      default: nil
      }
    }
    if digits.count != items || digits.contains(where: { $0 == nil }) {
      throw fields.error("state", expected: "\(items) digits to the base 32, or dots")
    }
    states = digits.map { $0.flatMap(OutcomeFacts.State.init) }
    indices = try fields.elements("index", count: items).map(\.integer)
    func numbers(_ key: String) throws -> [(String, [Double?])] {
      let columns = try fields.object(key)
      return try (columns.value.members ?? []).map { name, _ in
        (name, try columns.elements(name, count: items).map { $0.double.flatMap { $0.isFinite ? $0 : nil } })
      }
    }
    scores = try numbers("scores").map { (metric: $0.0, values: $0.1) }
    let known = try numbers("margins")
    margins = ChoiceRanking.allCases.map { ranking in known.first { $0.0 == ranking.rawValue }?.1 ?? [] }
    clusters = fields.isAbsent("clusters") ? [] : try fields.elements("clusters", count: items).map(\.string)
    slices =
      fields.isAbsent("slices")
      ? []
      : try fields.elements("slices", count: items).map { value in
        guard let place = value.integer else { return [] }
        guard sets.indices.contains(place) else { throw fields.error("slices", expected: "places in the task's list of slices") }
        return sets[place]
      }
  }

  /// nil where the side does not have the item.
  func facts(
    _ place: Int, task: (name: String, filter: String), item: String, answer: UInt64, picks: [UInt64], prompt: UInt64
  ) -> OutcomeFacts? {
    guard let state = states[place] else { return nil }
    return OutcomeFacts(
      task: task.name, filter: task.filter, item: item, index: indices[place] ?? 0, state: state,
      slices: slices.isEmpty ? [] : slices[place], cluster: clusters.isEmpty ? nil : clusters[place],
      scores: scores.map { .init(metric: $0.metric, value: $0.values[place]) }, answer: answer, picks: picks,
      margins: margins.map { $0.isEmpty ? nil : $0[place] }, prompt: prompt)
  }
}

/// The sets of slices that items carry, each once.
private struct SliceSets {
  private var sets: [[ItemOutcome.Slice]] = []
  private var places: [[ItemOutcome.Slice]: Int] = [:]

  /// nil for an item without slices.
  mutating func place(of set: [ItemOutcome.Slice]) -> Int? {
    if set.isEmpty { return nil }
    if let place = places[set] { return place }
    places[set] = sets.count
    sets.append(set)
    return sets.count - 1
  }

  var json: JSONValue { .array(sets.map { set in .object(of: set.map { ($0.name, .string($0.value)) }) }) }

  static func read(_ fields: ComparisonFields) throws -> [[ItemOutcome.Slice]] {
    try fields.objects("slices").map { set in
      try (set.value.members ?? []).map { name, _ in ItemOutcome.Slice(name: name, value: try set.string(name)) }
    }
  }
}
