// Matrix products by our own vector kernels: the same bits for a row on every machine that fuses additions.

internal import CVectorKernels

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Products whose every sum runs over the inputs in order, one fused multiply-add each.
///
/// A result depends on one row of activations and one row of weights alone: not on the batch, the threads, the storage of the weights, nor on
/// whether the processor has AVX2 or AVX-512. With AVX-512 it is about as fast as oneDNN (`Benchmarks/products.c`).
public struct VectorLibrary: MatrixLibrary {
  public init() {}

  public var name: String { "flipgate" }
  public var kernels: String { Processor.vectorKernels }

  public func pack(_ weights: Matrix, precision: Precision, storage: WeightStorage) throws(TensorError) -> any PackedWeights {
    try VectorWeights(weights, half: HalfFormat(precision, storage), roundsActivations: precision == .bf16)
  }
}

/// Weights in panels of 16 outputs: `[outputs / 16, inputs, 16]`.
@safe final class VectorWeights: PackedWeights, @unchecked Sendable {
  private static let panelWidth = 16
  /// From so many rows on each thread takes rows of its own, and all weights; else all rows, and weights of its own.
  private static let leastRows = 96

  let outputs: Int
  let inputs: Int
  private let panels: Int
  /// None where the panels hold f32.
  private let half: HalfFormat?
  private let roundsActivations: Bool
  private let memory: UnsafeMutableRawPointer

  init(_ weights: Matrix, half: HalfFormat?, roundsActivations: Bool) throws(TensorError) {
    outputs = weights.rows
    inputs = weights.columns
    panels = (outputs + Self.panelWidth - 1) / Self.panelWidth
    self.half = half
    self.roundsActivations = roundsActivations
    let panelCount = inputs * Self.panelWidth
    let bytesPerNumber = half == nil ? 4 : 2
    let packed = unsafe try AlignedMemory.allocate(count: panels * panelCount * bytesPerNumber, of: UInt8.self)
    unsafe memory = UnsafeMutableRawPointer(packed)
    guard let half else {
      let values = unsafe memory.bindMemory(to: Float.self, capacity: panels * panelCount)
      for panel in 0..<panels { unsafe flipgate_pack_panel(weights.base, outputs, inputs, panel, values + panel * panelCount) }
      return
    }
    let wide = unsafe try AlignedMemory.allocate(count: panelCount, of: Float.self)
    defer { unsafe free(wide) }
    let values = unsafe memory.bindMemory(to: UInt16.self, capacity: panels * panelCount)
    for panel in 0..<panels {
      unsafe flipgate_pack_panel(weights.base, outputs, inputs, panel, wide)
      let target = unsafe values + panel * panelCount
      unsafe half.narrow(wide, target, panelCount)
    }
  }

  deinit { unsafe free(memory) }

  var usesTeam: Bool { true }
  var bytes: Int { panels * Self.panelWidth * inputs * (half == nil ? 4 : 2) }

  func multiply(_ activations: Matrix, rows: Int, into product: Matrix, accumulating: Bool, scratch: ScratchMemory) throws(TensorError) {
    precondition(activations.columns == inputs && product.columns == outputs)
    precondition(rows > 0 && rows <= activations.paddedRows && rows <= product.paddedRows)
    let team = scratch.team
    let share = flipgate_multiply_scratch(rows)
    let sums = unsafe try Shared(scratch.library(bytes: team.count * share * 4).assumingMemoryBound(to: Float.self))
    let rounded = unsafe roundsActivations ? try Shared(scratch.activations(bytes: rows * inputs * 4).assumingMemoryBound(to: Float.self)) : nil
    let (source, target) = unsafe (Shared(activations.base), Shared(product.base))
    let round: @Sendable (Range<Int>) -> Void = { [inputs] rows in
      guard let rounded = unsafe rounded else { return }
      let first = rows.lowerBound * inputs
      unsafe flipgate_round_bf16(source.pointer + first, rounded.pointer + first, rows.count * inputs)
    }
    let multiply: @Sendable (Int, Range<Int>, Range<Int>) -> Void = { [self] thread, rows, panels in
      if rows.isEmpty || panels.isEmpty { return }
      let input = unsafe rounded?.pointer ?? source.pointer
      unsafe flipgate_multiply(
        input + rows.lowerBound * inputs, inputs, rows.count, memory, half?.code ?? Int32(flipgate_f32.rawValue), inputs, outputs,
        panels.lowerBound, panels.upperBound, target.pointer + rows.lowerBound * outputs, outputs, accumulating ? 1 : 0,
        sums.pointer + thread * share)
    }
    let panels = panels
    if team.count == 1 {
      round(0..<rows)
      multiply(0, 0..<rows, 0..<panels)
    } else if rows >= team.count * Self.leastRows {
      team.run { thread in
        let part = team.part(of: rows, thread: thread)
        round(part)
        multiply(thread, part, 0..<panels)
      }
    } else {
      if roundsActivations { team.share(rows, width: inputs, round) }
      // Even shares to two panels: the kernels take four of them, or two, at a time.
      team.run { thread in multiply(thread, 0..<rows, team.part(of: panels, thread: thread, step: 2)) }
    }
  }
}
