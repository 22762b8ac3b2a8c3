// Real vocabularies with some 47 texts each, from llama.cpp's own tests; they run where FLIPGATE_SHARED names the folder that holds them.

import Documents
import Foundation
import Testing

@testable import Tokenization

private let shared = ProcessInfo.processInfo.environment["FLIPGATE_SHARED"]

@Suite(.enabled(if: shared != nil)) struct SharedOracles {
  /// Every vocabulary in the folder that comes with texts.
  static let vocabularies: [String] = {
    let folder = "\(shared ?? "")/oracles/tokenizers"
    guard shared != nil, let names = try? Files.list(folder) else { return [] }  // nothing to list: no test
    return names.filter { $0.hasSuffix(".gguf.inp") }.map { "\(folder)/\($0.dropLast(4))" }
  }()

  @Test(arguments: vocabularies) func `IDs are llama.cpp's`(path: String) throws {
    let tokenizer = try Tokenizer(gguf: try GGUFMetadata.vocabulary(path))
    let texts = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + ".inp")), as: UTF8.self)
      .components(separatedBy: "\n__ggml_vocab_test__\n")
    let lines = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + ".out")), as: UTF8.self).components(separatedBy: "\n")
    #expect(texts.count >= 47)
    for (text, line) in zip(texts, lines) {
      let expected = line.split(separator: " ").compactMap { Int32($0) }
      #expect(try tokenizer.encode(text, addSpecialTokens: false) == expected, "\(text.debugDescription)")
      #expect(try tokenizer.decode(expected, skipSpecialTokens: false) == text)
    }
  }

  @Test func `stories260K gives the same IDs from both formats`() throws {
    let folder = "\(try #require(shared))/oracles/stories260K"
    let json = try Tokenizer(huggingFace: "\(folder)/hf")
    let gguf = try Tokenizer(gguf: try GGUFMetadata.vocabulary("\(folder)/stories260K-f32.gguf"))
    for text in Golden.texts {
      #expect(try json.encode(text, addSpecialTokens: true) == gguf.encode(text, addSpecialTokens: true), "\(text.debugDescription)")
    }
  }
}

/// As much of GGUF as the vocabulary needs; trusts the file.
private struct GGUFMetadata {
  let data: Data
  var position = 24

  static func vocabulary(_ path: String) throws -> GGUFVocabulary {
    var reader = GGUFMetadata(data: try Data(contentsOf: URL(fileURLWithPath: path)))
    var gguf = GGUFVocabulary(model: "", tokens: ByteStrings(), file: path)
    let count = Int(reader.integer(at: 16, 8))
    for _ in 0..<count {
      let key = String(decoding: reader.string(), as: UTF8.self)
      let value = reader.value(Int(reader.take(4)))
      switch (key, value) {
      case ("general.name", .text(let text)): gguf.modelName = text
      case ("tokenizer.ggml.model", .text(let text)): gguf.model = text
      case ("tokenizer.ggml.pre", .text(let text)): gguf.pre = text
      case ("tokenizer.ggml.tokens", .texts(let texts)): gguf.tokens = texts
      case ("tokenizer.ggml.merges", .texts(let texts)): gguf.merges = texts
      case ("tokenizer.ggml.scores", .numbers(let numbers)): gguf.scores = numbers.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
      case ("tokenizer.ggml.token_type", .numbers(let numbers)): gguf.types = numbers.map { Int32(truncatingIfNeeded: $0) }
      case ("tokenizer.ggml.bos_token_id", .number(let id)): gguf.bosID = Int(id)
      case ("tokenizer.ggml.eos_token_id", .number(let id)): gguf.eosID = Int(id)
      case ("tokenizer.ggml.unknown_token_id", .number(let id)): gguf.unknownID = Int(id)
      case ("tokenizer.ggml.add_bos_token", .number(let flag)): gguf.addBOS = flag != 0
      case ("tokenizer.ggml.add_eos_token", .number(let flag)): gguf.addEOS = flag != 0
      default: break
      }
    }
    return gguf
  }

  enum Value {
    case number(UInt64)
    case text(String)
    case numbers([UInt64])
    case texts(ByteStrings)
  }

  func integer(at offset: Int, _ width: Int) -> UInt64 { (0..<width).reduce(0) { $0 | UInt64(data[offset + $1]) << UInt64(8 * $1) } }

  mutating func take(_ width: Int) -> UInt64 {
    defer { position += width }
    return integer(at: position, width)
  }

  mutating func string() -> Data {
    let count = Int(take(8))
    defer { position += count }
    return data[position..<position + count]
  }

  mutating func value(_ type: Int) -> Value {
    let widths = [0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8]
    if let width = widths[type] { return .number(take(width)) }
    if type == 8 { return .text(String(decoding: string(), as: UTF8.self)) }
    let element = Int(take(4))
    let count = Int(take(8))
    if let width = widths[element] { return .numbers((0..<count).map { _ in take(width) }) }
    var texts = ByteStrings()
    for _ in 0..<count { texts.append(string()) }
    return .texts(texts)
  }
}
