// Every backward kernel against central differences of its forward kernel, and strided products against their definition.
//
// A kernel f is asked in f32. With a step h, the difference (f(x + h) - f(x - h)) / 2h of a functional of values about 1 is off by at most
// the rounding of the two values, about 2^-23 · |f| / h for each of the terms that were summed, and by h² / 6 of the third derivative. With
// h = 2^-6 and functionals of a hundred terms below 1 that are about 1e-4 and 4e-5; errors of a wrong formula are about the gradient's own size.

import Foundation
import Testing

@testable import Tensors

@Suite struct BackwardKernelTests {
  private static let step: Float = 0x1p-6
  private static let tolerance: Float = 2e-3

  /// Compares a gradient with differences of Σ weights · output, value by value.
  ///
  /// - Parameters:
  ///   - columns: of the input that are changed.
  ///   - forward: writes the output of the input as it is.
  private func check(
    _ input: Matrix, rows: Int, columns: Range<Int>, gradient: Matrix, weights: Matrix, tolerance: Float = Self.tolerance,
    _ comment: String = "", forward: () throws -> Matrix
  ) throws {
    func functional() throws -> Double {
      let output = try forward()
      var sum = 0.0
      for row in 0..<rows { for column in 0..<output.columns { sum += Double(output[row, column]) * Double(weights[row, column]) } }
      return sum
    }
    for row in 0..<rows {
      for column in columns {
        let value = input[row, column]
        input[row, column] = value + Self.step
        let above = try functional()
        input[row, column] = value - Self.step
        let below = try functional()
        input[row, column] = value
        let expected = Float((above - below) / Double(2 * Self.step))
        #expect(
          abs(gradient[row, column] - expected) <= tolerance * max(1, abs(expected)),
          "\(comment) [\(row), \(column)]: \(gradient[row, column]), expected \(expected)")
      }
    }
  }

  @Test(arguments: [1, 7, 16, 35])
  func norms(width: Int) throws {
    var numbers = TestNumbers(seed: 40)
    for sharesWeights in [true, false] {
      let groups = NormalizationGroups(firstColumn: 2, count: 2, width: width, sharesWeights: sharesWeights)
      let columns = 2 * width + 3
      let x = try numbers.matrix(rows: 3, columns: columns)
      let weight = try numbers.matrix(rows: 1, columns: 2 * width)
      let bias = try numbers.matrix(rows: 1, columns: 2 * width)
      let dy = try numbers.matrix(rows: 3, columns: columns)
      for row in 0..<3 { for column in [0, 1, columns - 1] { dy[row, column] = 0 } }
      let dx = try Matrix(rows: 3, columns: columns)
      x.normalizeRootMeanSquareBackward(dy, rows: 3, groups: groups, weight: weight, epsilon: 0.1, into: dx, accumulating: false)
      try check(x, rows: 3, columns: 2..<2 + 2 * width, gradient: dx, weights: dy, "root mean square") {
        let out = try Matrix(rows: 3, columns: columns)
        x.normalizeRootMeanSquare(rows: 3, groups: groups, weight: weight, epsilon: 0.1, into: out)
        return out
      }
      let once = dx.row(1)
      x.normalizeRootMeanSquareBackward(dy, rows: 3, groups: groups, weight: weight, epsilon: 0.1, into: dx, accumulating: true)
      #expect(dx.row(1) == once.map { 2 * $0 })
      x.normalizeLayerBackward(dy, rows: 3, groups: groups, weight: weight, epsilon: 0.1, into: dx, accumulating: false)
      try check(x, rows: 3, columns: 2..<2 + 2 * width, gradient: dx, weights: dy, "layer") {
        let out = try Matrix(rows: 3, columns: columns)
        x.normalizeLayer(rows: 3, groups: groups, weight: weight, bias: bias, epsilon: 0.1, into: out)
        return out
      }
      // In place of the gradient itself.
      let expected = dx.row(2)[2..<2 + 2 * width]
      x.normalizeLayerBackward(dy, rows: 3, groups: groups, weight: weight, epsilon: 0.1, into: dy, accumulating: false)
      #expect(dy.row(2)[2..<2 + 2 * width] == expected)
    }
  }

  @Test(arguments: [Activation.silu, .relu, .gelu, .geluTanh], [1, 16, 21])
  func activations(_ activation: Activation, width: Int) throws {
    var numbers = TestNumbers(seed: 41)
    for isGated in [true, false] {
      let columns = isGated ? 2 * width : width
      let x = try numbers.matrix(rows: 2, columns: columns)
      for row in 0..<2 {
        for column in 0..<columns {
          x[row, column] *= 4
          if abs(x[row, column]) < 2 * Self.step { x[row, column] = 0.5 }  // relu has no slope at 0
        }
      }
      let dy = try numbers.matrix(rows: 2, columns: width)
      let dx = try Matrix(rows: 2, columns: columns)
      x.activatedBackward(dy, rows: 2, with: activation, isGated: isGated, into: dx)
      try check(x, rows: 2, columns: 0..<columns, gradient: dx, weights: dy, "\(activation), gated \(isGated)") {
        let out = try Matrix(rows: 2, columns: width)
        x.activated(rows: 2, with: activation, isGated: isGated, into: out)
        return out
      }
      // The forward pass is the one of inference.
      let out = try Matrix(rows: 2, columns: width)
      x.activated(rows: 2, with: activation, isGated: isGated, into: out)
      let other = try Matrix(rows: 2, columns: width)
      if isGated {
        x.gate(rows: 2, with: activation, into: other)
      } else {
        for row in 0..<2 { other.copyRow(row, of: x, to: row) }
        other.activate(rows: 2, with: activation)
      }
      #expect(out.row(0) == other.row(0) && out.row(1) == other.row(1))
      x.activatedBackward(dy, rows: 2, with: activation, isGated: isGated, into: x)
      #expect(x.row(1) == dx.row(1))
    }
  }

  /// Far from zero slopes are 0 or 1 and never NaN.
  @Test(arguments: [Activation.silu, .relu, .gelu, .geluTanh])
  func activationsFarOut(_ activation: Activation) throws {
    let x = try Matrix(row: [-3e4, -200, -90, 90, 200, 3e4])
    let dy = try Matrix(row: [1, 1, 1, 1, 1, 1])
    x.activatedBackward(dy, rows: 1, with: activation, isGated: false, into: x)
    for (value, expected) in zip(x.row(0), [0, 0, 0, 1, 1, 1] as [Float]) { #expect(abs(value - expected) < 1e-6, "\(activation)") }
  }

  /// A rotation's gradient is the rotation back: turned by both, a vector is itself times the square of the factor.
  @Test func rotation() throws {
    var numbers = TestNumbers(seed: 42)
    let table = try RotaryTable(inverseFrequencies: (0..<20).map { 1 / Float($0 + 1) }, positions: 9, attentionScale: 1.5)
    let x = try numbers.matrix(rows: 3, columns: 100)
    let before = x.row(2)
    let positions: [Int32] = [4, 8, 1]
    x.rotate(heads: 2, headWidth: 48, column: 3, positions: positions[...], table: table)
    x.rotateBack(heads: 2, headWidth: 48, column: 3, positions: positions[...], table: table)
    for (column, value) in x.row(2).enumerated() {
      let isTurned = column >= 3 && (column - 3) % 48 < 40 && column < 99
      #expect(abs(value - before[column] * (isTurned ? 2.25 : 1)) < 1e-5, "column \(column)")
    }
  }

  /// How attention is shaped in a test.
  struct AttentionCase: Sendable, CustomTestStringConvertible {
    var heads: Int
    var keyValueHeads: Int
    var width: Int
    var softCap: Float?
    var window: Int?
    var lengths: [Int]
    var testDescription: String { "\(heads)/\(keyValueHeads) heads of \(width), cap \(softCap ?? 0), window \(window ?? 0), \(lengths)" }
  }

  @Test(arguments: [
    AttentionCase(heads: 2, keyValueHeads: 2, width: 4, lengths: [1, 5]),
    AttentionCase(heads: 4, keyValueHeads: 2, width: 16, lengths: [9]),
    AttentionCase(heads: 3, keyValueHeads: 1, width: 6, softCap: 0.7, lengths: [7, 3]),
    AttentionCase(heads: 2, keyValueHeads: 1, width: 5, window: 4, lengths: [11]),
    AttentionCase(heads: 1, keyValueHeads: 1, width: 3, softCap: 2, window: 18, lengths: [39]),
    AttentionCase(heads: 1, keyValueHeads: 1, width: 2, lengths: [35, 2]),
  ])
  func attention(_ test: AttentionCase) throws {
    var numbers = TestNumbers(seed: 43)
    let shape = AttentionShape(
      heads: test.heads, keyValueHeads: test.keyValueHeads, headWidth: test.width, softCap: test.softCap, window: test.window)
    let rows = test.lengths.reduce(0, +)
    let columns = shape.queryWidth + 2 * shape.keyWidth
    let x = try numbers.matrix(rows: rows, columns: columns)
    let dy = try numbers.matrix(rows: rows, columns: shape.queryWidth)
    var sequences: [Range<Int>] = []
    for length in test.lengths { sequences.append((sequences.last?.upperBound ?? 0)..<(sequences.last?.upperBound ?? 0) + length) }
    let segments = sequences.map { rows in
      AttentionSegment(
        firstRow: rows.lowerBound, rows: rows.count,
        runs: [
          KeyValueRun(
            rowsOf: x, keyColumn: shape.queryWidth, valueColumn: shape.queryWidth + shape.keyWidth, firstRow: rows.lowerBound, count: rows.count)
        ])
    }
    let dx = try Matrix(rows: rows, columns: columns)
    for row in 0..<rows { for column in 0..<columns { dx[row, column] = .nan } }  // all of it is written
    try x.attendBackward(dy, sequences: sequences, shape: shape, into: dx, scratch: ScratchMemory())
    try check(x, rows: rows, columns: 0..<columns, gradient: dx, weights: dy) {
      let out = try Matrix(rows: rows, columns: shape.queryWidth)
      try x.attend(segments, shape: shape, into: out, scratch: ScratchMemory())
      return out
    }
    for threads in [2, 3] {
      let other = try Matrix(rows: rows, columns: columns)
      try x.attendBackward(dy, sequences: sequences, shape: shape, into: other, scratch: ScratchMemory(team: ThreadTeam(threads)))
      #expect((0..<rows).allSatisfy { other.bits(ofRow: $0) == dx.bits(ofRow: $0) }, "\(threads) threads")
    }
  }

  /// Against sums in double; k terms below 1 are each off by half a unit of the sum at most.
  @Test(arguments: [1, 5, 16, 24, 64, 100])
  func stridedProducts(width: Int) throws {
    var numbers = TestNumbers(seed: 44)
    let (rows, terms) = (13, 37)
    let a = try numbers.matrix(rows: rows, columns: terms + 4)
    let b = try numbers.matrix(rows: terms, columns: width)
    let out = try numbers.matrix(rows: rows, columns: width + 2)
    let before = (0..<rows).map { out.row($0) }
    a.multiplyRows(3..<rows, from: 4, by: b, into: out, at: 1, accumulating: true)
    for row in 0..<rows {
      for column in 0..<width + 2 {
        var expected = Double(before[row][column])
        if row >= 3, (1...width).contains(column) {
          for k in 0..<terms { expected += Double(a[row, k + 4]) * Double(b[k, column - 1]) }
        }
        #expect(abs(Double(out[row, column]) - expected) < Double(terms) * 0x1p-22, "[\(row), \(column)]")
      }
    }
    // The transposed one, by parts: cut anywhere, the same bits.
    let other = try numbers.matrix(rows: rows, columns: width + 3)
    let whole = try Matrix(rows: 9, columns: width)
    a.multiplyTransposed(other, from: 3, rows: rows, columns: 0..<width, into: whole)
    for row in 0..<9 {
      for column in 0..<width {
        let expected = (0..<rows).reduce(0.0) { $0 + Double(a[$1, row]) * Double(other[$1, column + 3]) }
        #expect(abs(Double(whole[row, column]) - expected) < Double(rows) * 0x1p-22)
      }
    }
    let parts = try Matrix(rows: 9, columns: width)
    let cut = width / 3
    a.multiplyTransposed(other, from: 3, rows: rows, columns: 0..<cut, into: parts)
    a.multiplyTransposed(other, from: 3, rows: rows, columns: cut..<width, into: parts)
    #expect((0..<9).allSatisfy { parts.bits(ofRow: $0) == whole.bits(ofRow: $0) })
  }

  @Test(arguments: [(1, 1), (16, 16), (17, 35), (50, 33)])
  func transposes(rows: Int, columns: Int) throws {
    var numbers = TestNumbers(seed: 45)
    let x = try numbers.matrix(rows: rows, columns: columns)
    let turned = try x.transposed()
    for row in 0..<rows { for column in 0..<columns { #expect(turned[column, row] == x[row, column]) } }
  }

  /// The share of dropped values is within four deviations, what is kept is scaled, rows may be cut anywhere, and keys differ.
  @Test func dropout() throws {
    var numbers = TestNumbers(seed: 46)
    let x = try numbers.matrix(rows: 40, columns: 250)
    for row in 0..<40 { for column in 0..<250 where x[row, column] == 0 { x[row, column] = 1 } }
    let out = try Matrix(rows: 40, columns: 250)
    x.dropped(rows: 0..<40, share: 0.25, key: 7, into: out, accumulating: false)
    var dropped = 0
    for row in 0..<40 {
      for column in 0..<250 {
        if out[row, column] == 0 { dropped += 1 } else { #expect(out[row, column] == x[row, column] * (1 / (1 - Float(0.25)))) }
      }
    }
    // 10,000 draws: deviation √(10,000 · 0.25 · 0.75) = 43.3.
    #expect(abs(dropped - 2500) < 174)
    let parts = try Matrix(rows: 40, columns: 250)
    x.dropped(rows: 0..<11, share: 0.25, key: 7, into: parts, accumulating: false)
    x.dropped(rows: 11..<40, share: 0.25, key: 7, into: parts, accumulating: true)
    #expect((0..<40).allSatisfy { parts.row($0) == out.row($0) })
    x.dropped(rows: 0..<40, share: 0.25, key: 8, into: parts, accumulating: false)
    #expect((0..<40).allSatisfy { parts.row($0) != out.row($0) })
  }
}
