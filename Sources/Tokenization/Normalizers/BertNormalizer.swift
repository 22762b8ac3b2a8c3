// BERT's basic cleaning: control characters out, spaces around Chinese characters, accents off, lower case.

struct BertNormalizer: Normalizer {
  static let typeName = "BertNormalizer"
  let cleansText: Bool
  let spacesChinese: Bool
  let stripsAccents: Bool
  let lowercases: Bool

  init(_ config: ComponentConfig) throws(TokenizerError) {
    cleansText = try config.bool("clean_text")
    spacesChinese = try config.bool("handle_chinese_chars")
    lowercases = try config.bool("lowercase")
    stripsAccents = try config.bool("strip_accents", default: lowercases)
  }

  func normalize(_ text: inout NormalizedText) {
    if cleansText {
      text.mapScalars { value in
        if value == 0 || value == 0xFFFD || ScalarProperties.isBertControl(value) { return nil }
        return ScalarProperties.isWhiteSpace(value) ? 0x20 : value
      }
    }
    if spacesChinese {
      var result: [UInt8] = []
      result.reserveCapacity(text.bytes.count)
      for value in scalars(text.bytes) {
        let isChinese = Self.isChinese(value)
        if isChinese { result.append(0x20) }
        append(value, to: &result)
        if isChinese { result.append(0x20) }
      }
      text.bytes = result
    }
    if stripsAccents {
      text.bytes = UnicodeForm.decomposed(text.bytes, compatibility: false)
      text.mapScalars { ScalarProperties.isNonspacingMark($0) ? nil : $0 }
    }
    if lowercases { text.bytes = Lowercase.lowercased(text.bytes) }
  }

  /// The CJK ideograph blocks of BERT's own list, gap at U+2B820 included.
  private static func isChinese(_ value: UInt32) -> Bool {
    switch value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F, 0x2B920...0x2CEAF, 0xF900...0xFAFF,
      0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}
