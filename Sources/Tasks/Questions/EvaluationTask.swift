// A task with its items: what is loaded, and how its questions read for one model.

public import Metrics

/// A task with its data: what `TaskCatalog` loads and `Evaluation` runs.
public struct EvaluationTask: Sendable {
  /// What joins a continuation to its context: in plain text, and behind a chat template.
  public struct Joint: Sendable, Hashable {
    public var plain: String
    public var chat: String
    public init(plain: String = " ", chat: String = "") {
      self.plain = plain
      self.chat = chat
    }
  }

  public var name: String
  /// Digest of the task's definition (prompts, choices, filters, metrics), not of its file's layout.
  public var taskDigest: String
  /// Digest of the data files that the task reads.
  public var dataDigest: String
  public var fewshotCount: Int
  public var items: [TaskItem]
  /// The metrics with their options, in the task's order.
  public var metrics: [any Metric]
  /// The name of the metric that decides whether an item is right.
  public var primaryMetric: String
  /// What is made of generated answers before they are scored: each pipeline gives scores of its own. One called `none` where the task names none.
  public var filters: [FilterPipeline]
  public var joint: Joint

  public init(
    name: String, taskDigest: String, dataDigest: String, fewshotCount: Int, items: [TaskItem], metrics: [any Metric], primaryMetric: String,
    filters: [FilterPipeline] = [.none], joint: Joint = Joint()
  ) {
    self.name = name
    self.taskDigest = taskDigest
    self.dataDigest = dataDigest
    self.fewshotCount = fewshotCount
    self.items = items
    self.metrics = metrics
    self.primaryMetric = primaryMetric
    self.filters = filters
    self.joint = joint
  }

  /// An item's question with its prompt written in a style, as the harness writes it.
  ///
  /// - Throws: `TemplateError`, `ChatError` where the model's chat template refuses the prompt.
  public func question(of item: TaskItem, in style: PromptStyle) throws -> TaskItem.Question {
    if style.isPlain { return item.question }
    let contexts = try item.prompts.map { try style.context(of: $0) }
    func continuation(_ plain: String) -> String {
      guard style.chat != nil else { return plain }
      return joint.chat + String(decoding: plain.utf8.dropFirst(joint.plain.utf8.count), as: UTF8.self)
    }
    switch item.question {
    case .multipleChoice(let requests, let choices, let gold, let unconditional):
      return .multipleChoice(
        requests: requests.enumerated().map { index, request in
          let context = contexts.count == 1 ? contexts[0] : contexts.indices.contains(index) ? contexts[index] : request.context
          return LikelihoodRequest(context: context, continuation: continuation(request.continuation))
        }, choices: choices, gold: gold,
        unconditional: unconditional.map { LikelihoodRequest(context: "", continuation: continuation($0.continuation)) })
    case .likelihood(let request):
      return .likelihood(LikelihoodRequest(context: contexts.first ?? request.context, continuation: request.continuation))
    case .rolling, .unaskable: return item.question
    case .generation(let request, let references):
      return .generation(GenerationRequest(context: contexts.first ?? request.context, settings: request.settings), references: references)
    }
  }
}
