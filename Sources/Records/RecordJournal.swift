// A record while it is being made: each outcome is on the disk as soon as it is known, so that an interrupted run loses none.

public import Documents

/// The growing file beside a record, `PATH.part`, and its last step to `PATH`.
///
/// Appending may be done from several threads: each call is one write of whole lines.
public final class RecordJournal: Sendable {
  /// Where the complete record will stand.
  public let path: String
  public let header: RecordHeader
  private let file: AppendFile

  /// Where the unfinished record of `path` stands.
  public static func partPath(of path: String) -> String { path + ".part" }

  /// Starts a record; an unfinished one of the same name is replaced, a complete one only when this one is finished.
  public static func begin(_ path: String, header: RecordHeader) throws(FileError) -> RecordJournal {
    try RecordJournal(path, header: header, outcomes: [])
  }

  /// Goes on with a record: the outcomes that `PATH.part` and `PATH` already hold, those with an error left out so that they are tried again.
  ///
  /// Where neither file is there, this is ``begin(_:header:)``. A torn last line is dropped.
  ///
  /// - Throws: ``RecordError`` naming the first difference where a file was made by another model, engine or task.
  public static func resume(_ path: String, header: RecordHeader) throws -> (journal: RecordJournal, outcomes: [ItemOutcome]) {
    var outcomes: [ItemOutcome] = []
    var known: Set<ItemKey> = []
    for source in [partPath(of: path), path] where Files.exists(source) {
      // A part whose header was torn holds nothing: no item line was written before it.
      if source != path, try !hasWholeLine(source) { continue }
      let record = try RecordReader.read(source, allowIncomplete: true)
      if let difference = record.header.difference(from: header, sameShard: true) {
        let problem = RecordError.Problem.otherRun(field: difference.field, found: difference.first, expected: difference.second)
        throw RecordError(file: source, line: 1, problem: problem)
      }
      for outcome in record.outcomes where outcome.error == nil && known.insert(ItemKey(outcome)).inserted { outcomes.append(outcome) }
    }
    return (try RecordJournal(path, header: header, outcomes: outcomes), outcomes)
  }

  private init(_ path: String, header: RecordHeader, outcomes: [ItemOutcome]) throws(FileError) {
    self.path = path
    self.header = header
    let part = Self.partPath(of: path)
    try Files.makeDirectory(Files.parent(of: path))
    // What is kept is written anew and renamed, so that at no time less is on the disk than before.
    let temporary = Files.temporaryPath(for: part)
    do {
      let file = try AppendFile(creating: temporary)
      try file.append(RecordWriter.line(header.json) + Self.lines(outcomes))
      try file.synchronize()
      try Files.rename(temporary, to: part)
    } catch {
      Files.remove(temporary)
      throw FileError(path: part, problem: error.problem)
    }
    file = try AppendFile(appendingTo: part)
  }

  /// Puts outcomes on the disk, one line each.
  public func append(_ outcomes: [ItemOutcome]) throws(FileError) {
    if !outcomes.isEmpty { try file.append(Self.lines(outcomes)) }
  }

  /// Waits until what was appended has reached the disk itself.
  public func synchronize() throws(FileError) { try file.synchronize() }

  /// Writes the complete record in task and item order, renames it to its place, and removes the unfinished one.
  ///
  /// - Parameter outcomes: every outcome of the run, in any order.
  /// - Returns: the record as it now stands in the file.
  public func finish(_ outcomes: [ItemOutcome], usage: RunUsage?) throws(FileError) -> RunRecord {
    let record = RunRecord(header: header, outcomes: outcomes, isComplete: true, usage: usage).inOrder()
    try RecordWriter.write(record, to: path)
    Files.remove(Self.partPath(of: path))
    return record
  }

  private static func lines(_ outcomes: [ItemOutcome]) -> [UInt8] {
    var bytes: [UInt8] = []
    for outcome in outcomes {
      outcome.json.append(to: &bytes)
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  private static func hasWholeLine(_ path: String) throws -> Bool {
    struct Found: Error {}
    do {
      try Files.forEachLine(path) { _, _, isTerminated in if isTerminated { throw Found() } }
      return false
    } catch is Found {
      return true
    }
  }
}

/// What tells an outcome from every other of a record.
struct ItemKey: Hashable {
  var task: String
  var item: String
  var filter: String

  init(_ outcome: ItemOutcome) {
    task = outcome.task
    item = outcome.item
    filter = outcome.filter
  }
}
