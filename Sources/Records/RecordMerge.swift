// Shards to one record: nothing missing, nothing twice, nothing in contradiction.

public import Documents

/// A set of shards that do not make one record.
public struct MergeError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    case nothing
    /// Two files come from different runs.
    case otherRun(field: String, first: String, second: String, firstFile: String)
    case otherShardCount(found: Int, expected: Int, firstFile: String)
    case missingShards([Int], count: Int)
    /// A shard is there, but not all of its items.
    case missingItems(shard: Int, count: Int, task: String, found: Int, said: Int)
    /// Two files say different things about one item.
    case conflict(task: String, item: String, firstFile: String)
  }

  /// The file that is at fault; empty where all of them are.
  public var file: String
  public var problem: Problem

  public init(file: String, problem: Problem) {
    self.file = file
    self.problem = problem
  }

  public var severity: DiagnosticSeverity {
    switch problem {
    case .missingShards, .missingItems: .undecided
    default: .configuration
    }
  }
}

extension MergeError {
  public var description: String {
    switch problem {
    case .nothing: "there is no record to merge; name at least one"
    case .otherRun(let field, let first, let second, let firstFile):
      "\(file): the \(field) is \(second), and \(first) in \(firstFile); only shards of one run can be merged"
    case .otherShardCount(let found, let expected, let firstFile):
      "\(file): this is a shard of \(found), and \(firstFile) one of \(expected); only shards of one run can be merged"
    case .missingShards(let missing, let count):
      "shard \(missing.map { "\($0)/\(count)" }.joined(separator: ", ")) is missing; evaluate and add it"
    case .missingItems(let shard, let count, let task, let found, let said):
      "\(file): shard \(shard)/\(count) holds \(found) of its \(said) items of \(quoted(task)); finish it with --resume"
    case .conflict(let task, let item, let firstFile):
      "\(file): the item \(quoted(item)) of \(quoted(task)) has another outcome here than in \(firstFile); evaluate the shards again with one engine"
    }
  }
}

/// Merges shards.
public enum RecordMerge {
  /// One record of all shards, in task order, then item order; its creation time is the latest.
  ///
  /// A record that is no shard counts as shard 1/1. A shard may be there several times, and unfinished, as long as its files together hold all of its
  /// items and agree on each. Usage is added up; of peak memory the largest counts.
  ///
  /// - Parameter records: each with the name of its file, for errors.
  public static func merge(_ records: [(file: String, record: RunRecord)]) throws(MergeError) -> RunRecord {
    guard let first = records.first else { throw MergeError(file: "", problem: .nothing) }
    let count = first.record.header.shard?.count ?? 1
    var outcomes: [ItemOutcome] = []
    var places: [ItemKey: (place: Int, file: String)] = [:]
    // For each shard and task, the identities found.
    var found: [ShardTask: Set<String>] = [:]

    for (file, record) in records {
      if let difference = first.record.header.difference(from: record.header, sameShard: false) {
        let problem = MergeError.Problem.otherRun(
          field: difference.field, first: difference.first, second: difference.second, firstFile: first.file)
        throw MergeError(file: file, problem: problem)
      }
      let shard = record.header.shard ?? RecordHeader.Shard(index: 1, count: 1)
      guard shard.count == count else {
        throw MergeError(file: file, problem: .otherShardCount(found: shard.count, expected: count, firstFile: first.file))
      }
      for outcome in record.outcomes {
        found[ShardTask(shard: shard.index, task: outcome.task), default: []].insert(outcome.item)
        if let known = places[ItemKey(outcome)] {
          guard outcomes[known.place] == outcome else {
            throw MergeError(file: file, problem: .conflict(task: outcome.task, item: outcome.item, firstFile: known.file))
          }
        } else {
          places[ItemKey(outcome)] = (outcomes.count, file)
          outcomes.append(outcome)
        }
      }
    }
    try checkCoverage(records, count: count, found: found)
    return RunRecord(
      header: header(of: records.map(\.record), outcomes: outcomes, first: first.record.header), outcomes: outcomes, isComplete: true,
      usage: usage(of: records.map(\.record))
    ).inOrder()
  }

  private struct ShardTask: Hashable {
    var shard: Int
    var task: String
  }

  private static func checkCoverage(
    _ records: [(file: String, record: RunRecord)], count: Int, found: [ShardTask: Set<String>]
  ) throws(MergeError) {
    let present = Set(records.map { $0.record.header.shard?.index ?? 1 })
    // At most as many are named as a person reads; the count itself may be anything.
    var missing: [Int] = []
    var index = 1
    while index <= count, missing.count < 16 {
      if !present.contains(index) { missing.append(index) }
      index += 1
    }
    if !missing.isEmpty { throw MergeError(file: "", problem: .missingShards(missing, count: count)) }
    for (file, record) in records {
      let shard = record.header.shard?.index ?? 1
      for task in record.header.tasks {
        let held = found[ShardTask(shard: shard, task: task.name)]?.count ?? 0
        if held < task.items {
          let problem = MergeError.Problem.missingItems(shard: shard, count: count, task: task.name, found: held, said: task.items)
          throw MergeError(file: file, problem: problem)
        }
      }
    }
  }

  private static func header(of records: [RunRecord], outcomes: [ItemOutcome], first: RecordHeader) -> RecordHeader {
    var header = first
    header.shard = nil
    header.created = records.map(\.header.created).max() ?? first.created
    var items: [String: Set<String>] = [:]
    for outcome in outcomes { items[outcome.task, default: []].insert(outcome.item) }
    for place in header.tasks.indices { header.tasks[place].items = items[header.tasks[place].name]?.count ?? 0 }
    return header
  }

  private static func usage(of records: [RunRecord]) -> RunUsage? {
    let usages = records.compactMap(\.usage)
    guard var total = usages.first else { return nil }
    for usage in usages.dropFirst() {
      total.peakMemory = max(total.peakMemory, usage.peakMemory)
      total.seconds += usage.seconds
      total.tokensComputed = total.tokensComputed.addingSaturated(usage.tokensComputed)
      total.tokensRequested = total.tokensRequested.addingSaturated(usage.tokensRequested)
      total.itemsFromCache = total.itemsFromCache.addingSaturated(usage.itemsFromCache)
    }
    return total
  }
}

extension Int {
  /// The sum, or the largest integer where it does not fit: numbers from a file must not trap.
  fileprivate func addingSaturated(_ other: Int) -> Int {
    let (sum, overflows) = addingReportingOverflow(other)
    return overflows ? .max : sum
  }
}
