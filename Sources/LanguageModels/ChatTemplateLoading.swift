// The chat templates that belong to a checkpoint, and the special tokens that they print.

public import Checkpoints
internal import Documents
public import Templates

extension LanguageModel {
  /// The largest file of templates that is read, in bytes.
  static let chatTemplateFileLimit = 1 << 24

  /// A checkpoint's chat templates, or nil where it has none.
  ///
  /// In a folder, as transformers 5.23 reads it: `chat_template.jinja` and `additional_chat_templates/*.jinja` take the place of `chat_template` in
  /// `tokenizer_config.json` (a text, or a list of `{"name", "template"}`); where there is neither, `chat_template.json`, as old processors have it. In a
  /// GGUF file `tokenizer.chat_template` and `tokenizer.chat_template.<name>`.
  ///
  /// - Throws: a file error, ``JSONError``, or ``ChatError`` where a file does not have the expected form.
  public static func chatTemplates(of checkpoint: Checkpoint) throws -> ChatTemplateSet? {
    if let folder = checkpoint.folder { return try chatTemplates(in: folder) }
    guard let metadata = checkpoint.metadata else { return nil }
    return chatTemplates(in: metadata, file: checkpoint.path)
  }

  static func chatTemplates(in folder: String) throws -> ChatTemplateSet? {
    var templates = ChatTemplateSet(source: folder)
    let single = Files.path("chat_template.jinja", relativeTo: folder)
    if Files.exists(single) { templates[ChatTemplateSet.defaultName] = try Files.readText(single, limit: chatTemplateFileLimit) }
    let additional = Files.path("additional_chat_templates", relativeTo: folder)
    if Files.isDirectory(additional) {
      for name in try Files.list(additional) where name.hasSuffix(".jinja") {
        let text = try Files.readText(Files.path(name, relativeTo: additional), limit: chatTemplateFileLimit)
        templates[String(name.dropLast(".jinja".count))] = text
      }
    }
    if !templates.names.isEmpty { return templates }
    for name in ["tokenizer_config.json", "chat_template.json"] {
      let file = Files.path(name, relativeTo: folder)
      guard Files.exists(file) else { continue }
      let contents = try JSONValue.parse(try Files.read(file, limit: chatTemplateFileLimit), file: file)
      guard let value = contents["chat_template"], !value.isNull else { continue }
      return try named(value, file: file)
    }
    return nil
  }

  /// A text, or a list of named texts.
  private static func named(_ value: JSONValue, file: String) throws(ChatError) -> ChatTemplateSet {
    var templates = ChatTemplateSet(source: file)
    if let text = value.string {
      templates[ChatTemplateSet.defaultName] = text
      return templates
    }
    let expected = "a text or a list of objects with \"name\" and \"template\""
    guard let entries = value.array else {
      throw ChatError(place: "\(file): chat_template", problem: .badTemplateFile(found: value.kindName, expected: expected))
    }
    for (index, entry) in entries.enumerated() {
      guard let name = entry["name"]?.string, let text = entry["template"]?.string else {
        throw ChatError(place: "\(file): chat_template[\(index)]", problem: .badTemplateFile(found: entry.kindName, expected: expected))
      }
      templates[name] = text
    }
    return templates
  }

  static func chatTemplates(in metadata: GGUFMetadata, file: String) -> ChatTemplateSet? {
    let key = "tokenizer.chat_template"
    var templates = ChatTemplateSet(source: file)
    if let text = metadata.string(key) { templates[ChatTemplateSet.defaultName] = text }
    // `tokenizer.chat_templates` lists the names; the templates themselves stand under keys of their own.
    for name in metadata.keys where name.hasPrefix(key + ".") {
      if let text = metadata.string(name) { templates[String(name.dropFirst(key.count + 1))] = text }
    }
    return templates.names.isEmpty ? nil : templates
  }

  /// The named special tokens that templates print (`bos_token`, `eos_token`, ...), from `tokenizer_config.json` and `special_tokens_map.json`, or from the
  /// vocabulary of a GGUF file.
  ///
  /// - Throws: a file error or ``JSONError``.
  public static func specialTokens(of checkpoint: Checkpoint) throws -> [String: String] {
    let names = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"]
    var tokens: [String: String] = [:]
    if let folder = checkpoint.folder {
      for name in ["tokenizer_config.json", "special_tokens_map.json"] {
        let file = Files.path(name, relativeTo: folder)
        guard Files.exists(file) else { continue }
        let contents = try JSONValue.parse(try Files.read(file, limit: chatTemplateFileLimit), file: file)
        for token in names where tokens[token] == nil {
          // A text, or an object that says more about the token.
          if let text = contents[token]?.string ?? contents[token]?["content"]?.string { tokens[token] = text }
        }
      }
    } else if let metadata = checkpoint.metadata, let vocabulary = metadata.byteStrings("tokenizer.ggml.tokens") {
      let keys = ["bos_token": "bos", "eos_token": "eos", "unk_token": "unknown", "sep_token": "seperator", "pad_token": "padding"]
      for name in names {
        guard let key = keys[name], let id = metadata.integer("tokenizer.ggml.\(key)_token_id"), vocabulary.indices.contains(id) else { continue }
        tokens[name] = String(decoding: vocabulary[id], as: UTF8.self)
      }
    }
    return tokens
  }
}
