// The way back: tokens to text. Every kind of decoder is a file of this folder (or beside its pre-tokeniser) and a line of the catalogue.

/// Changes a list of tokens towards text. What is left is joined without anything between.
///
/// Meanings and quirks are those of PyPI `tokenizers` 0.23.3. Tokens are valid UTF-8 before and after.
protocol Decoder: Sendable {
  /// The `type` in `tokenizer.json`.
  static var typeName: String { get }
  init(_ config: ComponentConfig) throws(TokenizerError)
  func decode(_ tokens: inout [[UInt8]]) throws(RunawayPattern)
}

enum DecoderCatalogue {
  static let all: [any Decoder.Type] = [
    DecoderSequence.self, ByteLevel.self, Metaspace.self, ByteFallback.self, Fuse.self, Replace.self, StripDecoder.self, BPEDecoder.self,
    WordPieceDecoder.self,
  ]

  static func decoder(_ config: ComponentConfig) throws(TokenizerError) -> any Decoder {
    let name = try config.type()
    if name == "CTC" { throw config.error(.unsupported(what: "the decoder \"CTC\"", advice: "it belongs to speech models")) }
    for type in all where type.typeName == name { return try type.init(config) }
    throw config.error(.unknownName(found: name, role: "decoder", known: all.map { $0.typeName }), at: "type")
  }
}

/// One decoder after another.
struct DecoderSequence: Decoder {
  static let typeName = "Sequence"
  let decoders: [any Decoder]

  init(_ decoders: [any Decoder]) { self.decoders = decoders }

  init(_ config: ComponentConfig) throws(TokenizerError) {
    var decoders: [any Decoder] = []
    for element in try config.required("decoders").elements() { decoders.append(try DecoderCatalogue.decoder(element)) }
    self.decoders = decoders
  }

  func decode(_ tokens: inout [[UInt8]]) throws(RunawayPattern) {
    for decoder in decoders { try decoder.decode(&tokens) }
  }
}
