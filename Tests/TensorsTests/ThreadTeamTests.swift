// A team of threads: every thread takes part, and what they compute together has the bits of one.

import Foundation
import Synchronization
import Testing

@testable import Tensors

@Suite struct ThreadTeamTests {
  /// A product shared by a team has the bits of one thread, for few rows and many, wide weights and narrow ones.
  @Test(arguments: [2, 3, 5])
  func teamsChangeNoBit(threads: Int) throws {
    var numbers = TestNumbers(seed: 22)
    let team = ScratchMemory(team: ThreadTeam(threads))
    for outputs in [10, 64, 700] {
      let packed = try VectorLibrary().pack(try numbers.matrix(rows: outputs, columns: 130), precision: .f32, storage: .f32)
      for rows in [1, 7, 50] {
        let activations = try numbers.matrix(rows: rows, columns: 130)
        let (alone, shared) = (try Matrix(rows: rows, columns: outputs), try Matrix(rows: rows, columns: outputs))
        try packed.multiply(activations, rows: rows, into: alone, accumulating: false, scratch: ScratchMemory())
        try packed.multiply(activations, rows: rows, into: shared, accumulating: false, scratch: team)
        for row in 0..<rows { #expect(shared.row(row) == alone.row(row)) }
      }
    }
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
