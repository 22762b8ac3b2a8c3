// The metrics by hand, and the catalogue against its folder.

import Documents
import Metrics
import Testing

@Test(arguments: MetricCatalog.all.map(\.name))
func keepsTheContract(_ name: String) throws {
  try checkContract(of: try MetricCatalog.metric(named: name, options: [], patterns: SwiftPatterns()))
}

/// Every type of the folder that is a metric must be in the catalogue.
@Test func theCatalogueHoldsTheFolder() throws {
  let folder = "\(Files.parent(of: #filePath))/../../Sources/Metrics"
  var types: Set<String> = []
  for path in try ["\(folder)"] + Files.list(folder).map({ "\(folder)/\($0)" }) where Files.isDirectory(path) {
    for file in try Files.list(path) where file.hasSuffix(".swift") {
      let text = try Files.readText("\(path)/\(file)")
      for match in text.matches(of: #/struct (\w+): Metric\b/#) { types.insert(String(match.1)) }
    }
  }
  #expect(types == Set(MetricCatalog.all.map { "\(type(of: $0))" }))
  #expect(Set(MetricCatalog.all.map(\.name)).count == MetricCatalog.all.count)
}

private typealias C = MetricContract

@Test func longChoicesWinByLength() {
  // -6 < -5, but -6/12 = -0.5 > -5/5 = -1.
  let response = Response.choices([C.continuation("short", -5), C.continuation("a longer one", -6)], gold: [1])
  #expect(Accuracy().prediction(response) == 0)
  #expect(Accuracy().score(response) == 0)
  #expect(AccuracyPerCharacter().prediction(response) == 1)
  #expect(AccuracyPerCharacter().score(response) == 1)
}

@Test func charactersAreCodePointsAndBytesAreBytes() {
  // "éé" has 2 code points and 4 bytes, "e\u{301}" 2 code points, 3 bytes and 1 grapheme: -3/2 < -2.8/2, -3/4 > -2.8/3.
  let response = Response.choices([C.continuation("\u{E9}\u{E9}", -3), C.continuation("e\u{301}", -2.8)], gold: [0])
  #expect(AccuracyPerCharacter().prediction(response) == 1)
  #expect(AccuracyPerByte().prediction(response) == 0)
}

@Test func tiesGoToTheFirst() {
  let response = Response.choices([C.continuation("ab", -1), C.continuation("ba", -1)], gold: [1])
  for metric in [Accuracy(), AccuracyPerCharacter(), AccuracyPerByte()] as [any Metric] {
    #expect(metric.prediction(response) == 0)
    #expect(metric.score(response) == 0)
  }
}

@Test func severalGoldChoicesAreAllRight() {
  let response = Response.choices([C.continuation("a", -2), C.continuation("b", -1), C.continuation("c", -3)], gold: [1, 2])
  #expect(Accuracy().score(response) == 1)
}

@Test func whatIsNotANumberIsNotScored() {
  let response = Response.choices([C.continuation("a", .nan), C.continuation("b", -1)], gold: [1])
  #expect(Accuracy().score(response) == nil)
  #expect(Accuracy().prediction(response) == nil)
}

@Test func perplexityIsTheExponentialOfTheMean() throws {
  // Likelihoods 1/2 and 1/8: mean of ln 2 and ln 8 is ln 4.
  let scores = [0.5, 0.125].compactMap { Perplexity().score(.likelihood(C.continuation("x", logarithm($0)))) }
  let value = try #require(Perplexity().aggregation(scores))
  #expect(abs(value - 4) < 1e-12)
  #expect(abs(scores[0] - 0.693_147_180_559_945_3) < 1e-15)
}

/// Natural logarithm of 1/2 or 1/8 from the constant: ln 2 = 0.6931471805599453.
private func logarithm(_ value: Double) -> Double { value == 0.5 ? -0.693_147_180_559_945_3 : -3 * 0.693_147_180_559_945_3 }

@Test func aMisspeltMetricNamesTheNearest() throws {
  let error = #expect(throws: UnknownMetric.self) { try MetricCatalog.metric(named: "acc_nrom") }
  let description = try #require(error?.description)
  #expect(description.hasPrefix("there is no metric \"acc_nrom\"; there are acc, acc_bytes, acc_norm, "))
  #expect(description.hasSuffix("; did you mean \"acc_norm\"?"))
}
