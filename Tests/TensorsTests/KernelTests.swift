// Each vector kernel against its definition in double, for widths below, at and beyond a vector.

import Foundation
import Testing

@testable import Tensors

@Suite struct KernelTests {
  @Test(arguments: [1, 7, 16, 17, 64, 100, 576])
  func rootMeanSquareNorm(width: Int) throws {
    var numbers = TestNumbers(seed: 10)
    let x = try numbers.matrix(rows: 3, columns: width)
    let weight = try numbers.matrix(rows: 1, columns: width)
    let out = try Matrix(rows: 3, columns: width)
    x.normalizeRootMeanSquare(rows: 3, groups: NormalizationGroups(width: x.columns), weight: weight, epsilon: 1e-5, into: out)
    for row in 0..<3 {
      let mean = x.row(row).reduce(0.0) { $0 + Double($1) * Double($1) } / Double(width)
      for column in 0..<width {
        let expected = Double(x[row, column]) / (mean + 1e-5).squareRoot() * Double(weight[0, column])
        #expect(abs(Double(out[row, column]) - expected) <= 4e-6 * max(1, abs(expected)))
      }
    }
  }

  @Test(arguments: [1, 15, 16, 33, 172])
  func gatedActivation(width: Int) throws {
    var numbers = TestNumbers(seed: 11)
    let x = try Matrix(rows: 2, columns: 2 * width)
    for row in 0..<2 { for column in 0..<2 * width { x[row, column] = numbers.float() * 20 } }
    x[0, 0] = -200  // e^200 does not fit f32: silu must go to 0, not to NaN
    x[1, 0] = 200
    let out = try Matrix(rows: 2, columns: width)
    x.gate(rows: 2, with: .silu, into: out)
    for row in 0..<2 {
      for column in 0..<width {
        let gate = Double(x[row, column])
        let expected = gate / (1 + exp(-gate)) * Double(x[row, width + column])
        #expect(abs(Double(out[row, column]) - expected) <= 2e-6 * max(1e-3, abs(expected)), "gate \(gate)")
      }
    }
  }

  @Test(arguments: [1, 7, 16, 17, 64, 100, 576])
  func layerNorm(width: Int) throws {
    var numbers = TestNumbers(seed: 13)
    let x = try numbers.matrix(rows: 3, columns: 2 * width)
    let weight = try numbers.matrix(rows: 1, columns: 2 * width)
    let bias = try numbers.matrix(rows: 1, columns: 2 * width)
    let out = try Matrix(rows: 3, columns: 2 * width)
    let groups = NormalizationGroups(count: 2, width: width, sharesWeights: false)
    x.normalizeLayer(rows: 3, groups: groups, weight: weight, bias: bias, epsilon: 1e-5, into: out)
    for row in 0..<3 {
      for group in 0..<2 {
        let values = x.row(row)[group * width..<(group + 1) * width].map(Double.init)
        let mean = values.reduce(0, +) / Double(width)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
        for (offset, value) in values.enumerated() {
          let column = group * width + offset
          let expected = (value - mean) / (variance + 1e-5).squareRoot() * Double(weight[0, column]) + Double(bias[0, column])
          #expect(abs(Double(out[row, column]) - expected) <= 1e-5 * max(1, abs(expected)), "group \(group), column \(offset)")
        }
      }
    }
  }

