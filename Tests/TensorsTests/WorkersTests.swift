// Workers: every piece once, the first error out.

import Synchronization
import Tensors
import Testing

@Suite struct WorkersTests {
  @Test(arguments: [1, 2, 7])
  func everyPieceIsDoneOnce(threads: Int) {
    let counts = Mutex(Array(repeating: 0, count: 1000))
    withWorkers(threads, count: 1000) { worker, index in
      #expect(worker < threads)
      counts.withLock { $0[index] += 1 }
    }
    #expect(counts.withLock { $0.allSatisfy { $0 == 1 } })
  }

  @Test func anErrorStopsTheRest() {
    struct Stop: Error {}
    let done = Mutex(0)
    #expect(throws: Stop.self) {
      try withWorkers(2, count: 100_000) { _, index in
        if index == 10 { throw Stop() }
        done.withLock { $0 += 1 }
      }
    }
    #expect(done.withLock { $0 } < 100_000)
  }

  @Test func nothingToDoIsDone() { withWorkers(4, count: 0) { _, _ in Issue.record("there is no piece") } }
}
