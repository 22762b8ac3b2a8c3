// Additional: the harness's own task files, which are not ours to keep here, and the requests it makes of them (fixtures/generate/harness_tasks.py).

import Documents
import Foundation
import OrderedCollections
import Testing

@testable import Tasks

private let file = ProcessInfo.processInfo.environment["FLIPGATE_HARNESS_REQUESTS"]

/// Every task file that needs no Python asks what the harness asks, prompt by prompt; the others are refused with the reason.
@Test(.enabled(if: file != nil))
func theHarnessOwnTaskFilesAskTheSame() throws {
  let path = try #require(file)
  let document = try JSONValue.parse(try Files.read(path), file: path)
  let root = try #require(document["root"]?.string)
  var same = 0
  var refused: [String: Int] = [:]
  for entry in document["tasks"]?.array ?? [] {
    let name = entry["name"]?.string ?? ""
    var data: [String: String] = [:]
    for (split, file) in entry["data"]?.object ?? [:] {
      data[split == entry["evaluated"]?.string ? name : "\(name)/\(split)"] = file.string
    }
    let task: EvaluationTask
    do {
      task = try #require(try TaskCatalog.load(["\(root)/\(entry["file"]?.string ?? "")"], data: data).first)
    } catch {
      // A file that can't be used says why, with its place.
      refused[reason(error), default: 0] += 1
      continue
    }
    try check(task, against: entry["items"]?.array ?? [])
    same += 1
  }
  for entry in document["python"]?.array ?? [] {
    let problems = TaskFile.problems("\(root)/\(entry["file"]?.string ?? "")").map { explanation(of: $0) }
    let file = entry["file"]?.string ?? ""
    #expect(problems.contains { $0.contains("Python") || $0.contains("not supported") || $0.contains("there is no") }, "\(file): \(problems)")
  }
  print("\(same) task files ask the same; refused:", refused.sorted { $0.value > $1.value }.map { "\n  \($0.value) \($0.key)" }.joined())
  #expect(same >= 40)
}

/// The sentence of an error without its place.
private func reason(_ error: any Error) -> String {
  let lines = explanation(of: error).split(separator: "\n").prefix(4).map { line in
    line.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? String(line)
  }
  return lines.joined(separator: " | ")
}
