// A record file to a run record, line by line: strict, with the line of every fault.

internal import Documents

/// Reads run records.
public enum RecordReader {
  /// Reads a record.
  ///
  /// - Parameter allowIncomplete: accept a record without its end line, and ignore a torn last line: for `--resume` and `merge`.
  /// - Throws: ``FileError``, ``JSONError`` with line and column, or ``RecordError``.
  public static func read(_ path: String, allowIncomplete: Bool = false) throws -> RunRecord {
    var reading = Reading(file: path)
    try Files.forEachLine(path) { bytes, line, isTerminated in
      try reading.take(bytes, line: line, mayBeTorn: allowIncomplete && !isTerminated)
    }
    return try reading.record(allowIncomplete: allowIncomplete)
  }

  /// Whether a file's first line is a run record's header, whatever its version.
  public static func isRecord(_ path: String) -> Bool {
    struct Found: Error { var answer: Bool }
    do {
      try Files.forEachLine(path) { bytes, line, _ in
        // Text that is no JSON is no record.
        let header = try? JSONValue.parse(bytes, file: path, firstLine: line)
        throw Found(answer: header?["format"]?.string == RecordFormat.name)
      }
      return false
    } catch {
      return (error as? Found)?.answer ?? false
    }
  }
}

/// A record as far as it has been read.
private struct Reading {
  let file: String
  var header: RecordHeader?
  var outcomes: [ItemOutcome] = []
  var usage: RunUsage?
  var hasEnded = false
  /// For each task and filter, the items seen.
  private var seen: [Key: Set<String>] = [:]

  private struct Key: Hashable {
    var task: String
    var filter: String
  }

  init(file: String) { self.file = file }

  mutating func take(_ bytes: Span<UInt8>, line: Int, mayBeTorn: Bool) throws {
    if isBlank(bytes) { return }
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue.parse(bytes, file: file, firstLine: line, allowsNonFinite: false)
    } catch {
      if mayBeTorn && header != nil { return }
      if header == nil { throw RecordError(file: file, line: line, problem: .notARecord(found: "text that is not JSON")) }
      throw error
    }
    if hasEnded { throw RecordError(file: file, line: line, problem: .textAfterEnd) }
    guard let header else {
      let header = try RecordHeader(json: value, file: file, line: line)
      self.header = header
      // What a header says is not trusted with memory.
      outcomes.reserveCapacity(min(header.tasks.reduce(0) { $0 &+ min($1.items, 1 << 20) }, 1 << 20))
      return
    }
    if value["end"] != nil { return try end(RecordFields(value, file: file, line: line)) }
    var outcome = try ItemOutcome(json: value, file: file, line: line)
    guard let task = header.tasks.first(where: { $0.name == outcome.task }) else {
      let nearest = nearestName(to: outcome.task, among: header.tasks.map(\.name))
      throw RecordError(file: file, line: line, problem: .unknownTask(outcome.task, nearest: nearest))
    }
    // The header's copy of the name serves every line.
    outcome.task = task.name
    if !seen[Key(task: task.name, filter: outcome.filter), default: []].insert(outcome.item).inserted {
      throw RecordError(file: file, line: line, problem: .repeatedItem(task: task.name, item: outcome.item))
    }
    outcomes.append(outcome)
  }

  private mutating func end(_ fields: RecordFields) throws(RecordError) {
    guard try fields.bool("end") else { throw fields.wrong("end", .bool(false), expected: "true") }
    let said = try fields.integer("items")
    if said != outcomes.count { throw fields.error(.wrongItemCount(found: outcomes.count, said: said)) }
    if let usage = try fields.optionalObject("usage") { self.usage = try RunUsage(usage) }
    hasEnded = true
  }

  func record(allowIncomplete: Bool) throws(RecordError) -> RunRecord {
    guard let header else { throw RecordError(file: file, problem: .notARecord(found: "an empty file")) }
    guard hasEnded else {
      if !allowIncomplete { throw RecordError(file: file, problem: .incomplete(items: outcomes.count)) }
      return RunRecord(header: header, outcomes: outcomes, isComplete: false)
    }
    for task in header.tasks {
      let counts = seen.filter { $0.key.task == task.name }.map(\.value.count)
      for count in counts.isEmpty ? [0] : counts where count != task.items {
        throw RecordError(file: file, problem: .wrongTaskCount(task: task.name, found: count, said: task.items))
      }
    }
    return RunRecord(header: header, outcomes: outcomes, isComplete: true, usage: usage)
  }

  private func isBlank(_ bytes: Span<UInt8>) -> Bool {
    var index = 0
    while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 || bytes[index] == 0x0D { index += 1 }
    return index == bytes.count
  }
}
