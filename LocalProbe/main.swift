import Documents
import Tasks
import Foundation
if CommandLine.arguments.count > 2, CommandLine.arguments[1] == "--chat" { do { try chat(CommandLine.arguments[2]) } catch { print(error) }; exit(0) }
var data: [String: String] = [:]
var names: [String] = []
var dump = false
for a in CommandLine.arguments.dropFirst() {
  if a == "--dump" { dump = true } else if let e = a.firstIndex(of: "=") { data[String(a[..<e])] = String(a[a.index(after: e)...]) } else { names.append(a) }
}
let clock = ContinuousClock()
do {
  var tasks: [EvaluationTask] = []
  let t = try clock.measure { tasks = try TaskCatalog.load(names, data: data) }
  for task in tasks {
    FileHandle.standardError.write(Data("\(task.name) \(task.items.count) items \(t) \(task.taskDigest) \(task.dataDigest) \(task.metrics) \(task.primaryMetric) \(task.items[0].identity)\n".utf8))
    if dump { for item in task.items {
      switch item.question {
      case .multipleChoice(let r, _, let g): print(JSONValue.array([.string(r[0].context), .array(r.map { .string($0.continuation) }), .array(g.map { .integer($0) })]).serialized())
      case .likelihood(let r): print(JSONValue.array([.string(r.context), .array([.string(r.continuation)])]).serialized())
      } } }
  }
} catch { FileHandle.standardError.write(Data((explanation(of: error) + "\n").utf8)) }
