// The special tokens that a checkpoint names beside its vocabulary: tokenizer_config.json, special_tokens_map.json, added_tokens.json.

internal import Documents
internal import OrderedCollections

/// What the files say about special and added tokens, by the rules of transformers 5.23 (`PreTrainedTokenizerBase._from_pretrained`).
struct SpecialTokens {
  /// A token as a file writes it: only its text, or with flags.
  enum Value: Equatable {
    case text([UInt8])
    case token(AddedToken)

    var content: [UInt8] {
      switch self {
      case .text(let content): content
      case .token(let token): token.content
      }
    }
  }

  private static let standardNames = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"]

  /// By name. A standard name that the configuration sets to null is here with nil.
  private var named: OrderedDictionary<String, Value?> = [:]
  /// Tokens without a name; nil where no file has the member.
  private var extra: [Value]?
  /// Tokens by ID, in order.
  private(set) var listed: [(id: Int, token: AddedToken)] = []

  var bos: [UInt8]? { content("bos_token") }
  var eos: [UInt8]? { content("eos_token") }
  var extraContents: [[UInt8]] { (extra ?? []).map(\.content) }

  private func content(_ name: String) -> [UInt8]? { (named[name] ?? nil)?.content }

  /// - Parameter added: the tokens that `tokenizer.json` lists, by ID.
  init(_ files: TokenizerFiles, added: [(id: Int, token: AddedToken)]) throws(TokenizerError) {
    let settings = files.settings
    for name in Self.standardNames {
      if let value = settings.value[name] {
        let member = settings.member(name)
        named[name] = value.isNull ? .some(nil) : try member?.tokenValue()
      }
    }
    let extraMember = settings.member("extra_special_tokens")
    let isEmpty = extraMember.map { $0.value.array?.isEmpty ?? $0.value.object?.isEmpty ?? false } ?? true
    try readExtra(isEmpty ? settings.member("additional_special_tokens") ?? extraMember : extraMember, merges: false)
    try readModelSpecific(settings)

    var byID: [Int: AddedToken] = [:]
    var byContent: [[UInt8]: AddedToken] = [:]
    if let tokens = settings.member("added_tokens_decoder") {
      guard let members = tokens.value.object else { throw tokens.error(.wrongKind(found: tokens.value.kindName, expected: "an object")) }
      for key in members.keys {
        guard let entry = tokens.member(key) else { continue }
        guard let id = Int(key) else { throw tokens.error(.wrongKind(found: quoted(key), expected: "a token ID as key")) }
        byID[id] = try entry.addedToken()
      }
    } else {
      if let map = files.specialTokensMap { try readMap(map) }
      if let file = files.addedTokens { try readAdded(file, into: &byID) }
      for entry in added { byID[entry.id] = entry.token }
    }
    listed = byID.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    for entry in listed { byContent[entry.token.content] = entry.token }
    for name in Self.standardNames {
      if let value = named[name] ?? nil, let token = byContent[value.content] { named[name] = .token(token) }
    }
  }

  private mutating func readExtra(_ member: ComponentConfig?, merges: Bool) throws(TokenizerError) {
    guard let member else { return }
    if let members = member.value.object {
      for key in members.keys { if let entry = member.member(key) { named[key] = try entry.tokenValue() } }
      return
    }
    var values = merges ? extra ?? [] : []
    for element in try member.elements() {
      let value = try element.tokenValue()
      if !(merges && values.contains(value)) { values.append(value) }
    }
    extra = values
  }

  /// Members such as `image_token`.
  private mutating func readModelSpecific(_ config: ComponentConfig) throws(TokenizerError) {
    for (name, value) in config.value.object ?? [:]
    where name.hasSuffix("_token") && !Self.standardNames.contains(name) && (value.string != nil || value["content"] != nil) {
      if let entry = config.member(name) { named[name] = try entry.tokenValue() }
    }
  }

