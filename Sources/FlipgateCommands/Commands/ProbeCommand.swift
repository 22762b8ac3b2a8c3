// `flipgate probe`: what the model says at one place.

internal import ArgumentParser
internal import Documents
internal import Evaluation
internal import LanguageModels
internal import Reports
internal import Synchronization
internal import Tasks
internal import Tokenization

struct ProbeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe", abstract: "Show what a model makes of a prompt: continuations scored, text generated, likeliest tokens.",
    discussion: """
      EXAMPLE:
        $ flipgate probe models/current --prompt "Zoe has a red cup." --continuation " It is red." --continuation " It is blue."
      """)

  @Argument(help: ModelOptions.argument)
  var model: String

  @Option(help: ArgumentHelp("A LoRA adapter, as PEFT writes it.", valueName: "dir"))
  var adapter: String?

  @Option(help: ArgumentHelp("The prompt.", valueName: "text"))
  var prompt: String

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp("A continuation to score; may be given several times. Begin it with a space where a word begins.", valueName: "text"))
  var continuation: [String] = []

  @Option(name: .customLong("max-tokens"), help: ArgumentHelp("Generate up to n tokens greedily.", valueName: "n"))
  var maxTokens: PositiveArgument?

  @Option(help: ArgumentHelp("The k likeliest tokens after each token of the prompt.", valueName: "k"))
  var top: PositiveArgument?

  @Flag(help: "Write JSON.")
  var json = false

  @OptionGroup var models: ModelOptions
  @OptionGroup var compute: ComputeOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let loaded = try LanguageModel(path: try await models.path(of: model, output), adapter: adapter, options: compute.model)
    let probe = try Probe(
      loaded, prompt: prompt, continuations: continuation, maxTokens: maxTokens?.value ?? 0, top: top?.value ?? 0,
      threads: compute.threadCount)
    if json { Console.output(probe.json) } else { Console.output(probe.text) }
  }
}

/// What a model says to a prompt.
struct Probe {
  struct Token {
    var id: Int32
    var text: String
    var logprob: Double
  }

  struct Continuation {
    var text: String
    var ids: [Int32]
    var logprobs: [Double]
    var isGreedy: Bool
  }

  let promptIDs: [Int32]
  let promptTokens: [String]
  let continuations: [Continuation]
  let generated: (text: String, tokens: [Token])?
  let top: [[Token]]

  init(_ model: LanguageModel, prompt: String, continuations texts: [String], maxTokens: Int, top count: Int, threads: Int) throws {
    let tokenizer = model.tokenizer
    var ids = try tokenizer.encode(prompt, addSpecialTokens: true)
    if ids.isEmpty, let first = tokenizer.bosID ?? tokenizer.eosID { ids = [first] }
    guard !ids.isEmpty else { throw ValidationError("the prompt has no tokens, and the tokenizer neither a BOS nor an EOS token") }
    promptIDs = ids
    promptTokens = ids.map { tokenizer.token($0) ?? "" }
    var scored: [Continuation] = []
    let encoder = RequestEncoder(tokenizer, contextLength: model.blueprint.contextLength, truncation: .error)
    for text in texts {
      // As `evaluate` asks it: joint encoding, trailing white space of the prompt moved to the continuation.
      let request = try encoder.encode(LikelihoodRequest(context: prompt, continuation: text))
      let scores = Mutex<[ScoredContinuation]>([])
      try LikelihoodScorer(model, threads: threads).score([[request]]) { _, result in scores.withLock { $0 = result } }
      guard let score = scores.withLock({ $0.first }) else { continue }
      scored.append(
        Continuation(
          text: text, ids: Array(request.tokens[request.continuationStart...]), logprobs: score.logprobs, isGreedy: score.isGreedy))
    }
    continuations = scored
    if maxTokens > 0 {
      let room = min(maxTokens, max(0, model.blueprint.contextLength - ids.count))
      let stops = Set([tokenizer.eosID].compactMap { $0 })
      let texts = Mutex<GeneratedText?>(nil)
      if room > 0 {
        let request = GenerationRequest(prompt: ids, maximumTokens: room, stopTokens: stops)
        try TextGenerator(model, threads: threads).generate([request]) { _, text in texts.withLock { $0 = text } }
      }
      let continued = texts.withLock { $0 }
      let tokens = zip(continued?.tokens ?? [], continued?.logprobs ?? []).map { (token: $0, logprob: $1) }
      let all = try tokenizer.decode(ids + tokens.map(\.token), skipSpecialTokens: true)
      let before = try tokenizer.decode(ids, skipSpecialTokens: true)
      // The prompt decodes first, so that a leading space of the continuation is kept; where the two differ, the continuation alone.
      let text =
        all.utf8.starts(with: before.utf8)
        ? String(decoding: all.utf8.dropFirst(before.utf8.count), as: UTF8.self)
        : try tokenizer.decode(tokens.map(\.token), skipSpecialTokens: true)
      generated = (text, tokens.map { Token(id: $0.token, text: tokenizer.token($0.token) ?? "", logprob: $0.logprob) })
    } else {
      generated = nil
    }
    if count > 0 {
      let logits = try SequenceReader(model, limit: ids.count, threads: threads).append(ids, logitsAt: 0..<ids.count)
      top = logits.map { row in
        TokenDistribution(row, top: count).top.map {
          Token(id: $0.token, text: tokenizer.token($0.token) ?? "", logprob: $0.logprob)
        }
      }
    } else {
      top = []
    }
  }

  var json: JSONValue {
    [
      "prompt_ids": .array(promptIDs.map { .integer(Int($0)) }),
      "continuations": .array(
        continuations.map { continuation in
          [
            "text": .string(continuation.text), "ids": .array(continuation.ids.map { .integer(Int($0)) }),
            "logprobs": .array(continuation.logprobs.map { .number($0) }), "logprob": .number(continuation.logprobs.reduce(0, +)),
            "greedy": .bool(continuation.isGreedy),
          ]
        }),
      "generated": generated.map { generated in
        [
          "text": .string(generated.text), "ids": .array(generated.tokens.map { .integer(Int($0.id)) }),
          "logprobs": .array(generated.tokens.map { .number($0.logprob) }),
        ]
      } ?? .null,
      "top": .array(
        top.map { place in
          .array(place.map { ["id": .integer(Int($0.id)), "token": .string($0.text), "logprob": .number($0.logprob)] })
        }),
    ]
  }

  var text: String {
    var lines: [String] = []
    for continuation in continuations {
      let sum = continuation.logprobs.reduce(0, +)
      let mark = continuation.isGreedy ? "  (the likeliest)" : ""
      lines.append("\(Self.number(sum))  \(quoted(continuation.text))  \(continuation.ids.count) tokens\(mark)")
    }
    if let generated {
      let sum = generated.tokens.reduce(0) { $0 + $1.logprob }
      lines.append("\(Self.number(sum))  \(generated.tokens.count) tokens generated:")
      lines.append(VisibleText.of(generated.text, limit: 1 << 20, keepsLines: true))
    }
    for (index, place) in top.enumerated() {
      let alternatives = place.map { "\(quoted($0.text)) \(Self.number($0.logprob))" }.joined(separator: "  ")
      lines.append("\(quoted(promptTokens[index])) → \(alternatives)")
    }
    if lines.isEmpty { lines.append("\(promptIDs.count) tokens; ask for --continuation, --max-tokens or --top") }
    return lines.joined(separator: "\n")
  }

  private static func number(_ value: Double) -> String {
    let rounded = (value * 1000).rounded() / 1000
    return rounded.isFinite ? "\(rounded)" : "not finite"
  }
}
