// Where the fixtures of the tokenizer tests are, and how they are read.

import Documents
import Testing

@testable import Tokenization

enum Fixtures {
  static let folder: String = {
    let tests = Files.parent(of: Files.parent(of: Files.parent(of: #filePath)))
    return Files.path("fixtures/tokenizers", relativeTo: tests)
  }()

  static func bytes(_ name: String) throws -> [UInt8] { try Files.read(Files.path(name, relativeTo: folder)) }

  static func json(_ name: String) throws -> JSONValue { try JSONValue.parse(try bytes(name), file: name) }

  /// A tokenizer out of a `tokenizer.json` given as text.
  static func tokenizer(_ text: String) throws(TokenizerError) -> Tokenizer {
    try Tokenizer(tokenizerJSON: Array(text.utf8), file: "tokenizer.json")
  }

  /// A tokenizer.json with this vocabulary and these other members.
  static func file(vocabulary: String = #"{"a":0,"b":1,"ab":2}"#, merges: String = #"["a b"]"#, model: String = "", members: String = "")
    -> String
  {
    #"{"version":"1.0"\#(members),"model":{"type":"BPE"\#(model),"vocab":\#(vocabulary),"merges":\#(merges)}}"#
  }
}
