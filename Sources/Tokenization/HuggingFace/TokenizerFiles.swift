// The files of a checkpoint folder that say how its texts become tokens.

internal import Documents
internal import OrderedCollections

extension Tokenizer {
  /// The names of the files in a folder, apart from `config.json`, that decide what ``init(huggingFace:)`` makes of it, in a fixed order.
  ///
  /// For a digest of the files that needs no tokenizer; ``digestInput()`` tells tokenizers apart by what they do.
  /// - Throws: a file error if the folder can't be read.
  public static func files(in folder: String) throws -> [String] {
    let present = Set(try Files.list(folder))
    if present.contains("tokenizer.json") { return TokenizerFiles.settingNames(present, ["tokenizer.json"]) }
    for name in TokenizerFiles.modelNames where present.contains(name) { return TokenizerFiles.settingNames(present, [name]) }
    if present.contains("vocab.json") { return TokenizerFiles.settingNames(present, ["vocab.json", "merges.txt"]) }
    return TokenizerFiles.settingNames(present, present.sorted().filter { $0.hasSuffix(".tiktoken") }.prefix(1))
  }
}

/// A folder's tokenizer files, read but not yet understood.
struct TokenizerFiles {
  /// The largest configuration file that is read, in bytes.
  static let configurationLimit = 1 << 24

  /// SentencePiece or tiktoken, told by their contents.
  static let modelNames = ["tokenizer.model", "tiktoken.model"]

  /// The files of a vocabulary and those beside it that are there.
  static func settingNames(_ present: Set<String>, _ vocabulary: some Sequence<String>) -> [String] {
    (Array(vocabulary) + ["tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"]).filter(present.contains)
  }

  /// A file that holds a vocabulary.
  struct File {
    var path: String
    var bytes: [UInt8]
  }

  /// Where the vocabulary is.
  enum Source {
    /// `tokenizer.json`.
    case json(File)
    /// `tokenizer.model`, `tiktoken.model` or a `*.tiktoken`: SentencePiece or tiktoken, told by its contents.
    case model(File)
    /// `vocab.json` and `merges.txt`.
    case vocabulary(File, merges: File)
  }

  let source: Source
  /// `tokenizer_config.json`, or an empty object.
  let settings: ComponentConfig
  /// `special_tokens_map.json`.
  var specialTokensMap: ComponentConfig?
  /// `added_tokens.json`.
  var addedTokens: ComponentConfig?
  /// `config.json`, or an empty object.
  let checkpoint: ComponentConfig

  /// Reads a folder. Like the reference, the first of `tokenizer.json`, `tokenizer.model` and `vocab.json` counts.
  init(folder: String) throws {
    func path(_ name: String) -> String { Files.path(name, relativeTo: folder) }
    func file(_ name: String) throws -> File? {
      let path = path(name)
      return Files.exists(path) ? File(path: path, bytes: try Files.read(path, limit: Tokenizer.fileLimit)) : nil
    }
    func configuration(_ name: String) throws -> ComponentConfig? {
      let path = path(name)
      guard Files.exists(path) else { return nil }
      return ComponentConfig(value: try JSONValue.parse(try Files.read(path, limit: Self.configurationLimit), file: path), file: path, place: "")
    }
    func source() throws -> Source {
      if let json = try file("tokenizer.json") { return .json(json) }
      for name in Self.modelNames { if let model = try file(name) { return .model(model) } }
      if let vocabulary = try file("vocab.json") {
        guard let merges = try file("merges.txt") else {
          throw TokenizerError(file: path("merges.txt"), place: "", problem: .missing(expected: "the file with the merges of vocab.json"))
        }
        return .vocabulary(vocabulary, merges: merges)
      }
      if let name = try Files.list(folder).first(where: { $0.hasSuffix(".tiktoken") }), let model = try file(name) { return .model(model) }
      if Files.exists(path("tekken.json")) {
        throw TokenizerError(
          file: path("tekken.json"), place: "",
          problem: .unsupported(what: "Mistral's own tokenizer format", advice: "put the tokenizer.json of the same checkpoint beside it"))
      }
      throw TokenizerError(
        file: path("tokenizer.json"), place: "",
        problem: .missing(expected: "the tokenizer (tokenizer.json, tokenizer.model, vocab.json with merges.txt, or *.tiktoken)"))
    }
    self.source = try source()
    settings = try configuration("tokenizer_config.json") ?? Self.empty(path("tokenizer_config.json"))
    specialTokensMap = try configuration("special_tokens_map.json")
    addedTokens = try configuration("added_tokens.json")
    checkpoint = try configuration("config.json") ?? Self.empty(path("config.json"))
  }

  /// A `tokenizer.json` with, perhaps, `tokenizer_config.json`, `special_tokens_map.json` and `config.json`.
  init(json: File, configurations: [(file: String, value: JSONValue)]) {
    source = .json(json)
    func configuration(_ name: String) -> ComponentConfig? {
      configurations.first { Files.name(of: $0.file) == name }.map { ComponentConfig(value: $0.value, file: $0.file, place: "") }
    }
    settings = configuration("tokenizer_config.json") ?? Self.empty("tokenizer_config.json")
    specialTokensMap = configuration("special_tokens_map.json")
    checkpoint = configuration("config.json") ?? Self.empty("config.json")
  }

  private static func empty(_ path: String) -> ComponentConfig { ComponentConfig(value: .object([:]), file: path, place: "") }
}
