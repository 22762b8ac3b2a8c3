// The memory and the threads of a training step.

internal import Synchronization
internal import Tensors

/// Matrices that are used again from layer to layer and step to step, and the team that works on them; one caller's.
final class TrainingArea: @unchecked Sendable {
  /// What a matrix is for.
  enum Purpose: Hashable {
    case normalized, secondNormalized, between, added, addedGradient, firstGradient, secondGradient, running
    case attendedGradient, queryKeyValueGradient, activated, activatedGradient, lowRankGradient, factorGradient, turnedGradient
    case dropped, droppedGradient, embedded, position
    case gathered, computed, gatheredGradient, computedGradient, routerGradient
  }

  let scratch: ScratchMemory
  /// Of the expert that is computed: experts are computed again in the backward pass.
  let expertTape = LayerTape()
  /// For products that don't share a team: one a thread.
  private let ownScratch: [ScratchMemory]
  private struct Key: Hashable {
    var purpose: Purpose
    var columns: Int
  }
  private var matrices: [Key: Matrix] = [:]

  init(threads: Int) {
    scratch = ScratchMemory(team: ThreadTeam(max(1, threads)))
    ownScratch = (0..<max(1, threads)).map { _ in ScratchMemory() }
  }

  var bytes: Int { matrices.values.reduce(scratch.bytes + expertTape.bytes) { $0 + $1.bytes } + ownScratch.reduce(0) { $0 + $1.bytes } }
  private var threads: Int { scratch.team.count }

  /// A matrix of at least `rows` rows for a purpose; what was in it is of no meaning.
  func matrix(_ purpose: Purpose, rows: Int, columns: Int) throws(TensorError) -> Matrix {
    let key = Key(purpose: purpose, columns: columns)
    if let known = matrices[key], known.rows >= rows { return known }
    matrices[key] = nil
    let made = try Matrix(rows: rows, columns: columns)
    matrices[key] = made
    return made
  }

  /// Calls `body` with parts of some rows, each on a thread; parts begin at multiples of 16, so that nobody writes a neighbour's rows.
  func share(rows: Int, _ body: @escaping @Sendable (_ part: Range<Int>) -> Void) { share(rows, step: 16, body) }

  /// The same with columns, in whole cache lines of a row, and as wide as the kernels' tiles.
  func share(columns: Int, _ body: @escaping @Sendable (_ part: Range<Int>) -> Void) { share(columns, step: 64, body) }

  private func share(_ count: Int, step: Int, _ body: @escaping @Sendable (Range<Int>) -> Void) {
    let team = scratch.team
    if threads == 1 || count <= step { return body(0..<count) }
    team.run { thread in
      let part = team.part(of: count, thread: thread, step: step)
      if !part.isEmpty { body(part) }
    }
  }

  /// output[r, :] (+)= input[r, :] · weightsᵀ; the bits are those of one thread.
  func multiply(_ weights: any PackedWeights, _ input: Matrix, rows: Int, into output: Matrix, accumulating: Bool) throws(TensorError) {
    if rows == 0 { return }
    if threads == 1 || weights.usesTeam {
      return try weights.multiply(input, rows: rows, into: output, accumulating: accumulating, scratch: scratch)
    }
    let team = scratch.team
    let failure = Failure()
    team.run { [ownScratch] thread in
      let part = team.part(of: rows, thread: thread)
      if part.isEmpty { return }
      do throws(TensorError) {
        try weights.multiply(
          Matrix(rows: part, of: input), rows: part.count, into: Matrix(rows: part, of: output), accumulating: accumulating,
          scratch: ownScratch[thread])
      } catch {
        failure.note(error)
      }
    }
    if let error = failure.first { throw error }
  }

  /// The first error of several threads.
  private final class Failure: Sendable {
    private let noted = Mutex<TensorError?>(nil)
    func note(_ error: TensorError) { noted.withLock { $0 = $0 ?? error } }
    var first: TensorError? { noted.withLock { $0 } }
  }
}
