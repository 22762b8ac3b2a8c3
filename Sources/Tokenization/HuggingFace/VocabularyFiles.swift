// `vocab.json` and `merges.txt`: what GPT-2's kind of tokenizers had before `tokenizer.json`.

internal import Documents
internal import OrderedCollections

extension TokenizerFile {
  /// Reads both files. The stages are the tokenizer class's.
  init(vocabulary: TokenizerFiles.File, merges: TokenizerFiles.File, stages: OrderedDictionary<String, JSONValue>) throws(TokenizerError) {
    for file in [vocabulary, merges] {
      // The validator's own error has no more to say.
      guard (try? UTF8Span(validating: file.bytes.span)) != nil else { throw TokenizerError(file: file.path, place: "", problem: .notUTF8) }
    }
    var scanner = JSONScanner(vocabulary.bytes, file: vocabulary.path)
    let entries = try Self.tokenIDs(&scanner, place: "")
    if scanner.peek() != nil { throw scanner.malformed("the end of the file") }
    self.init(
      file: vocabulary.path, members: stages, tokens: entries.tokens, ids: entries.ids, merges: try Self.merges(merges))
    vocabularyPlace = ""
    mergesFile = merges.path
    mergesPlace = "merge "
  }

  /// A merge a line, two tokens with a space between; lines that begin with `#version` and empty ones do not count.
  private static func merges(_ file: TokenizerFiles.File) throws(TokenizerError) -> ByteStrings {
    var merges = ByteStrings()
    merges.reserveCapacity(strings: file.bytes.count / 4, bytes: file.bytes.count)
    var start = 0
    var number = 0
    while start < file.bytes.count {
      let end = file.bytes[start...].firstIndex(of: 0x0A) ?? file.bytes.count
      var line = file.bytes[start..<end]
      start = end + 1
      number += 1
      if line.last == 0x0D { line.removeLast() }
      if line.isEmpty || line.starts(with: Array("#version".utf8)) { continue }
      guard let space = line.firstIndex(of: 0x20), line.lastIndex(of: 0x20) == space else {
        throw TokenizerError(
          file: file.path, place: "line \(number)", problem: .badMerge(found: quoted(String(decoding: line.prefix(200), as: UTF8.self))))
      }
      merges.append(line[..<space])
      merges.append(line[(space + 1)...])
    }
    return merges
  }
}
