// A record file to its outcomes, line by line: strict, with the line of every fault.

internal import Documents

/// Reads run records.
public enum RecordReader {
  /// Reads a record into memory.
  ///
  /// - Parameter allowIncomplete: accept a record without its end line, and ignore a torn last line: for `--resume` and `merge`.
  /// - Throws: ``FileError``, ``JSONError`` with line and column, or ``RecordError``.
  public static func read(_ path: String, allowIncomplete: Bool = false) throws -> RunRecord {
    var outcomes: [ItemOutcome] = []
    let end = try forEachOutcome(path, allowIncomplete: allowIncomplete) { outcome, _ in outcomes.append(outcome) }
    return RunRecord(header: end.header, outcomes: outcomes, isComplete: end.isComplete, usage: end.usage)
  }

  /// Whether a file's first line is a run record's header, whatever its version.
  public static func isRecord(_ path: String) -> Bool {
    // A file that can't be read is no record; whoever opens it says why.
    guard !Files.isDirectory(path), let outline = try? JSONOutline.of(path) else { return false }
    return FlipgateLog.matches(outline)
  }

  /// What a record says beside its outcomes.
  struct Frame {
    var header: RecordHeader
    var isComplete: Bool
    var usage: RunUsage?
  }

  /// Calls `body` with each outcome and its line; memory holds the identities.
  static func forEachOutcome(
    _ path: String, allowIncomplete: Bool = false, _ body: (ItemOutcome, _ line: Int) throws -> Void
  ) throws -> Frame {
    var reading = Reading(file: path)
    try Files.forEachLine(path) { bytes, line, isTerminated in
      if let outcome = try reading.take(bytes, line: line, mayBeTorn: allowIncomplete && !isTerminated) { try body(outcome, line) }
    }
    return try reading.end(allowIncomplete: allowIncomplete)
  }

  /// Reads the outcomes of some lines again, without a look at the others.
  static func outcomes(_ path: String, at lines: Set<Int>) throws -> [Int: ItemOutcome] {
    var outcomes: [Int: ItemOutcome] = [:]
    try Files.forEachLine(path) { bytes, line, _ in
      if !lines.contains(line) { return }
      let value = try JSONValue.parse(bytes, file: path, firstLine: line, allowsNonFinite: false)
      outcomes[line] = try ItemOutcome(json: value, file: path, line: line)
    }
    return outcomes
  }
}

/// A record as far as it has been read.
private struct Reading {
  let file: String
  var header: RecordHeader?
  var count = 0
  var usage: RunUsage?
  var hasEnded = false
  /// For each task and filter, the items seen.
  private var seen: [Key: Set<ItemIdentity>] = [:]

  private struct Key: Hashable {
    var task: String
    var filter: String
  }

  init(file: String) { self.file = file }

  mutating func take(_ bytes: Span<UInt8>, line: Int, mayBeTorn: Bool) throws -> ItemOutcome? {
    if isBlank(bytes) { return nil }
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue.parse(bytes, file: file, firstLine: line, allowsNonFinite: false)
    } catch {
      if mayBeTorn && header != nil { return nil }
      if header == nil { throw RecordError(file: file, line: line, problem: .notARecord(found: "text that is not JSON")) }
      throw error
    }
    if hasEnded { throw RecordError(file: file, line: line, problem: .textAfterEnd) }
    guard let header else {
      header = try RecordHeader(json: value, file: file, line: line)
      return nil
    }
    if value["end"] != nil {
      try takeEnd(RecordFields(value, file: file, line: line))
      return nil
    }
    var outcome = try ItemOutcome(json: value, file: file, line: line)
    guard let task = header.tasks.first(where: { $0.name == outcome.task }) else {
      let nearest = nearestName(to: outcome.task, among: header.tasks.map(\.name))
      throw RecordError(file: file, line: line, problem: .unknownTask(outcome.task, nearest: nearest))
    }
    // The header's copy of the name serves every line.
    outcome.task = task.name
    if !seen[Key(task: task.name, filter: outcome.filter), default: []].insert(ItemIdentity(outcome.item)).inserted {
      throw RecordError(file: file, line: line, problem: .repeatedItem(task: task.name, item: outcome.item))
    }
    count += 1
    return outcome
  }

  private mutating func takeEnd(_ fields: RecordFields) throws(RecordError) {
    guard try fields.bool("end") else { throw fields.wrong("end", .bool(false), expected: "true") }
    let said = try fields.integer("items")
    if said != count { throw fields.error(.wrongItemCount(found: count, said: said)) }
    if let usage = try fields.optionalObject("usage") { self.usage = try RunUsage(usage) }
    hasEnded = true
  }

  func end(allowIncomplete: Bool) throws(RecordError) -> RecordReader.Frame {
    guard let header else { throw RecordError(file: file, problem: .notARecord(found: "an empty file")) }
    guard hasEnded else {
      if !allowIncomplete { throw RecordError(file: file, problem: .incomplete(items: count)) }
      return RecordReader.Frame(header: header, isComplete: false)
    }
    for task in header.tasks {
      let counts = seen.filter { $0.key.task == task.name }.map(\.value.count)
      for count in counts.isEmpty ? [0] : counts where count != task.items {
        throw RecordError(file: file, problem: .wrongTaskCount(task: task.name, found: count, said: task.items))
      }
    }
    return RecordReader.Frame(header: header, isComplete: true, usage: usage)
  }

  private func isBlank(_ bytes: Span<UInt8>) -> Bool {
    var index = 0
    while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 || bytes[index] == 0x0D { index += 1 }
    return index == bytes.count
  }
}
