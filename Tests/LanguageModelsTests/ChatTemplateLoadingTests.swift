// Chat templates and special tokens out of checkpoint folders: which file goes before which, as in transformers 5.23.

import Checkpoints
import Documents
import LanguageModels
import Templates
import Testing

/// A copy of the tiny baseline's folder whose weights stay where they are; only what is asked for is read here.
private func folder(_ name: String, _ files: [String: String]) throws -> Checkpoint {
  let fixtures = "\(Files.parent(of: #filePath))/../../fixtures/models/baseline"
  let folder = "\(Files.temporaryPath(for: "/tmp/flipgate-chat"))/\(name)"
  for file in try Files.list(fixtures) where file == "config.json" || file.hasSuffix(".safetensors") {
    try Files.write(try Files.read(Files.path(file, relativeTo: fixtures)), to: Files.path(file, relativeTo: folder))
  }
  for (file, text) in files { try Files.write(text, to: Files.path(file, relativeTo: folder)) }
  return try Checkpoint(path: folder)
}

@Test func aFolderWithoutTemplatesHasNone() throws {
  #expect(try LanguageModel.chatTemplates(of: folder("none", ["tokenizer_config.json": #"{"chat_template": null}"#])) == nil)
}

@Test func templatesOfTheConfigAreATextOrAList() throws {
  let one = try #require(try LanguageModel.chatTemplates(of: folder("text", ["tokenizer_config.json": #"{"chat_template": "A"}"#])))
  #expect(try one.names == ["default"] && one.text() == "A")
  let list = #"{"chat_template": [{"name": "default", "template": "A"}, {"name": "tool_use", "template": "B"}]}"#
  let several = try #require(try LanguageModel.chatTemplates(of: folder("list", ["tokenizer_config.json": list])))
  #expect(try several.names == ["default", "tool_use"] && several.text(withTools: true) == "B")
}

@Test func filesOfTheirOwnGoBeforeTheConfig() throws {
  let files = [
    "tokenizer_config.json": #"{"chat_template": "config"}"#, "chat_template.jinja": "file", "chat_template.json": #"{"chat_template": "old"}"#,
    "additional_chat_templates/rag.jinja": "rag", "additional_chat_templates/notes.txt": "no template",
  ]
  let found = try #require(try LanguageModel.chatTemplates(of: folder("files", files)))
  #expect(try found.names == ["default", "rag"] && found.text() == "file" && found.text(named: "rag") == "rag")
}

@Test func theOldFileOfProcessorsIsTheLast() throws {
  let old = ["chat_template.json": #"{"chat_template": "old"}"#]
  #expect(try LanguageModel.chatTemplates(of: folder("old", old))?.text() == "old")
  let both = old.merging(["tokenizer_config.json": #"{"chat_template": "config"}"#]) { $1 }
  #expect(try LanguageModel.chatTemplates(of: folder("both", both))?.text() == "config")
}

@Test(arguments: ["3", #"[{"name": "x"}]"#, #"["x"]"#])
func malformedTemplatesAreNamed(_ value: String) throws {
  let checkpoint = try folder("bad\(value.utf8.count)", ["tokenizer_config.json": #"{"chat_template": \#(value)}"#])
  #expect(throws: ChatError.self) { try LanguageModel.chatTemplates(of: checkpoint) }
}

@Test func specialTokensAreTextsOrObjects() throws {
  let files = [
    "tokenizer_config.json": #"{"bos_token": {"content": "<s>", "lstrip": false}, "eos_token": "</s>", "pad_token": null}"#,
    "special_tokens_map.json": #"{"eos_token": "other", "unk_token": {"content": "<unk>"}}"#,
  ]
  #expect(try LanguageModel.specialTokens(of: folder("tokens", files)) == ["bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"])
}

@Test func aGGUFFileNamesItsSpecialTokens() throws {
  let path = "\(Files.parent(of: #filePath))/../../fixtures/models/baseline-f32.gguf"
  let checkpoint = try Checkpoint(path: path)
  let folder = try Checkpoint(path: "\(Files.parent(of: #filePath))/../../fixtures/models/baseline")
  let tokens = try LanguageModel.specialTokens(of: checkpoint)
  #expect(tokens["eos_token"] != nil)
  #expect(tokens["eos_token"] == (try LanguageModel.specialTokens(of: folder))["eos_token"])
}
