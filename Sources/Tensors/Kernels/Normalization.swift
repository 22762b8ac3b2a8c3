// Normalisation of rows: by the root mean square (Zhang and Sennrich 2019, arXiv 1910.07467) and by mean and variance (Ba et al. 2016,
// arXiv 1607.06450).

internal import CVectorKernels

/// Which values of a row are normalised together, and with which weights.
public struct NormalizationGroups: Sendable, Hashable {
  /// The first column of the first group.
  public var firstColumn: Int
  /// Groups that follow each other, of `width` columns each.
  public var count: Int
  public var width: Int
  /// One vector of weights for all groups, or one behind the other for each.
  public var sharesWeights: Bool

  public init(firstColumn: Int = 0, count: Int = 1, width: Int, sharesWeights: Bool = true) {
    precondition(firstColumn >= 0 && count > 0 && width > 0)
    self.firstColumn = firstColumn
    self.count = count
    self.width = width
    self.sharesWeights = sharesWeights
  }
}

extension Matrix {
  /// output[r, g] = self[r, g] / sqrt(mean(self[r, g]²) + epsilon) · weight, for the groups g of the first `count` rows.
  ///
  /// - Parameters:
  ///   - weight: `[1, width]`, or `[1, groups · width]`.
  ///   - output: rows of the same width; may be this matrix.
  public func normalizeRootMeanSquare(rows count: Int, groups: NormalizationGroups, weight: Matrix, epsilon: Float, into output: Matrix) {
    check(rows: count, groups, weight: weight, output: output)
    for group in 0..<groups.count {
      let column = groups.firstColumn + group * groups.width
      unsafe flipgate_rms_norm(
        base + column, columns, weight.base + (groups.sharesWeights ? 0 : group * groups.width), output.base + column, output.columns, count,
        groups.width, epsilon)
    }
  }

  /// output[r, g] = (self[r, g] - mean) / sqrt(variance + epsilon) · weight + bias, for the groups g of the first `count` rows.
  ///
  /// - Parameters:
  ///   - weight: `[1, width]`, or `[1, groups · width]`; the bias too.
  ///   - output: rows of the same width; may be this matrix.
  public func normalizeLayer(
    rows count: Int, groups: NormalizationGroups, weight: Matrix, bias: Matrix?, epsilon: Float, into output: Matrix
  ) {
    check(rows: count, groups, weight: weight, output: output)
    precondition(bias.map { $0.columns == weight.columns } ?? true)
    for group in 0..<groups.count {
      let column = groups.firstColumn + group * groups.width
      let first = groups.sharesWeights ? 0 : group * groups.width
      unsafe flipgate_layer_norm(
        base + column, columns, weight.base + first, bias.map { unsafe $0.base + first }, output.base + column, output.columns, count,
        groups.width, epsilon)
    }
  }

  private func check(rows count: Int, _ groups: NormalizationGroups, weight: Matrix, output: Matrix) {
    let last = groups.firstColumn + groups.count * groups.width
    precondition(count <= paddedRows && count <= output.paddedRows && last <= columns && last <= output.columns)
    precondition(weight.columns >= (groups.sharesWeights ? groups.width : groups.count * groups.width))
  }
}
