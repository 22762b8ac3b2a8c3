// The first stage: a text before it is cut. Every kind of normaliser is a file of this folder and a line of the catalogue.

/// Changes a text before it is cut and encoded.
///
/// Meanings and quirks are those of PyPI `tokenizers` 0.23.3.
protocol Normalizer: Sendable {
  /// The `type` in `tokenizer.json`.
  static var typeName: String { get }
  init(_ config: ComponentConfig) throws(TokenizerError)
  func normalize(_ text: inout NormalizedText) throws(RunawayPattern)
}

/// A text under normalisation.
struct NormalizedText {
  var bytes: [UInt8]
  /// Whether the first character still stems from the first character of the original; `Metaspace` with `prepend_scheme: first` asks.
  var isAtOrigin: Bool

  /// Keeps the scalars that `change` maps to a value, and drops those it maps to nil.
  mutating func mapScalars(_ change: (UInt32) -> UInt32?) {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      let (value, width) = scalar(bytes, at: position)
      if let changed = change(value) {
        if changed == value { result += bytes[position..<position + width] } else { append(changed, to: &result) }
      } else if result.isEmpty {
        isAtOrigin = false
      }
      position += width
    }
    bytes = result
  }
}

enum NormalizerCatalogue {
  static let all: [any Normalizer.Type] = [
    NormalizerSequence.self, Prepend.self, Replace.self, NFC.self, NFD.self, NFKC.self, NFKD.self, Lowercase.self, Strip.self,
    StripAccents.self, ByteLevelNormalizer.self, Nmt.self, BertNormalizer.self, Precompiled.self,
  ]

  static func normalizer(_ config: ComponentConfig) throws(TokenizerError) -> any Normalizer {
    let name = try config.type()
    for type in all where type.typeName == name { return try type.init(config) }
    throw config.error(.unknownName(found: name, role: "normaliser", known: all.map { $0.typeName }), at: "type")
  }
}

/// One normaliser after another.
struct NormalizerSequence: Normalizer {
  static let typeName = "Sequence"
  let normalizers: [any Normalizer]

  init(_ normalizers: [any Normalizer]) { self.normalizers = normalizers }

  init(_ config: ComponentConfig) throws(TokenizerError) {
    var normalizers: [any Normalizer] = []
    for element in try config.required("normalizers").elements() { normalizers.append(try NormalizerCatalogue.normalizer(element)) }
    self.normalizers = normalizers
  }

  func normalize(_ text: inout NormalizedText) throws(RunawayPattern) {
    for normalizer in normalizers { try normalizer.normalize(&text) }
  }
}
