// The gradients of the normalisations with respect to what they normalise; their weights stay as they are.

internal import CVectorKernels

extension Matrix {
  /// The gradient of ``normalizeRootMeanSquare(rows:groups:weight:epsilon:into:)``, where self is its input.
  ///
  /// - Parameters:
  ///   - gradient: with respect to the result.
  ///   - output: gets, or is added, the gradient with respect to this matrix; may be `gradient` itself.
  public func normalizeRootMeanSquareBackward(
    _ gradient: Matrix, rows count: Int, groups: NormalizationGroups, weight: Matrix, epsilon: Float, into output: Matrix, accumulating: Bool
  ) {
    checkBackward(gradient, rows: count, groups, weight: weight, output: output)
    for group in 0..<groups.count {
      let column = groups.firstColumn + group * groups.width
      unsafe flipgate_rms_norm_backward(
        base + column, columns, weight.base + (groups.sharesWeights ? 0 : group * groups.width), gradient.base + column, gradient.columns,
        output.base + column, output.columns, count, groups.width, epsilon, accumulating ? 1 : 0)
    }
  }

  /// The gradient of ``normalizeLayer(rows:groups:weight:bias:epsilon:into:)``, where self is its input; parameters as above.
  public func normalizeLayerBackward(
    _ gradient: Matrix, rows count: Int, groups: NormalizationGroups, weight: Matrix, epsilon: Float, into output: Matrix, accumulating: Bool
  ) {
    checkBackward(gradient, rows: count, groups, weight: weight, output: output)
    for group in 0..<groups.count {
      let column = groups.firstColumn + group * groups.width
      unsafe flipgate_layer_norm_backward(
        base + column, columns, weight.base + (groups.sharesWeights ? 0 : group * groups.width), gradient.base + column, gradient.columns,
        output.base + column, output.columns, count, groups.width, epsilon, accumulating ? 1 : 0)
    }
  }

  private func checkBackward(_ gradient: Matrix, rows count: Int, _ groups: NormalizationGroups, weight: Matrix, output: Matrix) {
    let last = groups.firstColumn + groups.count * groups.width
    precondition(count <= paddedRows && count <= output.paddedRows && count <= gradient.paddedRows)
    precondition(last <= columns && last <= output.columns && last <= gradient.columns)
    precondition(weight.columns >= (groups.sharesWeights ? groups.width : groups.count * groups.width))
  }
}