  /// `special_tokens_map.json`, which is only read where the configuration lists no tokens, and then overrides it.
  private mutating func readMap(_ map: ComponentConfig) throws(TokenizerError) {
    for name in Self.standardNames { if let entry = map.member(name) { named[name] = try entry.tokenValue(isSpecial: true) } }
    try readModelSpecific(map)
    if let member = map.member("extra_special_tokens") { try readExtra(member, merges: true) }
    if extra == nil { try readExtra(map.member("additional_special_tokens"), merges: false) }
  }

  /// `added_tokens.json`: tokens to IDs.
  private func readAdded(_ file: ComponentConfig, into byID: inout [Int: AddedToken]) throws(TokenizerError) {
    guard let members = file.value.object else { throw file.error(.wrongKind(found: file.value.kindName, expected: "an object")) }
    var special = Set(Self.standardNames.compactMap(content))
    special.formUnion(extraContents)
    for name in members.keys {
      guard let entry = file.member(name) else { continue }
      let content = Array(name.utf8)
      let isSpecial = special.contains(content)
      byID[Int(try entry.tokenID())] = AddedToken(content: content, isSpecial: isSpecial, isNormalized: !isSpecial)
    }
  }

  /// Fills in what a class or a vocabulary brings where the files are silent.
  mutating func fill(_ tokens: [(name: String, content: String)], extra values: [AddedToken]? = nil) {
    for (name, content) in tokens where named[name] == nil { named[name] = .text(Array(content.utf8)) }
    if extra == nil, let values { extra = values.map { .token($0) } }
  }

  /// The tokens to add to a tokenizer that has `present`, in order.
  func missing(among present: some Sequence<[UInt8]>) -> [AddedToken] {
    var known = Set(present)
    var result: [AddedToken] = []
    let names = allNamed
    let namedContents = Set(names.map(\.content))
    func add(_ value: Value) {
      switch value {
      case .text(let content): result.append(AddedToken(content: content, isSpecial: true))
      case .token(var token):
        if namedContents.contains(token.content) { token.isSpecial = true }
        result.append(token)
      }
    }
    for entry in listed {
      known.insert(entry.token.content)
      add(.token(entry.token))
    }
    for value in names + (extra ?? []) where !known.contains(value.content) { add(value) }
    return result
  }

  /// All special tokens once, without flags.
  var plain: [AddedToken] {
    var seen: Set<[UInt8]> = []
    return (allNamed + (extra ?? [])).filter { seen.insert($0.content).inserted }.map { AddedToken(content: $0.content, isSpecial: true) }
  }

  /// The named tokens, the standard names first.
  private var allNamed: [Value] {
    Self.standardNames.compactMap { named[$0] ?? nil } + named.filter { !Self.standardNames.contains($0.key) }.compactMap { $0.value }
  }
}

extension ComponentConfig {
  /// An entry of `added_tokens`, or an added token in a configuration file.
  func addedToken(isSpecial: Bool = false) throws(TokenizerError) -> AddedToken {
    guard value.object != nil else { throw error(.wrongKind(found: value.kindName, expected: "an object with \"content\"")) }
    var token = AddedToken(content: Array(try string("content").utf8))
    token.isSpecial = try bool("special", default: false) || isSpecial
    token.isSingleWord = try bool("single_word", default: false)
    token.stripsLeft = try bool("lstrip", default: false)
    token.stripsRight = try bool("rstrip", default: false)
    token.isNormalized = try bool("normalized", default: !token.isSpecial)
    return token
  }

  /// A special token: its text, or an object.
  func tokenValue(isSpecial: Bool = false) throws(TokenizerError) -> SpecialTokens.Value {
    if let text = value.string { return .text(Array(text.utf8)) }
    return .token(try addedToken(isSpecial: isSpecial))
  }

  /// The text of a special token.
  func tokenContent() throws(TokenizerError) -> String {
    if let text = value.string { return text }
    return try string("content")
  }
}
