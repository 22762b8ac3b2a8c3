// Tiny models for the objective's tests: a projection from plain numbers, and the reference cases of `fixtures/objective`.

import Documents
import Foundation
import LanguageModels
import Tensors
import Testing

@testable import Adaptation

/// A vocabulary of plain numbers, cut into slices of any width.
struct PlainVocabulary: VocabularyProjection {
  let width: Int
  let vocabularySize: Int
  let softCap: Float?
  private let sliceWidth: Int
  private let forward: [any PackedWeights]
  private let transposed: [any PackedWeights]
  private let biases: [Matrix?]

  /// - Parameter weight: `[vocabulary, width]`, row by row.
  init(weight: [Float], bias: [Float]?, width: Int, softCap: Float?, sliceWidth: Int) throws {
    let library = VectorLibrary()
    self.width = width
    vocabularySize = weight.count / width
    self.softCap = softCap
    self.sliceWidth = sliceWidth
    var (forward, transposed, biases): ([any PackedWeights], [any PackedWeights], [Matrix?]) = ([], [], [])
    for first in stride(from: 0, to: vocabularySize, by: sliceWidth) {
      let count = min(sliceWidth, vocabularySize - first)
      let (rows, columns) = (try Matrix(rows: count, columns: width), try Matrix(rows: width, columns: count))
      for token in 0..<count {
        for column in 0..<width {
          rows[token, column] = weight[(first + token) * width + column]
          columns[column, token] = weight[(first + token) * width + column]
        }
      }
      forward.append(try library.pack(rows, precision: .f32, storage: .f32))
      transposed.append(try library.pack(columns, precision: .f32, storage: .f32))
      biases.append(try bias.map { try Matrix(row: Array($0[first..<first + count])) })
    }
    (self.forward, self.transposed, self.biases) = (forward, transposed, biases)
  }

  var count: Int { forward.count }

  func range(_ slice: Int) -> Range<Int> { slice * sliceWidth..<min(vocabularySize, (slice + 1) * sliceWidth) }

  func logits(_ slice: Int, of hidden: Matrix, rows: Int, into logits: Matrix, scratch: ScratchMemory) throws(ModelError) {
    do {
      try forward[slice].multiply(hidden, rows: rows, into: logits, accumulating: false, scratch: scratch)
    } catch {
      throw .tensors(.init(error))
    }
    if let bias = biases[slice] { logits.addToRows(bias, rows: rows) }
  }

  func backward(_ slice: Int, of logitGradient: Matrix, rows: Int, into gradient: Matrix, scratch: ScratchMemory) throws(ModelError) {
    do {
      try transposed[slice].multiply(logitGradient, rows: rows, into: gradient, accumulating: true, scratch: scratch)
    } catch {
      throw .tensors(.init(error))
    }
  }
}

/// A model of the reference file: hidden states and what they are projected by.
struct PlainModel {
  let hidden: [Float]
  let weight: [Float]
  let bias: [Float]?
  let width: Int
  let cap: Float?

  init(_ json: JSONValue) throws {
    hidden = try #require(json["hidden"]).floats
    weight = try #require(json["weight"]).floats
    bias = json["bias"]?.array.map { $0.map { Float($0.double ?? .nan) } }
    width = try #require(json["width"]?.integer)
    cap = json["cap"]?.double.map { Float($0) }
  }

  func vocabulary(sliceWidth: Int) throws -> PlainVocabulary {
    try PlainVocabulary(weight: weight, bias: bias, width: width, softCap: cap, sliceWidth: sliceWidth)
  }

  func states() throws -> Matrix { try Matrix(values: hidden, columns: width) }

  func teacher(sliceWidth: Int) throws -> Teacher { Teacher(hidden: try states(), vocabulary: try vocabulary(sliceWidth: sliceWidth)) }
}

/// A case of `fixtures/objective/losses.json`.
struct ObjectiveCase: CustomTestStringConvertible, Sendable {
  let name: String
  let json: JSONValue
  var testDescription: String { name }
}

/// The reference file (PyTorch in f64; `fixtures/generate/objective_goldens.py`).
enum ObjectiveGoldens {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../fixtures/objective").standardized.path
  static let document = try? JSONValue.parse(Files.readText(folder + "/losses.json"))
  static let cases = (document?["cases"]?.array ?? []).map { ObjectiveCase(name: $0["name"]?.string ?? "", json: $0) }

  static func model(_ name: String) throws -> PlainModel { try PlainModel(#require(document?["models"]?[name])) }

  /// A case computed by us.
  static func loss(_ given: ObjectiveCase, sliceWidth: Int, threads: Int, wantsGradient: Bool = true) throws -> LossResult {
    let objective = try Objective(json: #require(given.json["objective"]))
    let student = try model(#require(given.json["student"]?.string))
    let old: OldTeacher =
      given.json["with_chunks"]?.bool == true
      ? .chunks(try chunks())
      : .states(try model(#require(given.json["old"]?.string)).teacher(sliceWidth: sliceWidth))
    let loss = try CompatibilityLoss(objective, vocabulary: student.vocabulary(sliceWidth: sliceWidth), threads: threads)
    return try loss(
      student: student.states(), old: old, new: model(#require(given.json["new"]?.string)).teacher(sliceWidth: 11), targets: targets(given),
      wantsGradient: wantsGradient)
  }

  static func targets(_ given: ObjectiveCase) throws -> TokenTargets {
    let weights = try #require(given.json["weights"]).floats
    return try TokenTargets(tokens: integers("tokens"), weights: weights, sequences: integers("sequences"))
  }

  static func integers(_ key: String) throws -> [Int32] { try #require(document?[key]?.array).map { Int32($0.integer ?? -1) } }

  static func chunks() throws -> [AlignedChunk] {
    try #require(document?["chunks"]?.array).map { chunk in
      let rows = try #require(chunk["rows"]?.array).map { $0.integer ?? -1 }
      return AlignedChunk(
        rows: rows[0]..<rows[1], logProbability: try #require(chunk["log_probability"]?.double), isRight: chunk["right"]?.bool == true)
    }
  }
}

extension JSONValue {
  var floats: [Float] { (array ?? []).map { Float($0.double ?? .nan) } }
}

extension Matrix {
  convenience init(values: [Float], columns: Int) throws {
    try self.init(rows: values.count / columns, columns: columns)
    for (place, value) in values.enumerated() { self[place / columns, place % columns] = value }
  }

  var allValues: [Float] { (0..<rows).flatMap { row($0) } }
}

/// SplitMix64 (Steele et al. 2014): test data only.
struct SeededNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in [-1, 1).
  mutating func float() -> Float { Float(Int32(truncatingIfNeeded: next() >> 32)) / Float(1 << 31) }

  mutating func int(below limit: Int) -> Int { Int(next() % UInt64(limit)) }

  mutating func floats(_ count: Int, spread: Float = 1) -> [Float] { (0..<count).map { _ in float() * spread } }
}