  /// Against the definitions in double, over the range in which they bend and far beyond it.
  @Test func activations() throws {
    let x = (0..<4001).map { Float($0 - 2000) * 0.01 } + [-200, 200, -1e-6, 1e-6, 0]
    let definitions: [(Activation, (Double) -> Double)] = [
      (.silu, { $0 / (1 + exp(-$0)) }), (.relu, { max($0, 0) }), (.gelu, { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) }),
      (.geluTanh, { $0 * 0.5 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) }),
    ]
    for (activation, definition) in definitions {
      let matrix = try Matrix(row: x)
      matrix.activate(rows: 1, with: activation)
      for (column, value) in x.enumerated() {
        let expected = definition(Double(value))
        #expect(abs(Double(matrix[0, column]) - expected) <= 1e-6 * max(1, abs(expected)), "\(activation) of \(value)")
      }
    }
  }

  /// What is cleared is zero, also where it was no number.
  @Test func clear() throws {
    let matrix = try Matrix(rows: 3, columns: 5)
    for row in 0..<3 { for column in 0..<5 { matrix[row, column] = column == 2 ? .nan : .infinity } }
    matrix.clear(rows: 2)
    #expect(matrix.row(0) == [0, 0, 0, 0, 0] && matrix.row(1) == [0, 0, 0, 0, 0] && matrix[2, 0] == .infinity)
  }

  @Test func softCap() throws {
    let x = (0..<2001).map { Float($0 - 1000) * 0.2 } + [0, -0.001, 1e6, -1e6]
    let matrix = try Matrix(row: x)
    matrix.softCap(rows: 1, at: 30)
    for (column, value) in x.enumerated() {
      #expect(abs(Double(matrix[0, column]) - 30 * tanh(Double(value) / 30)) <= 4e-6, "\(value)")
    }
  }

  /// Rotating by position p and frequency f turns the pair (i, i + half) by the angle p f.
  @Test(arguments: [2, 8, 64])
  func rotation(width: Int) throws {
    var numbers = TestNumbers(seed: 12)
    let frequencies = (0..<width / 2).map { 1 / powf(10_000, Float(2 * $0) / Float(width)) }
    let table = try RotaryTable(inverseFrequencies: frequencies, positions: 50)
    let x = try numbers.matrix(rows: 4, columns: 3 * width)
    let before = (0..<4).map { x.row($0) }
    let positions: [Int32] = [0, 1, 17, 49]
    x.rotate(heads: 2, headWidth: width, column: width, positions: positions[...], table: table)
    for row in 0..<4 {
      #expect(Array(x.row(row).prefix(width)) == Array(before[row].prefix(width)), "columns before the heads stay")
      for head in 0..<2 {
        for i in 0..<width / 2 {
          let low = width + head * width + i
          let angle = Double(positions[row]) * Double(frequencies[i])
          let (a, b) = (Double(before[row][low]), Double(before[row][low + width / 2]))
          #expect(abs(Double(x[row, low]) - (a * cos(angle) - b * sin(angle))) < 1e-5)
          #expect(abs(Double(x[row, low + width / 2]) - (b * cos(angle) + a * sin(angle))) < 1e-5)
        }
      }
    }
  }

  struct AttentionCase: Sendable {
    var heads: Int
    var keyValueHeads: Int
    var width: Int
    var prefix: Int
    var rows: Int
    var softCap: Float?
    var window: Int?
  }

  @Test(arguments: [
    AttentionCase(heads: 8, keyValueHeads: 4, width: 8, prefix: 0, rows: 1),
    AttentionCase(heads: 9, keyValueHeads: 3, width: 64, prefix: 60, rows: 13),
    AttentionCase(heads: 4, keyValueHeads: 4, width: 20, prefix: 31, rows: 2),
    AttentionCase(heads: 2, keyValueHeads: 1, width: 128, prefix: 5, rows: 40),
    AttentionCase(heads: 3, keyValueHeads: 1, width: 80, prefix: 100, rows: 3),
    AttentionCase(heads: 4, keyValueHeads: 2, width: 32, prefix: 70, rows: 37, window: 1),
    AttentionCase(heads: 4, keyValueHeads: 2, width: 32, prefix: 70, rows: 37, window: 33),
    AttentionCase(heads: 6, keyValueHeads: 2, width: 24, prefix: 0, rows: 90, softCap: 0.4, window: 17),
    AttentionCase(heads: 2, keyValueHeads: 2, width: 16, prefix: 11, rows: 50, softCap: 1),
  ])
  func attention(_ test: AttentionCase) throws {
    var numbers = TestNumbers(seed: 13)
    let total = test.prefix + test.rows
    let (queryWidth, keyWidth) = (test.heads * test.width, test.keyValueHeads * test.width)
    let queries = try numbers.matrix(rows: test.rows, columns: queryWidth)
    let cache = try numbers.matrix(rows: total, columns: 2 * keyWidth)
    let shape = AttentionShape(
      heads: test.heads, keyValueHeads: test.keyValueHeads, headWidth: test.width, softCap: test.softCap, window: test.window)
    func run(_ first: Int, _ count: Int) -> KeyValueRun {
      KeyValueRun(rowsOf: cache, keyColumn: 0, valueColumn: keyWidth, firstRow: first, count: count)
    }
    let whole = try Matrix(rows: test.rows, columns: queryWidth)
    try queries.attend(
      [AttentionSegment(firstRow: 0, rows: test.rows, runs: [run(0, total)])], shape: shape, into: whole, scratch: ScratchMemory(team: ThreadTeam(2)))

    for row in 0..<test.rows {
      for head in 0..<test.heads {
        let group = head / (test.heads / test.keyValueHeads)
        let last = test.prefix + row
        let keys = Array(max(0, last + 1 - (test.window ?? .max / 2))...last)
        let scores = keys.map { key in
          let score =
            (0..<test.width).reduce(0.0) {
              $0 + Double(queries[row, head * test.width + $1]) * Double(cache[key, group * test.width + $1])
            } * Double(shape.scale)
          return test.softCap.map { Double($0) * tanh(score / Double($0)) } ?? score
        }
        let largest = scores.max() ?? 0
        let weights = scores.map { exp($0 - largest) }
        let sum = weights.reduce(0, +)
        for i in 0..<test.width {
          let expected = zip(keys, weights).reduce(0.0) { $0 + $1.1 / sum * Double(cache[$1.0, keyWidth + group * test.width + i]) }
          #expect(abs(Double(whole[row, head * test.width + i]) - expected) < 2e-6)
        }
      }
    }

    // However the keys are cut into runs, and however few queries come at once, the bits stay.
    for cut in Set([0, min(1, test.prefix), test.prefix / 2, test.prefix]) {
      let cutRuns = try Matrix(rows: test.rows, columns: queryWidth)
      try queries.attend(
        [AttentionSegment(firstRow: 0, rows: test.rows, runs: [run(0, cut), run(cut, test.prefix - cut), run(test.prefix, test.rows)])], shape: shape,
        into: cutRuns, scratch: ScratchMemory(team: ThreadTeam(2)))
      for row in 0..<test.rows { #expect(cutRuns.bits(ofRow: row) == whole.bits(ofRow: row), "cut at \(cut)") }
    }
    for row in 0..<test.rows {
      let single = try Matrix(rows: test.rows, columns: queryWidth)
      try queries.attend(
        [AttentionSegment(firstRow: row, rows: 1, runs: [run(0, test.prefix + row + 1)])], shape: shape, into: single,
        scratch: ScratchMemory(team: ThreadTeam(2)))
      #expect(single.bits(ofRow: row) == whole.bits(ofRow: row), "row \(row) alone")
    }
    // Keys and values that are kept: all of them, and a part with the rest in rows; in 16 bits those that were rounded before.
    for precision in Precision.allCases {
      cache.round(to: precision, rows: 0..<total, column: 0, width: 2 * keyWidth)
      let expected = try Matrix(rows: test.rows, columns: queryWidth)
      try queries.attend(
        [AttentionSegment(firstRow: 0, rows: test.rows, runs: [run(0, total)])], shape: shape, into: expected, scratch: ScratchMemory())
      let first = try KeyValueStore(heads: test.keyValueHeads, headWidth: test.width, capacity: total + 3, precision: precision)
      for row in stride(from: 0, to: total, by: 5) { first.store(min(5, total - row), rowsOf: cache, row: row, column: 0, at: row) }
      let store = try KeyValueStore(heads: test.keyValueHeads, headWidth: test.width, capacity: total, precision: precision)
      store.copy(total, of: first)
      for cut in Set([test.prefix / 2, test.prefix, total]) where cut > 0 {
        let kept = try Matrix(rows: test.rows, columns: queryWidth)
        try queries.attend(
          [AttentionSegment(firstRow: 0, rows: test.rows, runs: [KeyValueRun(store, count: cut), run(cut, total - cut)])], shape: shape,
          into: kept, scratch: ScratchMemory(team: ThreadTeam(2)))
        for row in 0..<test.rows { #expect(kept.bits(ofRow: row) == expected.bits(ofRow: row), "\(cut) keys kept in \(precision)") }
      }
    }
  }

  @Test(arguments: [1, 16, 100, 1024])
  func logSumExp(slice: Int) throws {
    var numbers = TestNumbers(seed: 14)
    let count = 3000
    let logits = (0..<count).map { _ in numbers.float() * 30 }
    var sum = LogSumExp()
    var first = 0
    while first < count {
      let width = min(slice, count - first)
      sum.add(try Matrix(row: Array(logits[first..<first + width])), row: 0, count: width, firstToken: first)
      first += width
    }
    let largest = Double(logits.max() ?? 0)
    let expected = largest + log(logits.reduce(0.0) { $0 + exp(Double($1) - largest) })
    #expect(abs(sum.value - expected) < 1e-6)
    #expect(sum.largestToken == logits.firstIndex(of: logits.max() ?? 0))
  }

  @Test func theFirstOfEqualLogitsIsTheLargest() throws {
    var logits = Array(repeating: Float(-1), count: 100)
    for index in [37, 55, 90] { logits[index] = 2 }
    var sum = LogSumExp()
    sum.add(try Matrix(row: logits), row: 0, count: 100, firstToken: 0)
    #expect(sum.largestToken == 37)
  }

  @Test(arguments: [Float.nan, .infinity])
  func brokenLogitsAreSeen(_ broken: Float) throws {
    for place in [3, 18] {
      var logits = Array(repeating: Float(0), count: 20)
      logits[place] = broken
      var sum = LogSumExp()
      sum.add(try Matrix(row: logits), row: 0, count: 20, firstToken: 0)
      #expect(sum.value.isNaN)
    }
  }
}
