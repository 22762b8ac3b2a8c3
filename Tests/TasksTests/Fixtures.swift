// Where the test data is, and small task files made on the spot.

import Documents
import Foundation
import Tasks

enum Fixtures {
  static let golden = "\(Files.parent(of: #filePath))/../../fixtures/tasks-golden"
  static let tasks = "\(golden)/tasks"

  static func json(_ name: String) throws -> JSONValue { try JSONValue.parse(try Files.read("\(golden)/\(name)"), file: name) }
}

/// A folder that goes away with the value.
final class TemporaryFolder {
  let path: String

  init(_ files: [String: String] = [:]) throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("flipgate-\(UUID().uuidString)").path
    try Files.makeDirectory(path)
    for (name, text) in files { try Files.write(text, to: "\(path)/\(name)") }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }  // A folder that is left behind fails no test.

  subscript(name: String) -> String { "\(path)/\(name)" }
}

/// A task file around the given lines; `data.jsonl` is its test split.
func taskText(_ lines: String, without: Set<String> = []) -> String {
  let base: [(String, String)] = [
    ("task", "task: t"), ("dataset_path", "dataset_path: json"), ("dataset_kwargs", "dataset_kwargs: {data_files: {test: data.jsonl}}"),
    ("output_type", "output_type: multiple_choice"), ("test_split", "test_split: test"), ("doc_to_text", "doc_to_text: \"{{q}}\""),
    ("doc_to_choice", "doc_to_choice: c"), ("doc_to_target", "doc_to_target: gold"),
  ]
  let own = Set(lines.split(separator: "\n").compactMap { $0.first != " " ? $0.split(separator: ":").first.map(String.init) : nil })
  return base.filter { !own.contains($0.0) && !without.contains($0.0) }.map { $0.1 + "\n" }.joined() + lines + "\n"
}

let twoDocuments = """
  {"q": "first", "c": ["a", "b"], "gold": 0, "lang": "en", "id": 7}
  {"q": "second", "c": ["a", "b"], "gold": 1, "lang": null, "id": 8}

  """
