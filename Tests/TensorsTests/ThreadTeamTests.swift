// A team of threads: every thread takes part, and what they compute together has the bits of one.

import Foundation
import Synchronization
import Testing

@testable import Tensors

@Suite struct ThreadTeamTests {
  /// A product shared by a team has the bits of one thread: for few rows, where each takes weights of its own, and many, where each takes
  /// rows; for whole groups of outputs and a rest; over one block of inputs and several; alone and added to what is there.
  @Test(arguments: [2, 3, 5], Precision.allCases)
  func teamsChangeNoBit(threads: Int, precision: Precision) throws {
    var numbers = TestNumbers(seed: 22)
    let team = ScratchMemory(team: ThreadTeam(threads))
    for (outputs, inputs) in [(10, 130), (64, 300), (700, 145)] {
      let packed = try VectorLibrary().pack(try numbers.matrix(rows: outputs, columns: inputs), precision: precision, storage: .f32)
      for rows in [1, 7, 50, 97, 490] {
        let activations = try numbers.matrix(rows: rows, columns: inputs)
        let (alone, shared) = (try Matrix(rows: rows, columns: outputs), try Matrix(rows: rows, columns: outputs))
        for isAdded in [false, true] {
          try packed.multiply(activations, rows: rows, into: alone, accumulating: isAdded, scratch: ScratchMemory())
          try packed.multiply(activations, rows: rows, into: shared, accumulating: isAdded, scratch: team)
          for row in 0..<rows { #expect(shared.bits(ofRow: row) == alone.bits(ofRow: row), "\(outputs), row \(row) of \(rows)") }
        }
      }
    }
  }

  /// Every row is in one part, whatever the number of threads.
  @Test(arguments: [1, 2, 3, 5])
  func partsCoverAllRows(threads: Int) {
    let team = ThreadTeam(threads)
    for rows in [1, 15, 16, 17, 33, 700] {
      for width in [1, 40, 20_000] {
        let seen = Mutex(Array(repeating: 0, count: rows))
        team.share(rows, width: width) { part in seen.withLock { for row in part { $0[row] += 1 } } }
        #expect(seen.withLock { $0.allSatisfy { $0 == 1 } }, "\(rows) rows of \(width)")
      }
    }
  }

  /// A team ends with its owner, also when its last work held the team itself.
  @Test func nothingKeepsATeam() throws {
    weak var kept: ThreadTeam?
    do {
      let team = ThreadTeam(3)
      kept = team
      team.share(700, width: 20_000) { [team] part in #expect(part.count < 700 && team.count == 3) }
    }
    let end = ContinuousClock.now + .seconds(20)
    while kept != nil, ContinuousClock.now < end { sched_yield() }
    #expect(kept == nil)
  }

  /// More threads than a queue's pool holds.
  @Test func teamsMayBeLarge() {
    let team = ThreadTeam(300)
    let seen = Mutex(Array(repeating: 0, count: 300))
    for _ in 0..<3 { team.run { thread in seen.withLock { $0[thread] += 1 } } }
    #expect(team.count > 1 && seen.withLock { $0[..<team.count].allSatisfy { $0 == 3 } && $0[team.count...].allSatisfy { $0 == 0 } })
  }

  /// Sums over a vocabulary have the same bits by one thread and by several.
  @Test func vocabularySumsAreShared() throws {
    var numbers = TestNumbers(seed: 23)
    let logits = try numbers.matrix(rows: 40, columns: 1000)
    var (alone, shared) = (Array(repeating: LogSumExp(), count: 40), Array(repeating: LogSumExp(), count: 40))
    let team = ThreadTeam(3)
    for slice in 0..<2 {
      for row in 0..<40 { alone[row].add(logits, row: row, count: 1000, firstToken: slice * 1000) }
      LogSumExp.add(logits, to: &shared, count: 1000, firstToken: slice * 1000, team: team)
    }
    #expect(alone.map(\.value) == shared.map(\.value) && alone.map(\.largestToken) == shared.map(\.largestToken))
  }

  /// Keys and values that a segment keeps before it attends are those of rows beside the queries, for any number of threads.
  @Test(arguments: [1, 2, 3])
  func segmentsKeepTheirKeys(threads: Int) throws {
    var numbers = TestNumbers(seed: 24)
    let shape = AttentionShape(heads: 6, keyValueHeads: 3, headWidth: 20)
    let lengths = [5, 1, 18, 1]
    let projected = try numbers.matrix(rows: 25, columns: shape.queryWidth + 2 * shape.keyWidth)
    let (expected, output) = (try Matrix(rows: 25, columns: shape.queryWidth), try Matrix(rows: 25, columns: shape.queryWidth))
    var (plain, keeping): ([AttentionSegment], [AttentionSegment]) = ([], [])
    var first = 0
    for length in lengths {
      let store = try KeyValueStore(heads: 3, headWidth: 20, capacity: length, precision: .f32)
      let run = KeyValueRun(
        rowsOf: projected, keyColumn: shape.queryWidth, valueColumn: shape.queryWidth + shape.keyWidth, firstRow: first, count: length)
      plain.append(AttentionSegment(firstRow: first, rows: length, runs: [run]))
      keeping.append(
        AttentionSegment(
          firstRow: first, rows: length, runs: [KeyValueRun(store, count: length)], place: KeyValuePlace(store: store, position: 0)))
      first += length
    }
    try projected.attend(plain, shape: shape, into: expected, scratch: ScratchMemory())
    // All segments together, and one alone, whose heads are shared.
    try projected.attend(keeping, shape: shape, into: output, scratch: ScratchMemory(team: ThreadTeam(threads)))
    for row in 0..<25 { #expect(output.bits(ofRow: row) == expected.bits(ofRow: row)) }
    output.clear(rows: 25)
    try projected.attend([keeping[2]], shape: shape, into: output, scratch: ScratchMemory(team: ThreadTeam(threads)))
    for row in 6..<24 { #expect(output.bits(ofRow: row) == expected.bits(ofRow: row)) }
  }

  /// Every thread of a team takes part in every job, also after it has slept.
  @Test func everyThreadTakesPart() throws {
    let team = ThreadTeam(3)
    let sums = Mutex([0, 0, 0])
    for round in 0..<200 {
      if round % 50 == 49 { Thread.sleep(forTimeInterval: 0.01) }
      team.run { thread in sums.withLock { $0[thread] += 1 } }
    }
    #expect(sums.withLock { $0 } == [200, 200, 200])
  }
}
