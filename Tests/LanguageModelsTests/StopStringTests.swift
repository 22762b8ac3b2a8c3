// Where a text ends: stop strings are found byte by byte, wherever Unicode draws the borders of characters.

import Testing
import Tokenization

@testable import LanguageModels

@Suite struct StopStringTests {
  /// Python's `text.split(stop)[0]`: the line feed of "\r\n" counts, and so does a letter with an accent behind it.
  @Test(arguments: [
    ("one\r\ntwo", "\n", "one\r"), ("one\ntwo", "\n", "one"), ("cafe\u{301} noir", "e", "caf"), ("cafe\u{301} noir", "\u{301}", "cafe"),
    ("one two", "three", "one two"),
  ])
  func cutsAtTheFirst(text: String, stop: String, expected: String) throws {
    let model = try Fixtures.model()
    let tokens = try model.tokenizer.encode(text, addSpecialTokens: false)
    let whole = try model.tokenizer.decode(tokens, skipSpecialTokens: true)
    let request = GenerationRequest(prompt: [1], maximumTokens: tokens.count, stopStrings: [stop])
    let continuation = Continuation(
      0, request, cache: try KeyValueCache(model.decoder, capacity: tokens.count + 1), tokenizer: model.tokenizer,
      contextLength: model.blueprint.contextLength)
    var result: GeneratedText?
    for token in tokens where result == nil { result = try continuation.advance(token: token, logprob: -1) }
    // Scalars, for equality of strings knows no difference between e + accent and é.
    let found = Array(result?.text.unicodeScalars ?? "".unicodeScalars)
    let offset = whole.unicodeScalars.count - text.unicodeScalars.count
    #expect(Array(found.dropFirst(offset)) == Array(expected.unicodeScalars))
    #expect(result?.ending == (text == expected ? .length : .stopString))
  }
}
