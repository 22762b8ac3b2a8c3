// Weights kept in 16 bits give the bits that they give in 32.

import Foundation
import Testing

@testable import Tensors

@Suite struct WeightStorageTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var library: String
    var storage: WeightStorage
    var testDescription: String { "\(library), \(storage)" }
  }

  static let cases = MatrixLibraries.names.flatMap { name in [WeightStorage.bf16, .f16].map { Case(library: name, storage: $0) } }

  @Test(arguments: cases)
  func storageChangesNoBit(_ test: Case) throws {
    let library = try MatrixLibraries.named(test.library)
    var numbers = TestNumbers(seed: 21)
    let weights = try numbers.matrix(rows: 70, columns: 100)
    for row in 0..<70 {
      for column in 0..<100 {
        // Eight bits of fraction and small exponents fit both formats.
        weights[row, column] = Float(Int(weights[row, column] * 100)) * 0x1p-7
      }
    }
    let activations = try numbers.matrix(rows: 33, columns: 100)
    let wide = try library.pack(weights, precision: .f32, storage: .f32)
    let narrow = try library.pack(weights, precision: .f32, storage: test.storage)
    let (expected, found) = (try Matrix(rows: 33, columns: 70), try Matrix(rows: 33, columns: 70))
    try wide.multiply(activations, rows: 33, into: expected, accumulating: false, scratch: ScratchMemory())
    try narrow.multiply(activations, rows: 33, into: found, accumulating: false, scratch: ScratchMemory())
    for row in 0..<33 { #expect(found.row(row) == expected.row(row)) }
    #expect(narrow.bytes * 2 == wide.bytes)
  }

  /// Every f16 number comes back from f32 as it was; NaN as NaN.
  @Test func halfPrecisionIsExact() {
    let all = (0..<65536).map { UInt16($0) }
    var wide = [Float](repeating: 0, count: all.count)
    var back = [UInt16](repeating: 0, count: all.count)
    unsafe HalfFormat.f16.widen(all, &wide, all.count)
    unsafe HalfFormat.f16.narrow(wide, &back, all.count)
    for bits in all {
      let expected = Float(Float16(bitPattern: bits))
      let found = wide[Int(bits)]
      #expect(found.isNaN ? expected.isNaN : found == expected)
      if !found.isNaN { #expect(back[Int(bits)] == bits) }
    }
  }
}
