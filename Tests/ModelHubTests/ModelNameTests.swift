// What may be typed for a model, and what no name may hold.

import ModelHub
import Testing

@Suite struct ModelNameTests {
  @Test(arguments: [
    ("gpt2", "gpt2", "main", nil), ("org/name", "org/name", "main", nil), ("org/name@v1.0", "org/name", "v1.0", nil),
    ("org/name@refs/pr/3", "org/name", "refs/pr/3", nil), ("org/name:a.gguf", "org/name", "main", "a.gguf"),
    ("org/name@0123abc:sub/b.GGUF", "org/name", "0123abc", "sub/b.GGUF"), ("Org_1/na.me-2", "Org_1/na.me-2", "main", nil),
    ("org/name:a@b.gguf", "org/name", "main", "a@b.gguf"),
  ])
  func namesAreTakenApart(_ text: String, _ repository: String, _ revision: String, _ file: String?) throws {
    let name = try ModelName(text)
    #expect(name.repository.text == repository && name.revision.text == revision && name.file?.text == file)
    #expect(name.description == (revision == "main" ? text : text))
  }

  @Test(arguments: [
    "", "/", "a/b/c", "../x", "x/..", "a..b", "a--b", "-a", "a-", ".a", "a.", "org/", "/name", "a b", "org/na\u{0}me", "org/näme", "x.git", "a/b.git",
    "org\\name", "~/x", "org/" + String(repeating: "a", count: 97),
  ])
  func otherRepositoriesAreRefused(_ text: String) {
    #expect(throws: ModelNameError.self) { try ModelName(text) }
    #expect(RepositoryName(text) == nil)
  }

  @Test(arguments: [
    "", "..", "a/../b", "/a", "a//b", "a/", ".", "a..b", "a b", "a~1", "a^", "a?", "a*", "[a]", "a\\b", "a@{1}", "a.lock", "a\u{7F}", "a\n",
    String(repeating: "a", count: 201),
  ])
  func otherRevisionsAreRefused(_ text: String) {
    #expect(Revision(text) == nil)
    #expect(throws: ModelNameError.self) { try ModelName("org/name@" + text) }
  }

  @Test(arguments: ["", "/etc/x.gguf", "../x.gguf", "a/../../x.gguf", "a\\b.gguf", "model.safetensors", "x.gguf/", "a\n.gguf"])
  func otherFilesAreRefused(_ text: String) {
    #expect(throws: ModelNameError.self) { try ModelName("org/name:" + text) }
  }

  @Test func errorsSayWhichPart() {
    func message(_ text: String) -> String {
      do {
        _ = try ModelName(text)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(message("a b").contains("\"a b\" is no name of a model"))
    #expect(message("org/name@a..b").contains("\"a..b\" is no name of a revision"))
    #expect(message("org/name:x.bin").contains("\"x.bin\" is no file of a model"))
  }
}
