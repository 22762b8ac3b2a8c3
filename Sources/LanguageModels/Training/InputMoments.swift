// Second moments of what a model's linear maps read: which directions of their inputs matter.

internal import Tensors

/// XᵀX of each module's inputs, summed over the rows of the passes that note them.
final class InputMoments: @unchecked Sendable {
  /// By the number of a module's factors; modules with the same inputs have one matrix.
  private var matrices: [Int: Matrix] = [:]
  /// The numbers of the factors that are noted.
  private let wanted: Range<Int>

  init(of wanted: Range<Int>) { self.wanted = wanted }

  /// `[inputs, inputs]`; nil for a module that no row has reached, such as an expert that was never chosen.
  func matrix(of place: FactorPlace) -> Matrix? { matrices[place.index] }

  /// Adds the rows that some modules read.
  func add(_ input: Matrix, of factors: [LowRankFactors], _ pass: TrainingPass) throws(TensorError) {
    let factors = factors.filter { wanted.contains($0.place.index) }
    guard let first = factors.first, pass.rows > 0 else { return }
    let width = first.place.inputs
    let sum: Matrix
    if let known = matrices[first.place.index] { sum = known } else { sum = try Matrix(rows: width, columns: width) }
    for factors in factors { matrices[factors.place.index] = sum }
    pass.area.share(columns: width) { part in input.multiplyTransposed(input, rows: pass.rows, columns: part, into: sum) }
  }
}
