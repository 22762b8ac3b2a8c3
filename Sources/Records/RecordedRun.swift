// One side of a comparison: a run record or another tool's log, or a record in memory, as columns.

internal import Documents

/// What a comparison takes: who answered, and the outcomes without their texts.
public struct RecordedRun: Sendable {
  public var header: RecordHeader
  public var outcomes: OutcomeTable
  /// Whether the run came to its end.
  public var isComplete: Bool
  /// What a person should know of how the log was read, a sentence each.
  public var notes: [String]

  /// A record in memory.
  public init(_ record: RunRecord) {
    header = record.header
    outcomes = OutcomeTable(record.outcomes)
    isComplete = record.isComplete
    notes = []
  }

  /// A run that is known by a table, such as one side of a saved comparison.
  public init(header: RecordHeader, outcomes: OutcomeTable, isComplete: Bool, notes: [String] = []) {
    self.header = header
    self.outcomes = outcomes
    self.isComplete = isComplete
    self.notes = notes
  }

  /// Reads a run record or another tool's log; its texts stay in the file until they are asked for.
  ///
  /// - Parameter format: nil to tell it from the contents.
  /// - Throws: ``FileError``, ``JSONError``, ``RecordError`` or ``LogError``, each with file and line.
  public init(path: String, format: LogFormat? = nil) throws {
    try self.init((try format ?? LogFormat.detect(path)).open(path))
  }

  init(_ log: any OutcomeLog) throws {
    let type = type(of: log)
    var intake = OutcomeIntake(repeats: type.repeats)
    let frame = try log.forEachOutcome { logged in intake.take(logged) }
    intake.numberRepetitions()
    var header = frame.header
    if header.tasks.isEmpty || type.format != .flipgate { header.tasks = intake.tasks(header.tasks) }
    if intake.columns.count == 0, type.format != .flipgate { throw LogError(path: log.path, problem: .noOutcomes(type.format)) }
    self.header = header
    isComplete = frame.isComplete
    notes = frame.notes
    if intake.replaced > 0 {
      notes.append("\(log.path): \(intake.replaced) outcomes stand in the log more than once; the last one of each counts")
    }
    let columns = intake.columns
    outcomes = OutcomeTable(columns) { rows in try Self.recall(rows, of: columns, from: log) }
  }

  /// A second pass: the outcomes of some rows, with their texts.
  private static func recall(_ rows: Set<Int>, of columns: OutcomeColumns, from log: any OutcomeLog) throws -> [Int: ItemOutcome] {
    var wanted: [Int: [Int]] = [:]
    for row in rows { wanted[columns.places[row], default: []].append(row) }
    var found: [Int: ItemOutcome] = [:]
    try log.forEachOutcome(at: Set(wanted.keys)) { logged in
      for row in wanted[logged.place] ?? [] where columns.isSame(row, logged) {
        var outcome = logged.outcome
        outcome.item = columns.itemText(row)
        found[row] = outcome
      }
    }
    if found.count < rows.count { throw FileError(path: log.path, problem: .changed("an item was not found a second time")) }
    return found
  }
}

/// How a log's repetitions of an item are meant.
enum RepeatMeaning {
  /// They are faults that the reader has found already.
  case none
  /// Each is an item of its own: two documents may be the same.
  case items
  /// The same index again is a later run over the item, whose outcome counts; another index is an item of its own.
  case laterRuns
}

/// Outcomes on their way into columns: repetitions are told apart, tasks and metrics collected.
struct OutcomeIntake {
  private(set) var columns = OutcomeColumns()
  private(set) var replaced = 0
  private let repeats: RepeatMeaning
  /// How many items of an identity there are.
  private var counts: [Key: Int] = [:]
  /// The row of each item of a log that may hold later runs.
  private var rows: [IndexedKey: Int] = [:]

  private struct Key: Hashable {
    var group: UInt32
    var identity: ItemIdentity
  }

  private struct IndexedKey: Hashable {
    var key: Key
    var index: Int
  }

  init(repeats: RepeatMeaning) { self.repeats = repeats }

  mutating func take(_ logged: LoggedOutcome) {
    let group = columns.group(of: logged.outcome)
    let identity = ItemIdentity(logged.outcome.item)
    let key = Key(group: group, identity: identity)
    switch repeats {
    case .none: return columns.append(logged, identity: identity, group: group)
    case .items: break
    case .laterRuns:
      let indexed = IndexedKey(key: key, index: logged.outcome.index)
      if let row = rows.updateValue(columns.count, forKey: indexed) {
        replaced += 1
        return columns.replace(row, with: logged)
      }
    }
    counts[key, default: 0] += 1
    columns.append(logged, identity: identity, group: group)
  }

  /// Numbers the items of one identity by their index: logs do not keep the order of the data.
  mutating func numberRepetitions() {
    if !counts.values.contains(where: { $0 > 1 }) { return }
    var repeated: [Key: [Int]] = [:]
    for row in 0..<columns.count where !columns.removed.contains(row) {
      let key = Key(group: columns.groups[row], identity: columns.identities[row])
      if counts[key, default: 0] > 1 { repeated[key, default: []].append(row) }
    }
    for (key, rows) in repeated {
      let ordered = rows.sorted { (columns.indices[$0], $0) < (columns.indices[$1], $1) }
      for (number, row) in ordered.enumerated() { columns.identities[row] = key.identity.numbered(number + 1) }
    }
  }

  /// The header's tasks with what was found: every task, its items and its metrics; `known` says what a log says of them.
  func tasks(_ known: [RecordHeader.Task]) -> [RecordHeader.Task] {
    var counts: [String: [String: Int]] = [:]
    var metrics: [String: [UInt32]] = [:]
    var order: [String] = []
    for row in 0..<columns.count where !columns.removed.contains(row) {
      let group = columns.groupNames[Int(columns.groups[row])]
      if counts[group.task] == nil { order.append(group.task) }
      counts[group.task, default: [:]][group.filter, default: 0] += 1
      for place in columns.scoreStarts[row]..<columns.scoreStarts[row + 1] {
        let metric = columns.scoreMetrics[place]
        if !(metrics[group.task]?.contains(metric) ?? false) { metrics[group.task, default: []].append(metric) }
      }
    }
    return order.map { name in
      let found = (metrics[name] ?? []).map { columns.metricNames[Int($0)] }
      var task =
        known.first { $0.name == name }
        ?? RecordHeader.Task(
          name: name, taskDigest: RecordHeader.unknown, dataDigest: RecordHeader.unknown, fewshotCount: 0, items: 0, metrics: [],
          primaryMetric: "")
      task.items = counts[name]?.values.max() ?? 0
      let known = task.metrics
      task.metrics = found.map { metric in
        known.first { $0.name == metric } ?? .init(name: metric, higherIsBetter: MetricKnowledge.higherIsBetter(metric))
      }
      if task.primaryMetric.isEmpty { task.primaryMetric = MetricKnowledge.primary(of: task.metrics.map(\.name)) ?? "" }
      return task
    }
  }
}

extension OutcomeColumns {
  /// Whether a second reading of a place gave the outcome of this row.
  func isSame(_ row: Int, _ logged: LoggedOutcome) -> Bool {
    let group = groupNames[Int(groups[row])]
    return group.task == logged.outcome.task && group.filter == logged.outcome.filter && indices[row] == logged.outcome.index
      && identities[row].hasSameDigest(as: ItemIdentity(logged.outcome.item))
  }
}

extension RecordHeader {
  /// What stands in a header where a log does not say.
  public static let unknown = "unknown"
}
