// A task's questions with their right answers, as examples: what a model is trained on before it is asked others of the kind.

public import Tasks

extension TrainingExample {
  /// The examples of a task's items: the prompt that a model is asked with, and the right answer behind it.
  ///
  /// A choice is followed by no end token, for no evaluation asks for one there; a written answer is.
  public static func examples(of task: EvaluationTask) -> [TrainingExample] {
    task.items.compactMap { item in
      let origin = Origin.item(task: task.name, index: item.index)
      switch item.question {
      case .multipleChoice(let requests, _, let gold, _):
        guard let right = gold.first, requests.indices.contains(right) else { return nil }
        return TrainingExample(
          prompt: requests[right].context, completion: requests[right].continuation, isComplete: false, origin: origin)
      case .likelihood(let request):
        return TrainingExample(prompt: request.context, completion: request.continuation, isComplete: false, origin: origin)
      case .unaskable: return nil
      case .rolling(let text): return TrainingExample(prompt: "", completion: text, isComplete: false, origin: origin)
      case .generation(let request, let references):
        guard let right = references.first, !right.isEmpty else { return nil }
        let touches = request.context.unicodeScalars.last.map { !$0.properties.isWhitespace } ?? false
        let starts = right.unicodeScalars.first.map { !$0.properties.isWhitespace } ?? false
        return TrainingExample(prompt: request.context, completion: (touches && starts ? " " : "") + right, origin: origin)
      }
    }
  }
}
