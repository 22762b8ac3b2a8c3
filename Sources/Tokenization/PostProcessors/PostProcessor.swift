// The fourth stage: special tokens around the encoded text. Every kind is a file of this folder and a line of the catalogue.

/// Puts special tokens around the IDs of a text.
protocol PostProcessor: Sendable {
  /// The `type` in `tokenizer.json`.
  static var typeName: String { get }
  init(_ config: ComponentConfig) throws(TokenizerError)
  /// The IDs of the text with what belongs around them, or at least in the processor's order if no special tokens are wanted.
  func process(_ ids: [Int32], addsSpecialTokens: Bool) -> [Int32]
}

enum PostProcessorCatalogue {
  static let all: [any PostProcessor.Type] = [
    PostProcessorSequence.self, TemplateProcessing.self, BertProcessing.self, RobertaProcessing.self, ByteLevelProcessing.self,
  ]

  static func postProcessor(_ config: ComponentConfig) throws(TokenizerError) -> any PostProcessor {
    let name = try config.type()
    for type in all where type.typeName == name { return try type.init(config) }
    throw config.error(.unknownName(found: name, role: "post-processor", known: all.map { $0.typeName }), at: "type")
  }
}

/// Only trims offsets in the reference, so it has nothing to do here.
struct ByteLevelProcessing: PostProcessor {
  static let typeName = "ByteLevel"
  init(_ config: ComponentConfig) {}
  func process(_ ids: [Int32], addsSpecialTokens: Bool) -> [Int32] { ids }
}

/// One after another. More than one that adds tokens is refused: the reference lets the second see the parts that the first made.
struct PostProcessorSequence: PostProcessor {
  static let typeName = "Sequence"
  let processors: [any PostProcessor]

  init(_ config: ComponentConfig) throws(TokenizerError) {
    var processors: [any PostProcessor] = []
    for element in try config.required("processors").elements() { processors.append(try PostProcessorCatalogue.postProcessor(element)) }
    if processors.count(where: { !($0 is ByteLevelProcessing) }) > 1 {
      throw config.error(
        .unsupported(what: "a sequence with more than one post-processor that adds tokens", advice: "join them into one template"))
    }
    self.processors = processors
  }

  func process(_ ids: [Int32], addsSpecialTokens: Bool) -> [Int32] {
    processors.reduce(ids) { $1.process($0, addsSpecialTokens: addsSpecialTokens) }
  }
}
