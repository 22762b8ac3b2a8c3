// The evaluation cache: what was put in comes out under the same key only, and damage is noticed.

import Documents
import Records
import Tasks
import Testing

@Suite struct OutcomeStoreTests {
  let header = RecordSamples.header()
  var key: OutcomeKey { OutcomeKey(header, task: header.tasks[0]) }

  @Test func keepsOutcomesByIdentity() throws {
    let folder = try TemporaryFolder()
    let store = OutcomeStore(directory: folder.path)
    #expect(try store.outcomes(for: key).count == 0)
    try store.append([RecordSamples.outcome(0), RecordSamples.failed(1)], for: key)
    try store.append([RecordSamples.strange(2)], for: key)
    try store.append([], for: key)
    let found = try store.outcomes(for: key)
    #expect(found.count == 2 && found.corruptLines == 0)
    #expect(found["sha256:hellaswag-0"] == RecordSamples.outcome(0))
    #expect(found["sha256:hellaswag-2#2", filter: "strict"] == RecordSamples.strange(2))
    #expect(found["sha256:hellaswag-2#2"] == nil)
    // Errors are never kept.
    #expect(found["sha256:hellaswag-1"] == nil)
  }

  /// A task file may be renamed, and its slices told otherwise, without a change of what is asked.
  @Test func anOutcomeSettlesOnThisRunsItem() {
    let item = TaskItem(
      identity: "sha256:hellaswag-0", index: 7, question: .likelihood(.init(context: "a", continuation: " b")), target: "Paris 0",
      slices: [(name: "topic", value: "x")], cluster: "c")
    let settled = RecordSamples.outcome(0).settled(on: item, of: "renamed")
    #expect(settled.task == "renamed" && settled.index == 7 && settled.cluster == "c")
    #expect(settled.slices == [.init(name: "topic", value: "x")])
    #expect(settled.choices == RecordSamples.outcome(0).choices && settled.prediction == "Paris 0")
  }

  @Test func anyPartOfTheKeyOpensAnotherFile() throws {
    let changes: [(inout OutcomeKey) -> Void] = [
      { $0.weights = "x" }, { $0.config = "x" }, { $0.adapter = "x" }, { $0.tokenizer = "x" }, { $0.chatTemplate = nil }, { $0.task = "x" },
      { $0.data = "x" }, { $0.precision = "bf16" }, { $0.matrixLibrary = "x" }, { $0.kernels = "x" }, { $0.engine = "x" },
    ]
    var digests: Set<String> = [key.digest]
    for change in changes {
      var other = key
      change(&other)
      digests.insert(other.digest)
    }
    #expect(digests.count == changes.count + 1)
    #expect(key.digest.utf8.count == 64)
  }

  @Test func theFirstLineHoldsTheKeyInClear() throws {
    let folder = try TemporaryFolder()
    let store = OutcomeStore(directory: folder.path)
    try store.append([RecordSamples.outcome(0)], for: key)
    let line = try #require(try Files.readText(store.path(of: key)).split(separator: "\n").first)
    let value = try JSONValue.parse(String(line))
    #expect(value["format"] == "flipgate.outcomes")
    #expect(value["key"]?["weights"] == "sha256:weights")
  }

  @Test func theFirstOfTwoCounts() throws {
    let folder = try TemporaryFolder()
    let store = OutcomeStore(directory: folder.path)
    try store.append([RecordSamples.outcome(0)], for: key)
    try store.append([RecordSamples.outcome(0, correct: false)], for: key)
    #expect(try store.outcomes(for: key)["sha256:hellaswag-0"] == RecordSamples.outcome(0))
  }

  /// A flipped bit anywhere in an outcome's line is noticed: that line, or the two that it joins or splits, are not used, the others are.
  @Test func aFlippedBitIsNeverTrusted() throws {
    let folder = try TemporaryFolder()
    let store = OutcomeStore(directory: folder.path)
    let outcomes = (0..<3).map { RecordSamples.outcome($0) }
    try store.append(outcomes, for: key)
    let path = store.path(of: key)
    let bytes = try Files.read(path)
    let start = try #require(bytes.firstIndex(of: 0x0A)) + 1
    for position in stride(from: start, to: bytes.count, by: 13) {
      var damaged = bytes
      damaged[position] ^= 1 << UInt8(position % 8)
      try Files.write(damaged, to: path)
      let found = try store.outcomes(for: key)
      #expect(found.corruptLines >= 1 || found.count == 3, "bit \(position % 8) of byte \(position)")
      for outcome in outcomes {
        let kept = found[outcome.item]
        #expect(kept == nil || kept == outcome)
      }
      #expect(found.count >= 1)
    }
  }

  @Test func aTornLineSpoilsNoOther() throws {
    let folder = try TemporaryFolder()
    let store = OutcomeStore(directory: folder.path)
    try store.append([RecordSamples.outcome(0), RecordSamples.outcome(1)], for: key)
    let path = store.path(of: key)
    let bytes = try Files.read(path)
    try Files.write(Array(bytes.dropLast(30)), to: path)
    try store.append([RecordSamples.outcome(2)], for: key)
    let found = try store.outcomes(for: key)
    #expect(found.corruptLines == 1)
    #expect(found["sha256:hellaswag-0"] != nil && found["sha256:hellaswag-1"] == nil && found["sha256:hellaswag-2"] != nil)
  }

  @Test func anotherKeysFileIsWorthNothing() throws {
    let folder = try TemporaryFolder()
    let store = OutcomeStore(directory: folder.path)
    try store.append([RecordSamples.outcome(0)], for: key)
    var other = key
    other.weights = "sha256:other"
    try Files.write(try Files.read(store.path(of: key)), to: store.path(of: other))
    #expect(try store.outcomes(for: other).count == 0)
    // Nor is a line of it, moved below the right key.
    let lines = try Files.readText(store.path(of: key)).split(separator: "\n")
    try store.append([RecordSamples.outcome(1)], for: other)
    try AppendFile(appendingTo: store.path(of: other)).append(lines[1] + "\n")
    let found = try store.outcomes(for: other)
    #expect(found["sha256:hellaswag-0"] == nil)
  }

  @Test func twoWritersAtOnce() async throws {
    let folder = try TemporaryFolder()
    let store = OutcomeStore(directory: folder.path)
    let key = key
    try await withThrowingTaskGroup(of: Void.self) { group in
      for start in 0..<4 {
        group.addTask { for index in 0..<25 { try store.append([RecordSamples.outcome(start * 25 + index)], for: key) } }
      }
      try await group.waitForAll()
    }
    let found = try store.outcomes(for: key)
    #expect(found.count == 100 && found.corruptLines == 0)
  }
}
