// The special tokens that a checkpoint names beside `tokenizer.json`, in `tokenizer_config.json` or `special_tokens_map.json`.

internal import Documents
internal import OrderedCollections

/// What the two files say about special tokens.
///
/// As in transformers 5, `add_bos_token`, `add_eos_token` and `add_prefix_space` are not looked at: where there is a `tokenizer.json`, its
/// post-processor and pre-tokeniser decide.
struct SpecialTokens {
  var bos: [UInt8]?
  var eos: [UInt8]?
  /// Tokens in the order in which they are added to those of `tokenizer.json`; flags are nil where the file only names the token.
  var added: [(content: [UInt8], token: AddedToken?)] = []

  private static let names = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"]
  private static let lists = ["additional_special_tokens", "extra_special_tokens"]

  /// - Parameter files: the files' contents; a name counts where it is found first.
  init(_ files: [ComponentConfig]) throws(TokenizerError) {
    for file in files {
      guard let tokens = file.member("added_tokens_decoder"), let members = tokens.value.object else { continue }
      var listed: [(id: Int, token: AddedToken)] = []
      for key in members.keys {
        guard let entry = tokens.member(key) else { continue }
        guard let id = Int(key) else { throw tokens.error(.wrongKind(found: quoted(key), expected: "a token ID as key")) }
        listed.append((id, try entry.addedToken()))
      }
      for (_, token) in listed.sorted(by: { $0.id < $1.id }) { added.append((token.content, token)) }
    }
    for name in Self.names {
      guard let entry = files.lazy.compactMap({ $0.member(name) }).first else { continue }
      let token = try named(entry)
      if name == "bos_token" { bos = token }
      if name == "eos_token" { eos = token }
    }
    for name in Self.lists {
      guard let entry = files.lazy.compactMap({ $0.member(name) }).first else { continue }
      if let members = entry.value.object {
        for key in members.keys { if let element = entry.member(key) { _ = try named(element) } }
      } else {
        for element in try entry.elements() { _ = try named(element) }
      }
    }
  }

  private mutating func named(_ entry: ComponentConfig) throws(TokenizerError) -> [UInt8] {
    if let text = entry.value.string {
      added.append((Array(text.utf8), nil))
      return Array(text.utf8)
    }
    var token = try entry.addedToken()
    token.isSpecial = true
    added.append((token.content, token))
    return token.content
  }
}

extension ComponentConfig {
  /// An entry of `added_tokens`, or an added token in a configuration file.
  func addedToken() throws(TokenizerError) -> AddedToken {
    guard value.object != nil else { throw error(.wrongKind(found: value.kindName, expected: "an object with \"content\"")) }
    var token = AddedToken(content: Array(try string("content").utf8))
    token.isSpecial = try bool("special", default: false)
    token.isSingleWord = try bool("single_word", default: false)
    token.stripsLeft = try bool("lstrip", default: false)
    token.stripsRight = try bool("rstrip", default: false)
    token.isNormalized = try bool("normalized", default: !token.isSpecial)
    return token
  }
}
