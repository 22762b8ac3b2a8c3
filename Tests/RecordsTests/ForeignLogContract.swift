// What every reader of logs has to hold, by one call: the same two runs, whatever tool wrote them down.

import Documents
import Foundation
import Records
import Testing

/// How the items of two logs moved.
struct Moves: Equatable, CustomStringConvertible {
  var bothRight = 0
  var negative = 0
  var positive = 0
  var wrongAlike = 0
  var wrongOtherwise = 0
  var errors = 0
  var unscored = 0
  var alone = 0

  init(_ values: (Int, Int, Int, Int, Int), errors: Int = 0, unscored: Int = 0) {
    (bothRight, negative, positive, wrongAlike, wrongOtherwise) = values
    self.errors = errors
    self.unscored = unscored
  }

  init(_ items: [PairedOutcomes]) {
    for item in items {
      guard let old = item.baseline, let new = item.candidate else {
        alone += 1
        continue
      }
      if old.hasError || new.hasError {
        errors += 1
      } else if old.isUnscored || new.isUnscored {
        unscored += 1
      } else {
        switch (old.isCorrect, new.isCorrect) {
        case (true, true): bothRight += 1
        case (true, false): negative += 1
        case (false, true): positive += 1
        default: if old.hasSameAnswer(as: new) { wrongAlike += 1 } else { wrongOtherwise += 1 }
        }
      }
    }
  }

  var description: String {
    "right \(bothRight), negative \(negative), positive \(positive), alike \(wrongAlike), otherwise \(wrongOtherwise), errors \(errors), "
      + "unscored \(unscored), alone \(alone)"
  }
}

/// Two logs of one format under `fixtures/foreign`.
struct ForeignLogContract: Sendable, CustomStringConvertible {
  var format: LogFormat
  var baseline: String
  var candidate: String
  /// By task and filter.
  var expected: [String: Moves]
  var model: String
  /// The file whose bytes are damaged, where the log is a folder.
  var file: String?

  var description: String { baseline }

  static var folder: String { URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../fixtures/foreign" }
  static func path(_ name: String) -> String { folder + "/" + name }

  /// Holds all of it.
  func hold() throws {
    try holdDetection()
    try holdMoves()
    try holdTexts()
    try holdDamage()
  }

  private func moves(_ old: RecordedRun, _ new: RecordedRun) -> [String: Moves] {
    var moves: [String: Moves] = [:]
    for group in OutcomePairing.groups(old.outcomes, new.outcomes) { moves["\(group.task):\(group.filter)"] = Moves(group.items) }
    return moves
  }

  /// The format is told from the contents, under any name, and no other format takes the file.
  private func holdDetection() throws {
    let path = Self.path(baseline)
    #expect(try LogFormat.detect(path) == format)
    if !Files.isDirectory(path) {
      let folder = try TemporaryFolder()
      let renamed = folder.path + "/no name that helps"
      try Files.write(Files.read(path), to: renamed)
      #expect(try LogFormat.detect(renamed) == format)
      #expect(try RecordedRun(path: renamed).outcomes.count == RecordedRun(path: path, format: format).outcomes.count)
    }
    for other in LogFormat.allCases where other != format {
      #expect(throws: (any Error).self, "\(other.rawValue) must not take it") { try RecordedRun(path: path, format: other) }
    }
  }

  /// Items are joined by what they are, though the candidate's log has them the other way round.
  private func holdMoves() throws {
    let (old, new) = (try RecordedRun(path: Self.path(baseline)), try RecordedRun(path: Self.path(candidate)))
    #expect(moves(old, new) == expected)
    #expect(old.isComplete && new.isComplete)
    #expect(old.header.model.name == model)
    for (name, found) in moves(old, old) {
      #expect(found.negative + found.positive + found.wrongOtherwise + found.alone == 0, "\(name) against itself: \(found)")
    }
    for pair in OutcomePairing.groups(old.outcomes, new.outcomes).flatMap(\.items) {
      if let before = pair.baseline, let after = pair.candidate { #expect(before.hasSamePrompt(as: after) != false) }
    }
    for task in old.header.tasks {
      #expect(new.header.tasks.contains(task), "the definition of \(task.name) is the same on both sides")
      #expect(task.items == 6 || task.items == 4)
    }
  }

  /// The second pass gives what the first one hashed.
  private func holdTexts() throws {
    let old = try RecordedRun(path: Self.path(baseline))
    let before = old.outcomes.rows.map(\.outcome)
    #expect(before.allSatisfy { $0.prediction.isEmpty && $0.output == nil && $0.choices == nil })
    try ComparedOutcome.recall(Array(old.outcomes.rows))
    for row in old.outcomes.rows {
      let outcome = row.outcome
      #expect(outcome.item == row.item && outcome.index == row.index && outcome.isCorrect == row.isCorrect)
      #expect(!outcome.prediction.isEmpty && !outcome.target.isEmpty)
      #expect(outcome.choices != nil || outcome.output != nil)
    }
  }

  /// A file that is cut off or damaged is an error with its place, or holds fewer items; it never stops the process and is never read as if it were whole.
  private func holdDamage() throws {
    let folder = try TemporaryFolder()
    let source = Self.path(file ?? baseline)
    let bytes = try Files.read(source)
    let name = folder.path + "/" + Files.name(of: source)
    let whole = try RecordedRun(path: Self.path(baseline)).outcomes.count
    for cut in stride(from: 1, to: bytes.count - 2, by: max(1, bytes.count / 40)) {
      try Files.write(Array(bytes[..<cut]), to: name)
      guard let run = try? RecordedRun(path: name, format: format) else { continue }  // the error is what is asked for
      #expect(run.outcomes.count < whole || !run.isComplete || file != nil, "cut at \(cut)")
    }
    for place in stride(from: 7, to: bytes.count, by: max(1, bytes.count / 60)) {
      var damaged = bytes
      damaged[place] = 0xFF
      try Files.write(damaged, to: name)
      do {
        _ = try RecordedRun(path: name, format: format)
        // Bytes that nobody looks at, such as those of an archive's times, are allowed to be anything.
        #expect(source.hasSuffix(".eval"), "byte \(place) is not UTF-8")
      } catch let error as any Diagnostic {
        #expect(error.description.contains(Files.name(of: source)), "\(error)")
      }
    }
  }
}
