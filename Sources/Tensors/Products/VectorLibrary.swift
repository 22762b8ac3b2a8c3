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
  /// Panels that a thread takes at a time: their weights stay in its cache while the rows pass.
  private static let groupPanels = 4

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
    var source = unsafe UnsafePointer(activations.base)
    if roundsActivations {
      let rounded = unsafe try scratch.activations(bytes: rows * inputs * 4).assumingMemoryBound(to: Float.self)
      unsafe flipgate_round_bf16(activations.base, rounded, rows * inputs)
      unsafe source = UnsafePointer(rounded)
    }
    let groups = (panels + Self.groupPanels - 1) / Self.groupPanels
    let threads = min(scratch.team.count, groups)
    let share = flipgate_multiply_scratch(rows)
    let sums = unsafe try scratch.library(bytes: threads * share * 4).assumingMemoryBound(to: Float.self)
    let (input, target, weights, part) = unsafe (Shared(source), Shared(product.base), Shared(memory), Shared(sums))
    let multiply: @Sendable (Int) -> Void = { [self] thread in
      let first = thread * groups / threads * Self.groupPanels
      let end = min(panels, (thread + 1) * groups / threads * Self.groupPanels)
      unsafe flipgate_multiply(
        input.pointer, inputs, rows, weights.pointer, half?.code ?? Int32(flipgate_f32.rawValue), inputs, outputs, first, end, target.pointer,
        outputs, accumulating ? 1 : 0, part.pointer + thread * share)
    }
    if threads == 1 { multiply(0) } else { scratch.team.run { if $0 < threads { multiply($0) } } }
  }
}
