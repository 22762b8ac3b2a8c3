// The vocabulary that a GGUF file carries in its metadata, as plain values.

/// What a GGUF file says about its tokenizer. Whoever reads the file fills it; a member is nil where the file has no such key.
public struct GGUFVocabulary: Sendable {
  /// `tokenizer.ggml.model`: "gpt2" for byte-level BPE, "llama" for SentencePiece BPE.
  public var model: String
  /// `tokenizer.ggml.pre`: how text is cut into words.
  public var pre: String?
  /// `tokenizer.ggml.tokens`, by ID.
  public var tokens: ByteStrings
  /// `tokenizer.ggml.scores`, by ID.
  public var scores: [Float]?
  /// `tokenizer.ggml.token_type`, by ID; see ``GGUFTokenType``.
  public var types: [Int32]?
  /// `tokenizer.ggml.merges`, each "a b", the first merged first.
  public var merges: ByteStrings?
  /// `tokenizer.ggml.bos_token_id`.
  public var bosID: Int?
  /// `tokenizer.ggml.eos_token_id`.
  public var eosID: Int?
  /// `tokenizer.ggml.unknown_token_id`.
  public var unknownID: Int?
  /// `tokenizer.ggml.add_bos_token`.
  public var addBOS: Bool?
  /// `tokenizer.ggml.add_eos_token`.
  public var addEOS: Bool?
  /// `tokenizer.ggml.add_space_prefix`.
  public var addSpacePrefix: Bool?
  /// `general.name`: for Phi-3, whose special tokens take white space with them, which nothing else in the file says.
  public var modelName: String?
  /// The file's name, for errors.
  public var file: String

  public init(model: String, tokens: ByteStrings, file: String) {
    self.model = model
    self.tokens = tokens
    self.file = file
  }
}

/// The values of `tokenizer.ggml.token_type`.
public enum GGUFTokenType: Int32, Sendable {
  case normal = 1
  case unknown = 2
  case control = 3
  case userDefined = 4
  case unused = 5
  case byte = 6
}
