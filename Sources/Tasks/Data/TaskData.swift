// The documents of a task: those that are asked, and those that examples are drawn from.

internal import Documents

/// Reads a task's data and builds the task.
struct TaskData {
  let definition: TaskDefinition
  /// What the command line gives: `NAME` or `NAME/SPLIT` -> file.
  let given: [String: String]

  /// - Parameters:
  ///   - cache: files that were read for another task of the same group.
  ///   - requiresData: whether missing data is an error; else the result is nil.
  func task(requiresData: Bool, cache: inout [String: TaskDocuments]) throws -> EvaluationTask? {
    guard let split = definition.splits.evaluated else { return nil }
    guard let evaluated = try documents(split, &cache) else {
      if !requiresData { return nil }
      throw TaskLoadError(.missingData(task: definition.name, option: definition.name, origin: origin(split)))
    }
    if evaluated.documents.isEmpty { throw TaskLoadError(.noDocuments(task: definition.name, files: evaluated.files)) }
    var pool: TaskDocuments?
    if definition.fewShot.count > 0, definition.fewShot.samples == nil || definition.fewShot.split != nil {
      let from = definition.fewShot.split ?? definition.splits.training ?? definition.splits.validation ?? split
      if from == split {
        pool = evaluated.asPool
      } else if let documents = try documents(from, &cache) {
        pool = TaskDocuments(documents: documents.documents, digests: documents.digests)
      } else {
        if !requiresData { return nil }
        throw TaskLoadError(
          .missingData(
            task: definition.name, option: "\(definition.name)/\(from)",
            origin: "its few-shot examples come from the split \(quoted(from)); \(origin(from))"))
      }
    }
    var definition = definition
    if pool != nil { definition.fewShot.samples = nil }
    return try TaskBuilder.task(
      definition, evaluated: TaskDocuments(documents: evaluated.documents, digests: evaluated.digests), pool: pool)
  }

  private func origin(_ split: String) -> String {
    if let builtIn = definition.builtIn { return "it takes \(builtIn.origin)" }
    if case .hub(let name) = definition.dataset {
      return "the data set \(quoted(name)) is not fetched: save its split \(quoted(split)) as JSON Lines"
    }
    return "save the split \(quoted(split)) as JSON Lines"
  }

  private struct SplitDocuments {
    var documents: [TaskDocument]
    var digests: [String]
    var files: [String]

    /// The same documents to draw examples from: their files are counted once.
    var asPool: TaskDocuments { TaskDocuments(documents: documents, digests: []) }
  }

  /// The documents of a split; nil where its data has to be given and is not.
  private func documents(_ split: String, _ cache: inout [String: TaskDocuments]) throws -> SplitDocuments? {
    let isEvaluated = split == definition.splits.evaluated
    if let path = given["\(definition.name)/\(split)"] ?? (isEvaluated ? given[definition.name] : nil) {
      return try read([path], DataLayout(), &cache)
    }
    if let group = definition.builtIn?.dataName, let path = given["\(group)/\(split)"] ?? (isEvaluated ? given[group] : nil) {
      return try read([path], DataLayout(), &cache)
    }
    guard let splits = try definition.dataset.splits() else { return nil }
    guard let files = splits.first(where: { $0.split == split }) else {
      throw TaskLoadError(.noSplit(task: definition.name, split: split, known: splits.map(\.split), location: definition.location))
    }
    return try read(files.paths, definition.dataset.layout, &cache)
  }

  private func read(_ paths: [String], _ layout: DataLayout, _ cache: inout [String: TaskDocuments]) throws -> SplitDocuments {
    var result = SplitDocuments(documents: [], digests: [], files: paths)
    for path in paths {
      var part = try cache[path] ?? DataFile.read(path, layout)
      if definition.builtIn?.dataName != nil { cache[path] = part }
      if let builtIn = definition.builtIn { part = try builtIn.prepare(part, path) }
      result.documents += part.documents
      result.digests += part.digests
    }
    return result
  }
}
