// From sources to tokens: what is trained and validated on, with what was left out on the way.

internal import Checkpoints
internal import Documents
internal import LanguageModels
internal import Tasks
internal import Templates
internal import Tokenization

/// The data of a run.
struct AdaptationData {
  var split: ValidationSplit
  var validationIsGiven: Bool
  /// Names and digests of the sources.
  var sources: [(name: String, digest: String)]
  var dropped = 0
  var truncated = 0
  var gateItems = 0

  /// Reads, checks and encodes the data of a request.
  ///
  /// - Throws: ``OverlapError`` where an example holds an item of the gate and none may be dropped; ``TrainingError``, ``TrainingDataError``, and what
  ///   reading throws.
  init(_ request: AdaptationRequest, settings: TrainingSettings, objective: Objective, checkpoint: Checkpoint, contextLength: Int) throws {
    let reader = ExampleReader(chat: try Self.chat(of: checkpoint, path: request.new.path))
    var sources: [(name: String, digest: String)] = []
    func read(_ list: [AdaptationRequest.Source]) throws -> [TrainingExample] {
      var examples: [TrainingExample] = []
      for source in list {
        switch source {
        case .file(let path):
          let file = try reader.read(path)
          examples += file.examples
          sources.append((Files.name(of: path), file.digest))
        case .task(let task):
          let found = TrainingExample.examples(of: task)
          if found.isEmpty { throw TrainingError.noExamples(source: task.name, reason: "no item of the task has a right answer") }
          examples += found
          sources.append((task.name, task.dataDigest))
        }
      }
      return examples
    }
    var training = try read(request.training)
    var validation = try read(request.validation)
    if !request.gate.isEmpty {
      let check = OverlapCheck(request.gate)
      gateItems = check.itemCount
      let total = training.count + validation.count
      let found = check.findings(in: training)
      let foundInValidation = check.findings(in: validation)
      if !(found + foundInValidation).isEmpty, !request.dropsOverlap { throw OverlapError(findings: found + foundInValidation, examples: total) }
      let (bad, badInValidation) = (Set(found.map(\.example)), Set(foundInValidation.map(\.example)))
      training = training.indices.filter { !bad.contains($0) }.map { training[$0] }
      validation = validation.indices.filter { !badInValidation.contains($0) }.map { validation[$0] }
      dropped = total - training.count - validation.count
    }
    let name = sources.first?.name ?? "the training data"
    if training.isEmpty { throw TrainingError.noExamples(source: name, reason: "every example holds an item of the gate") }
    let encoder = ExampleEncoder(
      try LanguageModel.tokenizer(of: checkpoint), limit: min(settings.maxTokens, contextLength), longExamples: request.longExamples,
      completionOnly: !objective.countsPrompt, addsEnd: request.addsEnd)
    let encoded = try encoder.encode(training)
    let encodedValidation = try encoder.encode(validation)
    truncated = encoded.truncated + encodedValidation.truncated
    validationIsGiven = !request.validation.isEmpty
    split =
      validationIsGiven
      ? ValidationSplit(training: encoded.examples, validation: encodedValidation.examples, settings: settings)
      : ValidationSplit(encoded.examples, settings: settings)
    self.sources = sources
    if split.training.isEmpty {
      throw TrainingError.noExamples(
        source: name, reason: encoded.examples.isEmpty ? "no example has two tokens" : "all examples are kept for validation")
    }
    if split.validation.isEmpty, validationIsGiven || settings.validationShare > 0 { throw TrainingError.noValidation(source: name) }
  }

  private static func chat(of checkpoint: Checkpoint, path: String) throws -> ExampleReader.Chat? {
    guard let templates = try LanguageModel.chatTemplates(of: checkpoint) else { return nil }
    return ExampleReader.Chat(
      template: try ChatTemplate(try templates.text(), name: "\(path): chat template"), specialTokens: try LanguageModel.specialTokens(of: checkpoint)
    )
  }
}
