// A question in tokens: what the core is asked for one item.

internal import Digests
internal import LanguageModels
internal import Tasks

/// The requests of one item.
enum EncodedQuestion: Sendable {
  /// The continuations, then the same without a context where the metrics want them.
  case likelihoods([ScoringRequest], unconditional: [ScoringRequest])
  /// A whole text in windows that together cover each of its tokens once.
  case rolling([ScoringRequest])
  /// One request a repetition; greedy ones are asked once.
  case generation([LanguageModels.GenerationRequest], repeats: Int)

  /// What is scored by likelihood.
  var scoringRequests: [ScoringRequest] {
    switch self {
    case .likelihoods(let requests, let unconditional): requests + unconditional
    case .rolling(let windows): windows
    case .generation: []
    }
  }

  /// Tokens of the prompt, for the record.
  var promptTokens: Int {
    switch self {
    case .likelihoods(let requests, _): requests.first?.continuationStart ?? 0
    case .rolling(let windows): windows.reduce(0) { $0 + $1.continuationLength }
    case .generation(let requests, _): requests.first?.prompt.count ?? 0
    }
  }
}

/// Questions to tokens, for one model.
struct QuestionEncoder: Sendable {
  let encoder: RequestEncoder
  let style: PromptStyle
  let task: EvaluationTask
  let defaults: GenerationDefaults
  let seed: UInt64

  func encode(_ item: TaskItem) -> Result<EncodedQuestion, ItemFailure> {
    let question: TaskItem.Question
    do {
      question = try task.question(of: item, in: style)
    } catch {
      return .failure(.prompt(message: ItemFailure.sentence(error)))
    }
    do {
      switch question {
      case .multipleChoice(let requests, _, _, let unconditional):
        return .success(.likelihoods(try encoder.tokens(of: requests), unconditional: try encoder.tokens(of: unconditional)))
      case .likelihood(let request): return .success(.likelihoods(try encoder.tokens(of: [request]), unconditional: []))
      case .rolling(let text): return .success(.rolling(try encoder.windows(of: text)))
      case .generation(let request, _): return .success(try generation(request, item: item))
      case .unaskable(let reason, _): return .failure(.document(message: reason))
      }
    } catch let failure as ItemFailure {
      return .failure(failure)
    } catch {
      return .failure(.tokenization(message: ItemFailure.sentence(error)))
    }
  }

  private func generation(_ request: Tasks.GenerationRequest, item: TaskItem) throws -> EncodedQuestion {
    let settings = request.settings
    let prompt = try encoder.prompt(request.context, maximum: settings.maxTokens)
    func asked(_ sampling: LanguageModels.Sampling) -> LanguageModels.GenerationRequest {
      LanguageModels.GenerationRequest(
        prompt: prompt, maximumTokens: settings.maxTokens, stopStrings: settings.until.filter { !$0.isEmpty } + defaults.stopStrings,
        stopTokens: defaults.stopTokens, sampling: sampling,
        rules: TokenRules(settings, defaults))
    }
    let repeats = max(1, settings.repeats)
    guard let sampling = settings.sampling else { return .generation([asked(.greedy)], repeats: repeats) }
    return .generation(
      (0..<repeats).map { turn in
        asked(
          .random(
            .init(
              temperature: Float(sampling.temperature), topK: sampling.topK, topP: sampling.topP.map { Float($0) },
              minP: sampling.minP.map { Float($0) }, seed: Self.seed(sampling.seed.map { UInt64(bitPattern: Int64($0)) } ?? seed, item, turn))))
      }, repeats: repeats)
  }

  /// A seed that depends on the run's, the item and the repetition, and on nothing beside them.
  private static func seed(_ seed: UInt64, _ item: TaskItem, _ turn: Int) -> UInt64 {
    let digest = SHA256Digest.of("\(seed) \(item.identity) \(turn)").dropFirst("sha256:".count)
    return UInt64(digest.prefix(16), radix: 16) ?? seed
  }
}

extension TokenRules {
  /// What a task sets, also where that is no rule, goes before what the model's makers set.
  init(_ settings: GenerationSettings, _ defaults: GenerationDefaults) {
    let penalty = settings.repetitionPenalty.map { Float($0) } ?? defaults.repetitionPenalty
    let length = settings.noRepeatNGram ?? defaults.noRepeatLength
    self.init(repetitionPenalty: penalty == 1 ? nil : penalty, noRepeatLength: length == 0 ? nil : length)
  }
}
