// Special tokens by a template: `<s> $A </s>`.

struct TemplateProcessing: PostProcessor {
  static let typeName = "TemplateProcessing"

  enum Part: Sendable {
    case text
    case tokens([Int32])
  }

  let parts: [Part]

  /// A template of our own: tokens before and behind the text.
  init(before: [Int32], after: [Int32]) { parts = [.tokens(before), .text, .tokens(after)] }

  init(_ config: ComponentConfig) throws(TokenizerError) {
    var parts: [Part] = []
    for element in try config.required("single").elements() {
      if let sequence = element.member("Sequence") {
        let id = try sequence.string("id")
        guard id == "A" else {
          throw sequence.error(.wrongKind(found: "the sequence \"\(id)\"", expected: "\"A\" in the template for one text"))
        }
        parts.append(.text)
      } else {
        let token = try element.required("SpecialToken")
        let name = try token.string("id")
        let tokens = try config.required("special_tokens")
        guard let entry = tokens.member(name) else {
          throw tokens.error(.missing(expected: "the token \"\(name)\", which the template names,"))
        }
        var ids: [Int32] = []
        for id in try entry.required("ids").elements() { ids.append(try id.tokenID()) }
        parts.append(.tokens(ids))
      }
    }
    self.parts = parts
  }

  func process(_ ids: [Int32], addsSpecialTokens: Bool) -> [Int32] {
    var result: [Int32] = []
    for part in parts {
      switch part {
      case .text: result += ids
      case .tokens(let tokens): if addsSpecialTokens { result += tokens }
      }
    }
    return result
  }
}
