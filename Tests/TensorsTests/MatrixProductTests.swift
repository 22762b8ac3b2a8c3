// Matrix products against sums in double, and the promise that a row's bits depend on nothing but the row.

import Tensors
import Testing

struct ProductCase: Sendable, CustomTestStringConvertible {
  var library: String
  var precision: Precision
  var testDescription: String { "\(library), \(precision.rawValue)" }

  static let all = MatrixLibraries.names.flatMap { name in Precision.allCases.map { ProductCase(library: name, precision: $0) } }
}

@Suite struct MatrixProductTests {
  /// Odd sizes, sizes of real layers, sizes below a vector.
  static let shapes: [(outputs: Int, inputs: Int)] = [(5, 3), (16, 16), (33, 70), (64, 48), (96, 172), (172, 96), (960, 576), (1000, 64)]

  @Test(arguments: ProductCase.all)
  func agreesWithSumsInDouble(_ product: ProductCase) throws {
    let library = try MatrixLibraries.named(product.library)
    var numbers = TestNumbers(seed: 1)
    for shape in Self.shapes {
      let weights = try numbers.matrix(rows: shape.outputs, columns: shape.inputs)
      let activations = try numbers.matrix(rows: 19, columns: shape.inputs)
      let output = try Matrix(rows: 19, columns: shape.outputs)
      let packed = try library.pack(weights, precision: product.precision, storage: .f32)
      try packed.multiply(activations, rows: 19, into: output, accumulating: false, scratch: ScratchMemory())
      for row in 0..<19 {
        for column in 0..<shape.outputs {
          var sum = 0.0
          var magnitude = 0.0
          for k in 0..<shape.inputs {
            let a = rounded(activations[row, k], product.precision)
            let b = rounded(weights[column, k], product.precision)
            sum += Double(a) * Double(b)
            magnitude += abs(Double(a) * Double(b))
          }
          // f32 sums of n terms are off by at most n · 2⁻²⁴ of the sum of magnitudes.
          let bound = Double(shape.inputs + 1) * magnitude * 0x1p-24 + 1e-12
          #expect(abs(Double(output[row, column]) - sum) <= bound, "\(shape), row \(row), column \(column)")
        }
      }
    }
  }

  /// Every number of rows, and every place within them, gives a row the same bits.
  @Test(arguments: ProductCase.all)
  func rowsAreIndependentOfTheBatch(_ product: ProductCase) throws {
    let library = try MatrixLibraries.named(product.library)
    var numbers = TestNumbers(seed: 2)
    for shape in [(outputs: 96, inputs: 172), (outputs: 1024, inputs: 576), (outputs: 40, inputs: 1536)] {
      let weights = try numbers.matrix(rows: shape.outputs, columns: shape.inputs)
      let packed = try library.pack(weights, precision: product.precision, storage: .f32)
      let all = try numbers.matrix(rows: 200, columns: shape.inputs)
      let reference = try Matrix(rows: 200, columns: shape.outputs)
      let scratch = ScratchMemory()
      try packed.multiply(all, rows: 200, into: reference, accumulating: false, scratch: scratch)
      for rows in [1, 2, 3, 5, 8, 9, 15, 16, 17, 31, 48, 63, 64, 65, 100, 129, 187] {
        let first = numbers.int(below: 200 - rows + 1)
        let part = try Matrix(rows: rows, columns: shape.inputs)
        for row in 0..<rows { part.copyRow(first + row, of: all, to: row) }
        let output = try Matrix(rows: rows, columns: shape.outputs)
        try packed.multiply(part, rows: rows, into: output, accumulating: false, scratch: scratch)
        for row in 0..<rows {
          #expect(output.bits(ofRow: row) == reference.bits(ofRow: first + row), "\(shape), \(rows) rows from \(first), row \(row)")
        }
      }
    }
  }

  /// Adding to what is there is the product added once, for any number of rows.
  @Test(arguments: ProductCase.all)
  func accumulatesIndependentlyOfTheBatch(_ product: ProductCase) throws {
    let library = try MatrixLibraries.named(product.library)
    var numbers = TestNumbers(seed: 3)
    let weights = try numbers.matrix(rows: 96, columns: 172)
    let packed = try library.pack(weights, precision: product.precision, storage: .f32)
    let activations = try numbers.matrix(rows: 70, columns: 172)
    let start = try numbers.matrix(rows: 70, columns: 96)
    let scratch = ScratchMemory()
    let whole = try Matrix(rows: 70, columns: 96)
    for row in 0..<70 { whole.copyRow(row, of: start, to: row) }
    try packed.multiply(activations, rows: 70, into: whole, accumulating: true, scratch: scratch)
    let plain = try Matrix(rows: 70, columns: 96)
    try packed.multiply(activations, rows: 70, into: plain, accumulating: false, scratch: scratch)
    for row in 0..<70 {
      let alone = try Matrix(rows: 1, columns: 96)
      alone.copyRow(row, of: start, to: 0)
      let input = try Matrix(rows: 1, columns: 172)
      input.copyRow(row, of: activations, to: 0)
      try packed.multiply(input, rows: 1, into: alone, accumulating: true, scratch: scratch)
      #expect(alone.bits(ofRow: 0) == whole.bits(ofRow: row))
      for column in 0..<96 { #expect(abs(whole[row, column] - (start[row, column] + plain[row, column])) < 1e-4) }
    }
  }

  /// Several threads that share packed weights get the bits that one gets.
  @Test(arguments: ProductCase.all)
  func threadsShareWeights(_ product: ProductCase) throws {
    let library = try MatrixLibraries.named(product.library)
    var numbers = TestNumbers(seed: 4)
    let packed = try library.pack(try numbers.matrix(rows: 256, columns: 320), precision: product.precision, storage: .f32)
    let activations = try numbers.matrix(rows: 48, columns: 320)
    let reference = try Matrix(rows: 48, columns: 256)
    try packed.multiply(activations, rows: 48, into: reference, accumulating: false, scratch: ScratchMemory())
    try withWorkers(4, count: 64) { _, _ in
      let output = try Matrix(rows: 48, columns: 256)
      try packed.multiply(activations, rows: 48, into: output, accumulating: false, scratch: ScratchMemory())
      for row in 0..<48 { #expect(output.bits(ofRow: row) == reference.bits(ofRow: row)) }
    }
  }

  @Test func anUnknownLibraryIsNamed() {
    #expect(throws: TensorError.unavailableLibrary("mkl")) { try MatrixLibraries.named("mkl") }
  }

  private func rounded(_ value: Float, _ precision: Precision) -> Float {
    guard precision == .bf16 else { return value }
    // Round to nearest, ties to even, by the definition: the upper 16 bits after adding half of the last place kept.
    let bits = value.bitPattern
    return Float(bitPattern: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) & 0xFFFF_0000)
  }
}
