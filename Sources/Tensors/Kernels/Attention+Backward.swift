// The gradients of causal attention over whole sequences, and of the rotation before it.

internal import CVectorKernels

extension Matrix {
  /// The gradient of attention, where self holds the rotated queries, keys and values of whole sequences side by side.
  ///
  /// Sequences and heads of keys are shared among the scratch memory's team: each is one thread's alone, so that no sum depends on the team.
  ///
  /// - Parameters:
  ///   - gradient: `[rows, heads · headWidth]`, with respect to what ``attend(_:shape:into:scratch:)`` wrote.
  ///   - sequences: the rows of each sequence.
  ///   - output: `[rows, (heads + 2 · keyValueHeads) · headWidth]`: gets the gradient with respect to this matrix.
  public func attendBackward(
    _ gradient: Matrix, sequences: [Range<Int>], shape: AttentionShape, into output: Matrix, scratch: ScratchMemory
  ) throws(TensorError) {
    precondition(columns == shape.queryWidth + 2 * shape.keyWidth && output.columns == columns && gradient.columns == shape.queryWidth)
    for rows in sequences {
      precondition(rows.lowerBound >= 0 && rows.upperBound <= min(paddedRows, output.paddedRows, gradient.paddedRows), "rows out of range")
    }
    let heads = shape.keyValueHeads
    let pieces = sequences.count * heads
    let threads = min(scratch.team.count, pieces)
    if threads == 0 { return }
    let share = flipgate_attention_backward_scratch(sequences.map(\.count).max() ?? 0, shape.headWidth)
    let (source, upper, target) = unsafe (Shared(base), Shared(gradient.base), Shared(output.base))
    let memory = unsafe Shared(try scratch.floats(threads * share))
    let (stride, upperStride) = (columns, gradient.columns)
    let work: @Sendable (Int) -> Void = { thread in
      if thread >= threads { return }
      for piece in Swift.stride(from: thread, to: pieces, by: threads) {
        let rows = sequences[piece / heads]
        unsafe flipgate_attend_backward(
          source.pointer + rows.lowerBound * stride, stride, upper.pointer + rows.lowerBound * upperStride, upperStride,
          target.pointer + rows.lowerBound * stride, stride, rows.count, shape.heads, heads, shape.headWidth, piece % heads,
          flipgate_attention_rule(scale: shape.scale, soft_cap: shape.softCap ?? 0, window: shape.window ?? 0), memory.pointer + thread * share)
      }
    }
    if threads == 1 { work(0) } else { scratch.team.run(work) }
  }

  /// Turns gradients back by the angles by which ``rotate(firstRow:heads:headWidth:column:positions:table:)`` has turned; parameters as there.
  public func rotateBack(firstRow: Int = 0, heads: Int, headWidth: Int, column: Int, positions: ArraySlice<Int32>, table: RotaryTable) {
    if positions.isEmpty { return }
    precondition(firstRow >= 0 && firstRow + positions.count <= paddedRows)
    precondition(column + heads * headWidth <= columns && table.rotaryWidth <= headWidth)
    precondition(positions.allSatisfy { $0 >= 0 && Int($0) < table.positions }, "position beyond the table")
    unsafe positions.withUnsafeBufferPointer { positions in
      guard let start = positions.baseAddress else { return }
      unsafe flipgate_rotate_back(
        base + firstRow * columns + column, columns, positions.count, heads, headWidth, table.rotaryWidth, table.cosines.base,
        table.sines.base, start)
    }
  }
}
