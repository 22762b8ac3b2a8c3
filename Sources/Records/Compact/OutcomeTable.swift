// A record's outcomes in columns: what a comparison needs of them, in some hundred bytes an item; texts are fetched for the few items that are shown.

internal import Synchronization

/// The outcomes of one record, without their texts.
///
/// Texts are kept as hashes, which tell whether two are the same: 64 bits of the standard library's keyed hash, so that two texts that differ look the
/// same once in 10^19 pairs, and nobody can choose texts that do. Names are kept once.
public final class OutcomeTable: Sendable {
  let columns: OutcomeColumns
  /// Outcomes with their texts: all of them where the record was in memory, else those that were recalled.
  private let whole: Mutex<[Int: ItemOutcome]>
  private let all: [ItemOutcome]?
  /// Reads outcomes again, with their texts.
  private let origin: (@Sendable (Set<Int>) throws -> [Int: ItemOutcome])?

  init(
    _ columns: OutcomeColumns, all: [ItemOutcome]? = nil, known: [Int: ItemOutcome] = [:],
    origin: (@Sendable (Set<Int>) throws -> [Int: ItemOutcome])? = nil
  ) {
    self.columns = columns
    self.all = all
    self.origin = origin
    whole = Mutex(known)
  }

  /// The table of outcomes that are in memory.
  public convenience init(_ outcomes: [ItemOutcome]) {
    var columns = OutcomeColumns()
    for (place, outcome) in outcomes.enumerated() { columns.append(LoggedOutcome(outcome, place: place)) }
    self.init(columns, all: outcomes)
  }

  public var count: Int { columns.count - columns.removed.count }

  /// Each outcome, in the record's order.
  public var rows: some Sequence<ComparedOutcome> {
    (0..<columns.count).lazy.filter { !self.columns.removed.contains($0) }.map { ComparedOutcome(table: self, row: $0) }
  }

  /// The outcome with its texts where they are at hand; else with empty texts and no choices.
  func outcome(_ row: Int) -> ItemOutcome {
    if let all { return all[row] }
    return whole.withLock { $0[row] } ?? columns.outcome(row)
  }

  /// Whether the outcome's texts are at hand.
  func hasTexts(_ row: Int) -> Bool { all != nil || whole.withLock { $0[row] != nil } }

  /// Fetches the texts of rows: a second pass over the file.
  ///
  /// - Throws: what reading throws, and ``RecordError`` where the file is not the same any more.
  func recall(_ rows: Set<Int>) throws {
    guard let origin else { return }
    let missing = whole.withLock { known in rows.filter { known[$0] == nil } }
    if missing.isEmpty { return }
    let found = try origin(missing)
    whole.withLock { $0.merge(found) { _, new in new } }
  }
}

/// One outcome of a table.
public struct ComparedOutcome: Sendable {
  let table: OutcomeTable
  let row: Int

  init(table: OutcomeTable, row: Int) {
    self.table = table
    self.row = row
  }

  private var columns: OutcomeColumns { _read { yield table.columns } }

  public var task: String { columns.groupNames[Int(columns.groups[row])].task }
  public var filter: String { columns.groupNames[Int(columns.groups[row])].filter }
  public var identity: ItemIdentity { columns.identities[row] }
  /// `sha256:...`, as ``ItemOutcome/item``.
  public var item: String { columns.itemText(row) }
  public var index: Int { columns.indices[row] }
  public var slices: [ItemOutcome.Slice] { columns.sliceSets[Int(columns.slices[row])] }
  public var cluster: String? { columns.clusterNames[Int(columns.clusters[row])] }
  public var isCorrect: Bool? { columns.flags[row].isCorrect }
  /// Whether right and wrong follow from a score of 1 or 0 alone, and mean nothing where other items have other scores.
  public var isCorrectnessInferred: Bool { columns.flags[row].contains(.isInferred) }
  public var hasError: Bool { columns.flags[row].contains(.hasError) }
  public var isUnscored: Bool { columns.flags[row].contains(.isUnscored) }
  /// The score of a metric, nil where there is none or it is not finite.
  public func score(_ metric: String) -> Double? { columns.score(row, metric) }
  /// The outcome with its texts, where they were recalled or are in memory; else with empty texts and no choices.
  public var outcome: ItemOutcome { table.outcome(row) }

  /// Whether ``outcome`` has its texts.
  public var hasTexts: Bool { table.hasTexts(row) }

  /// How far ahead the choice was that a metric picks, in the metric's own units; nil where the record does not say.
  public func margin(by metric: String) -> Double? { ChoiceRanking(rawValue: metric).flatMap { columns.margin(row, $0) } }

  /// Whether both are held to have said the same, byte for byte.
  public func hasSameAnswer(as other: ComparedOutcome) -> Bool { columns.answers[row] == other.columns.answers[other.row] }

  /// Whether a metric picks the same choice of both; nil where the records do not say what it picks.
  public func hasSamePick(as other: ComparedOutcome, by metric: String) -> Bool? {
    guard let ranking = ChoiceRanking(rawValue: metric) else { return nil }
    let (mine, its) = (columns.pick(row, ranking), other.columns.pick(other.row, ranking))
    return mine == 0 || its == 0 ? nil : mine == its
  }

  /// Whether both were asked the same; nil where a log does not say what was asked.
  public func hasSamePrompt(as other: ComparedOutcome) -> Bool? {
    let (mine, its) = (columns.prompts[row], other.columns.prompts[other.row])
    return mine == 0 || its == 0 ? nil : mine == its
  }

  /// Fetches the texts of outcomes, each from its own table.
  public static func recall(_ outcomes: some Sequence<ComparedOutcome>) throws {
    var wanted: [ObjectIdentifier: (table: OutcomeTable, rows: Set<Int>)] = [:]
    for outcome in outcomes {
      wanted[ObjectIdentifier(outcome.table), default: (outcome.table, [])].rows.insert(outcome.row)
    }
    for (table, rows) in wanted.values { try table.recall(rows) }
  }
}
