// The kernels of the distillation losses against their definition in double, for widths below, at and beyond a vector.

import Foundation
import Testing

@testable import Tensors

@Suite struct DivergenceTests {
  private func exact(_ logits: [Float], _ temperature: Double) -> [Double] {
    let scaled = logits.map { Double($0) / temperature }
    let maximum = scaled.max() ?? 0
    let sum = scaled.reduce(0) { $0 + exp($1 - maximum) }
    return scaled.map { exp($0 - maximum) / sum }
  }

  private func scale(_ logits: Matrix, _ temperature: Double) -> SoftmaxScale {
    var sum = LogSumExp()
    sum.add(logits, row: 0, count: logits.columns, firstToken: 0)
    return SoftmaxScale(
      maximum: sum.largestLogit, temperature: temperature,
      sum: logits.temperedSum(row: 0, count: logits.columns, maximum: sum.largestLogit, temperature: temperature))
  }

  private func logits(_ width: Int, _ numbers: inout TestNumbers) throws -> Matrix {
    let matrix = try Matrix(rows: 1, columns: width)
    for column in 0..<width { matrix[0, column] = numbers.float() * 12 }
    return matrix
  }

  @Test(arguments: [1, 5, 16, 17, 64, 100, 1024])
  func temperedSums(width: Int) throws {
    var numbers = TestNumbers(seed: 21)
    let x = try logits(width, &numbers)
    for temperature in [0.5, 1.0, 2.0, 7.0] {
      let found = scale(x, temperature)
      let expected = log(x.row(0).reduce(0.0) { $0 + exp(Double($1) / temperature) })
      #expect(abs(found.logSumExp - expected) <= 2e-6)
    }
    // The same sum as the running one of temperature 1, to rounding.
    var sum = LogSumExp()
    sum.add(x, row: 0, count: width, firstToken: 0)
    #expect(abs(sum.scale.logSumExp - sum.value) < 1e-12)
  }

  @Test(arguments: [1, 5, 16, 17, 64, 100, 1024], [nil, Float(15)])
  func gradientsAndDivergences(width: Int, cap: Float?) throws {
    var numbers = TestNumbers(seed: 22)
    let (z, y) = (try logits(width, &numbers), try logits(width, &numbers))
    let (a, b, temperature) = (0.75, 0.3, 2.0)
    let (p, q, p1) = (exact(z.row(0), temperature), exact(y.row(0), temperature), exact(z.row(0), 1))
    let divergence = zip(p, q).reduce(0.0) { $0 + $1.1 * log($1.1 / $1.0) }
    for hasTeacher in [true, false] {
      let rule = DivergenceRule(
        student: scale(z, temperature), teacher: hasTeacher ? scale(y, temperature) : nil, likelihood: scale(z, 1), divergenceWeight: Float(a),
        likelihoodWeight: Float(b), softCap: cap)
      let gradient = try Matrix(rows: 2, columns: width)
      gradient.copyRow(0, of: z, to: 1)
      let found = gradient.replaceByGradient(row: 1, columns: 0..<width, teacher: hasTeacher ? (y, 0, 0) : nil, rule: rule)
      #expect(abs(found - (hasTeacher ? divergence : 0)) <= 2e-6 * max(1, divergence))
      for column in 0..<width {
        let slope = cap.map { 1 - pow(Double(z[0, column]) / Double($0), 2) } ?? 1
        let expected = (a * (p[column] - (hasTeacher ? q[column] : 0)) + b * p1[column]) * slope
        #expect(abs(Double(gradient[1, column]) - expected) <= 1e-6)
      }
      #expect(gradient.row(0).allSatisfy { $0 == 0 })
    }
  }

  /// A part of the columns is what the whole has there: the teacher's part may begin anywhere.
  @Test func partsOfARow() throws {
    var numbers = TestNumbers(seed: 23)
    let (z, y) = (try logits(96, &numbers), try logits(96, &numbers))
    let rule = DivergenceRule(
      student: scale(z, 2), teacher: scale(y, 2), likelihood: scale(z, 1), divergenceWeight: 1, likelihoodWeight: 0.5, softCap: nil)
    let (whole, parts) = (try Matrix(rows: 1, columns: 96), try Matrix(rows: 1, columns: 96))
    whole.copyRow(0, of: z, to: 0)
    parts.copyRow(0, of: z, to: 0)
    let sum = whole.replaceByGradient(row: 0, columns: 0..<96, teacher: (y, 0, 0), rule: rule)
    let shifted = try Matrix(rows: 1, columns: 76)
    for column in 0..<76 { shifted[0, column] = y[0, column + 20] }
    var sums = parts.replaceByGradient(row: 0, columns: 0..<20, teacher: (y, 0, 0), rule: rule)
    sums += parts.replaceByGradient(row: 0, columns: 20..<21, teacher: (shifted, 0, 0), rule: rule)
    sums += parts.replaceByGradient(row: 0, columns: 21..<96, teacher: (shifted, 0, 1), rule: rule)
    #expect(whole.bits(ofRow: 0) == parts.bits(ofRow: 0))
    #expect(abs(sum - sums) < 1e-5)
  }
}
