// The items that may not be trained on: all of a task's, or those that a run record was asked.

internal import Documents
internal import Records
public import Tasks

/// Finds the items of a gate.
///
/// A run record names its items by digests and holds none of their questions: those come from the tasks of its names, built in or named beside it. Of such
/// a task the items count that the record has.
public enum GateItems {
  /// - Parameters:
  ///   - names: task files, folders and built-in names, and run records.
  ///   - data: of built-in tasks, as for ``TaskCatalog/load(_:data:)``; those of records are among them.
  /// - Throws: ``GateError/recordHasNoQuestions(path:task:)``, ``GateError/recordOfOtherItems(path:task:items:)``, and what reading throws.
  public static func load(_ names: [String], data: [String: String] = [:]) throws -> [EvaluationTask] {
    var tasks = names.filter { !OutcomeSource.isRecord($0) }
    var recorded: [(path: String, items: [String: Set<String>])] = []
    for path in names where OutcomeSource.isRecord(path) {
      guard RecordReader.isRecord(path) else { throw GateError.recordHasNoQuestions(path: path, task: nil) }
      var items: [String: Set<String>] = [:]
      for outcome in try RecordReader.read(path).outcomes { items[outcome.task, default: []].insert(outcome.item) }
      recorded.append((path, items))
    }
    let builtIn = Set(TaskCatalog.builtInNames)
    for name in Set(recorded.flatMap(\.items.keys)).sorted() where builtIn.contains(name) && !tasks.contains(name) { tasks.append(name) }
    var loaded = tasks.isEmpty ? [] : try TaskCatalog.load(tasks, data: data)
    var kept: [Int: Set<String>] = [:]
    for (path, items) in recorded {
      for (name, identities) in items.sorted(by: { $0.key < $1.key }) {
        guard let place = loaded.firstIndex(where: { $0.name == name }) else { throw GateError.recordHasNoQuestions(path: path, task: name) }
        let unknown = identities.subtracting(loaded[place].items.map(\.identity)).count
        if unknown > 0 { throw GateError.recordOfOtherItems(path: path, task: name, items: unknown) }
        kept[place, default: []].formUnion(identities)
      }
    }
    for (place, identities) in kept { loaded[place].items.removeAll { !identities.contains($0.identity) } }
    return loaded
  }
}
