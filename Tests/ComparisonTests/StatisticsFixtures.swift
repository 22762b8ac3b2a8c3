// The reference numbers of fixtures/statistics, which fixtures/generate/comparison_statistics.py computes with scipy and statsmodels.

import Documents

enum StatisticsFixtures {
  /// The cases of one file.
  static func cases(_ name: String, file: String = #filePath) throws -> [JSONValue] {
    let root = Files.parent(of: Files.parent(of: Files.parent(of: file)))
    let path = "\(root)/fixtures/statistics/\(name)"
    guard let cases = try JSONValue.parse(Files.read(path), file: path)["cases"]?.array, !cases.isEmpty else {
      throw FileError(path: path, problem: .notReadable("it holds no cases"))
    }
    return cases
  }
}

extension JSONValue {
  func double(_ key: String) -> Double { self[key]?.double ?? .nan }
  func integer(_ key: String) -> Int { self[key]?.integer ?? -1 }
  func doubles(_ key: String) -> [Double] { self[key]?.array?.map { $0.double ?? .nan } ?? [] }
}

/// Whether two values agree within 1e-9 of the larger of 1 and their size; NaN agrees with nothing.
func agrees(_ value: Double, _ expected: Double, within tolerance: Double = 1e-9) -> Bool {
  abs(value - expected) <= tolerance * max(1, abs(expected))
}

/// Whether two values agree within a share of their size: for small probabilities.
func agreesRelatively(_ value: Double, _ expected: Double, within tolerance: Double = 1e-9) -> Bool {
  abs(value - expected) <= tolerance * abs(expected)
}
