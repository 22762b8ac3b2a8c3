// A run record to a file: complete under its name, or not there at all.

public import Documents

/// Writes run records.
public enum RecordWriter {
  /// Writes a complete record: header, outcomes in task order and item order, end line. A temporary file is renamed to `path` at the end.
  public static func write(_ record: RunRecord, to path: String) throws(FileError) {
    try Files.makeDirectory(Files.parent(of: path))
    let temporary = Files.temporaryPath(for: path)
    do {
      let file = try AppendFile(creating: temporary)
      var bytes = line(record.header.json)
      for outcome in record.inOrder().outcomes {
        outcome.json.append(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        if bytes.count > 1 << 20 {
          try file.append(bytes)
          bytes.removeAll(keepingCapacity: true)
        }
      }
      bytes += endLine(items: record.outcomes.count, usage: record.usage)
      try file.append(bytes)
      try file.synchronize()
      try Files.rename(temporary, to: path)
    } catch {
      Files.remove(temporary)
      throw FileError(path: path, problem: error.problem)
    }
  }

  /// A value as one line.
  static func line(_ value: JSONValue) -> [UInt8] {
    var bytes: [UInt8] = []
    value.append(to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  private static func endLine(items: Int, usage: RunUsage?) -> [UInt8] {
    var members: [(String, JSONValue)] = [("end", true), ("items", .integer(items))]
    if let usage { members.append(("usage", usage.json)) }
    return line(.object(of: members))
  }
}

extension RunRecord {
  /// The record with its outcomes in the header's order of tasks, then by index, then by filter and identity.
  public func inOrder() -> RunRecord {
    var places: [String: Int] = [:]
    for (place, task) in header.tasks.enumerated() { places[task.name] = place }
    let last = places.count
    var record = self
    record.outcomes.sort { first, second in
      let (a, b) = (places[first.task] ?? last, places[second.task] ?? last)
      if a != b { return a < b }
      if first.index != second.index { return first.index < second.index }
      if first.filter != second.filter { return first.filter < second.filter }
      return first.item < second.item
    }
    return record
  }
}
