// Puts a fixed text before the text, as SentencePiece's dummy prefix does; an empty text stays empty.

struct Prepend: Normalizer {
  static let typeName = "Prepend"
  let prefix: [UInt8]

  init(_ prefix: String) { self.prefix = Array(prefix.utf8) }

  init(_ config: ComponentConfig) throws(TokenizerError) { self.init(try config.string("prepend")) }

  func normalize(_ text: inout NormalizedText) {
    if !text.bytes.isEmpty { text.bytes = prefix + text.bytes }
  }
}
