// Removes combining marks; letters that carry their accent in one scalar keep it, unless NFD came before.

struct StripAccents: Normalizer {
  static let typeName = "StripAccents"
  init(_ config: ComponentConfig) {}
  func normalize(_ text: inout NormalizedText) { text.mapScalars { ScalarProperties.isCombiningMark($0) ? nil : $0 } }
}
