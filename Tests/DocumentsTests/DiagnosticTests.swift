// Error sentences: quoting, nearest names, chains of causes.

import Digests
import Documents
import Testing

@Suite struct DiagnosticTests {
  @Test(arguments: [
    ("negative_flip", "negative_flips"), ("negativ_flips", "negative_flips"), ("hellswag", "hellaswag"), ("HELLASWAG", "hellaswag"),
    ("acc_nrom", "acc_norm"), ("acn", "acc"),
  ])
  func nearestNames(written: String, meant: String) {
    #expect(nearestName(to: written, among: ["acc", "acc_norm", "hellaswag", "piqa", "negative_flips", "positive_flips"]) == meant)
  }

  @Test func nothingIsNear() {
    #expect(nearestName(to: "zebra", among: ["acc", "acc_norm"]) == nil)
    #expect(nearestName(to: "x", among: ["y"]) == nil)
    #expect(nearestName(to: "", among: ["a"]) == nil)
    #expect(nearestName(to: "acc", among: []) == nil)
  }

  /// Of two that are as near, the first one.
  @Test func tiesGoToTheFirst() { #expect(nearestName(to: "tost", among: ["test", "toast"]) == "test") }

  @Test func quotingMakesTheInvisibleVisible() {
    #expect(quoted("a\"b\n\u{1B}[31m\u{202E}") == #""a\"b\n\u{1b}[31m\u{202e}""#)
    #expect(quoted(String(repeating: "x", count: 100)) == "\"" + String(repeating: "x", count: 80) + "…\"")
  }

  private struct Outer: Diagnostic {
    var inner: any Error
    var cause: (any Error)? { inner }
    var description: String { "outer" }
  }

  @Test func causesAreChained() {
    let inner = FileError(path: "p", problem: .notFound)
    #expect(explanation(of: Outer(inner: inner)) == "outer\n  because p: there is no such file")
    #expect(inner.severity == .configuration)
    #expect(FileError(path: "p", problem: .notWritable("full")).severity == .run)
  }

  /// FIPS 180-2: the digests of "" and "abc".
  @Test func digests() {
    #expect(SHA256Digest.of("") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(SHA256Digest.of("abc") == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    var digest = SHA256Digest()
    digest.update("a")
    digest.update([UInt8]("bc".utf8))
    #expect(digest.finalize() == SHA256Digest.of("abc"))
    #expect(SHA256Digest.of(["b": 1, "a": 2] as JSONValue) == SHA256Digest.of(["a": 2, "b": 1] as JSONValue))
  }
}
