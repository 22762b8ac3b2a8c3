// What is to be generated after a prompt, and what came of it.

/// A text to be continued.
public struct GenerationRequest: Sendable, Hashable {
  /// At least one token.
  public var prompt: [Int32]
  /// The most tokens of the continuation.
  public var maximumTokens: Int
  /// The continuation ends before the first of these texts; none may be empty.
  public var stopStrings: [String]
  /// The continuation ends before any of these tokens.
  public var stopTokens: Set<Int32>
  public var sampling: Sampling
  public var rules: TokenRules

  public init(
    prompt: [Int32], maximumTokens: Int, stopStrings: [String] = [], stopTokens: Set<Int32> = [], sampling: Sampling = .greedy,
    rules: TokenRules = TokenRules()
  ) {
    self.prompt = prompt
    self.maximumTokens = maximumTokens
    self.stopStrings = stopStrings
    self.stopTokens = stopTokens
    self.sampling = sampling
    self.rules = rules
  }
}

extension GenerationRequest {
  /// The most tokens of the whole sequence in a context window that the prompt fits.
  func longest(in window: Int) -> Int { prompt.count + min(max(1, maximumTokens), window - prompt.count) }
}

/// How the next token is chosen.
public enum Sampling: Sendable, Hashable {
  /// The most probable one; of equal ones the smaller.
  case greedy
  /// By chance, seeded: the same request always gets the same text.
  case random(Temperature)

  public struct Temperature: Sendable, Hashable {
    /// Above 0; logits are divided by it.
    public var temperature: Float
    /// Only so many of the most probable tokens; nil for all.
    public var topK: Int?
    /// Only the most probable tokens that together have this share, in (0, 1]; nil for all (Holtzman et al. 2019, arXiv 1904.09751).
    public var topP: Float?
    /// Only tokens with at least this share of the most probable one's; nil for all (Nguyen et al. 2024, arXiv 2407.01082).
    public var minP: Float?
    public var seed: UInt64

    public init(temperature: Float, topK: Int? = nil, topP: Float? = nil, minP: Float? = nil, seed: UInt64) {
      self.temperature = temperature
      self.topK = topK
      self.topP = topP
      self.minP = minP
      self.seed = seed
    }
  }
}

/// A continuation.
public struct GeneratedText: Sendable, Hashable {
  public enum Ending: String, Sendable, Hashable {
    /// A stop string came.
    case stopString = "stop_string"
    /// A stop token came.
    case stopToken = "stop_token"
    /// The most tokens were generated.
    case length
    /// The context window is full.
    case context
    /// The logits are not numbers: damaged weights, or numbers too large for the precision. The text is what came before.
    case notFinite = "not_finite"
  }

  /// The tokens of the continuation, those of a stop string included, a stop token not.
  public var tokens: [Int32]
  /// Natural log-probabilities of the tokens, before sampling rules.
  public var logprobs: [Double]
  /// The decoded continuation up to the stop string, special tokens left out.
  public var text: String
  public var ending: Ending
}
