// The forms in which a run can be written beside its record.

internal import ArgumentParser
internal import Documents
internal import Records
internal import Tasks

enum AlsoFormat: String, ExpressibleByArgument, CaseIterable {
  case lmEval = "lm-eval"

  /// Writes the record's files into a folder.
  func write(_ record: RunRecord, of tasks: [EvaluationTask], to folder: String) throws {
    var requests: [String: [String: LMEvalWriter.Requests]] = [:]
    for task in tasks {
      for item in task.items { requests[task.name, default: [:]][item.identity] = Self.requests(of: item.question) }
    }
    for file in LMEvalWriter.files(record, requests: { requests[$0.task]?[$0.item] }) {
      try Files.write(file.bytes, to: Files.path(file.name, relativeTo: folder))
    }
  }

  private static func requests(of question: TaskItem.Question) -> LMEvalWriter.Requests {
    switch question {
    case .multipleChoice(let requests, _, _, _): requests.map { ($0.context, $0.continuation) }
    case .likelihood(let request): [(request.context, request.continuation)]
    case .rolling(let text): [(text, nil)]
    case .generation(let request, _): [(request.context, nil)]
    case .unaskable: []
    }
  }
}
