// Why the tasks that were asked for can't be loaded.

public import Documents

/// Tasks that can't be loaded.
public struct TaskLoadError: Diagnostic {
  public enum Problem: Sendable {
    case unknownName(String, builtIns: [String])
    case duplicateTask(String, first: String, second: String)
    /// A task without data: what to give, and where the data comes from.
    case missingData(task: String, option: String, origin: String)
    case unusedData(String, tasks: [String])
    case noDocuments(task: String, files: [String])
    case noSplit(task: String, split: String, known: [String], location: SourceLocation)
    case noTasks(folder: String)
    case noTrainingSplit(task: String, location: SourceLocation)
    /// Everything that is wrong with the task files.
    case invalid([TaskProblem])
  }

  public var problem: Problem
  init(_ problem: Problem) { self.problem = problem }
}

extension TaskLoadError {
  public var description: String {
    switch problem {
    case .unknownName(let name, let builtIns):
      "there is no task file, folder or built-in task \(quoted(name)); built in are \(builtIns.joined(separator: ", "))"
        + (nearestName(to: name, among: builtIns).map { "; did you mean \(quoted($0))?" } ?? "")
    case .duplicateTask(let name, let first, let second):
      "the task \(quoted(name)) is asked for twice, by \(first) and by \(second); leave one of them out, or rename one"
    case .missingData(let task, let option, let origin):
      "the task \(quoted(task)) has no data here; give it with --data \(option)=FILE; \(origin)"
    case .unusedData(let name, let tasks):
      "--data names \(quoted(name)), but no such task is loaded; loaded are \(tasks.joined(separator: ", "))"
        + (nearestName(to: name, among: tasks).map { "; did you mean \(quoted($0))?" } ?? "")
    case .noDocuments(let task, let files):
      "the task \(quoted(task)) has no documents: \(files.isEmpty ? "its data is empty" : files.joined(separator: ", ") + " is empty"); nothing can be compared"
    case .noSplit(let task, let split, let known, let location):
      "\(location): the data of the task \(quoted(task)) has no split \(quoted(split)); it has \(known.map { quoted($0) }.joined(separator: ", "))"
    case .noTasks(let folder): "\(folder): there is no task file (*.yaml, *.yml) with a key \"task\" or \"group\" in this folder"
    case .noTrainingSplit(let task, let location):
      "\(location): the task \(quoted(task)) names no training_split, so there is nothing of it to train on; name one, or give training data of its form"
    // The cause of a single problem follows in the chain; those of many stand with them.
    case .invalid(let problems):
      problems.count == 1 ? problems[0].description : problems.map { explanation(of: $0) }.joined(separator: "\n")
    }
  }

  public var cause: (any Error)? {
    if case .invalid(let problems) = problem, problems.count == 1 { problems[0].cause } else { nil }
  }
}
