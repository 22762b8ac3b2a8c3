// Evaluations in this process: engines, tasks and settings from the fixtures.

import Documents
import Evaluation
import Foundation
import LanguageModels
import Records
import Tasks

enum Lab {
  static let fixtures =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path + "/fixtures"
  static func fixture(_ name: String) -> String { fixtures + "/" + name }

  static func engine(_ model: String) throws -> EmbeddedEngine {
    try EmbeddedEngine(path: model, options: LanguageModel.Options(threads: 2), version: "test")
  }

  /// The record of a model over task files; time stands still and memory is not counted, so that equal runs have equal records.
  static func evaluate(
    _ tasks: [String], model: String = fixture("models/baseline"), settings: EvaluationSettings = EvaluationSettings(threads: 2),
    keeping: OutcomeKeeping = OutcomeKeeping()
  ) throws -> RunRecord {
    let evaluator = Evaluator(try engine(model), settings: settings, keeping: keeping, clock: { 0 }, peakMemory: { 0 })
    return try evaluator.evaluate(try TaskCatalog.load(tasks), created: "2026-01-01T00:00:00Z")
  }

  /// Outcomes as a record's lines.
  static func lines(_ record: RunRecord) -> [String] { record.outcomes.map { $0.json.text } }
}

extension JSONValue {
  /// The value as one line.
  var text: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A folder that goes away with the test.
final class Scratch {
  let path = NSTemporaryDirectory() + "flipgate-evaluation-" + UUID().uuidString

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit {
    // What is left in a temporary folder is the system's to remove.
    try? FileManager.default.removeItem(atPath: path)
  }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try Files.write(text, to: "\(path)/\(name)")
    return "\(path)/\(name)"
  }

  /// A copy of a task file with changes, its data found where the first one finds it.
  func task(_ name: String, as copy: String, replacing changes: [(String, String)]) throws -> String {
    var text = try Files.readText(Lab.fixture(name))
    for (old, new) in changes { text = text.replacingOccurrences(of: old, with: new) }
    text = text.replacingOccurrences(of: " ../tasks/", with: " " + Lab.fixture("tasks/"))
    for data in ["tasks/arithmetic.jsonl", "tasks/arithmetic_train.jsonl", "evaluation/memoirs.jsonl"] {
      text = text.replacingOccurrences(of: " " + Files.name(of: data), with: " " + Lab.fixture(data))
    }
    return try write(text, to: copy)
  }
}
