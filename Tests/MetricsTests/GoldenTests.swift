// The reference implementations' numbers, from fixtures/generate/metric_goldens.py.

import Documents
import Metrics
import Testing

private func golden(_ name: String) throws -> JSONValue {
  let path = "\(Files.parent(of: #filePath))/../../fixtures/metrics/\(name)"
  return try JSONValue.parse(try Files.readText(path), file: name)
}

private func doubles(_ value: JSONValue?) throws -> [Double] {
  try #require(value?.array).map { try #require($0.double) }
}

private func texts(_ value: JSONValue?) throws -> [String] {
  try #require(value?.array).map { try #require($0.string) }
}

/// rouge-score 0.1.2: twelve numbers a pair, with and without its stemmer, bit by bit.
@Test(arguments: [false, true])
func rougeHasTheBitsOfRougeScore(usesStemmer: Bool) throws {
  let cases = try #require(try golden("rouge.json")["cases"]?.array)
  #expect(cases.count > 150)
  for pair in cases {
    let target = try #require(pair["target"]?.string)
    let prediction = try #require(pair["prediction"]?.string)
    let scores = RougeScorer(usesStemmer: usesStemmer).score(target: target, prediction: prediction, measures: RougeMeasure.allCases)
    let bits = scores.flatMap { [$0.precision, $0.recall, $0.f1] }.map { String($0.bitPattern, radix: 16) }.joined(separator: " ")
    #expect(bits == pair[usesStemmer ? "stemmed" : "plain"]?.string, "\(target.debugDescription) and \(prediction.debugDescription)")
  }
}

/// The metrics say what the scorer says, of the right text with the best F1.
@Test func rougeMetricsAreTheScorersNumbers() throws {
  for pair in try #require(try golden("rouge.json")["cases"]?.array).prefix(60) {
    let target = try #require(pair["target"]?.string)
    let prediction = try #require(pair["prediction"]?.string)
    let numbers = try #require(pair["plain"]?.string).split(separator: " ").map { Double(bitPattern: try #require(UInt64($0, radix: 16))) }
    for (index, measure) in RougeMeasure.allCases.enumerated() {
      for (offset, part) in [Rouge.Part.precision, .recall, .f1].enumerated() {
        let response = Response.text(prediction, references: ["", target])
        // Where nothing is common, all three numbers of both targets are 0.
        #expect(Rouge(measure, part: part).score(response) == numbers[3 * index + offset])
      }
    }
  }
}

/// NLTK 3.10.4: `PorterStemmer().stem`.
@Test func stemsAreThoseOfNLTK() throws {
  var stemmer = PorterStemmer()
  var count = 0
  for row in try texts(try golden("stems.json")["cases"]) {
    for entry in row.split(separator: " ") {
      let parts = entry.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      #expect(stemmer.stem(parts[0]) == parts[1], "\(parts[0])")
      count += 1
    }
  }
  #expect(count > 2500)
}

/// Runs of a metric with options over the same answers: scores and the task's number.
private func checkRuns(_ file: String, tolerance: Double) throws {
  let document = try golden(file)
  let items = try #require(document["items"]?.array).map {
    Response.text(try #require($0["text"]?.string), references: try texts($0["references"]))
  }
  for run in try #require(document["runs"]?.array) {
    let name = try #require(run["metric"]?.string)
    let options = (run["options"]?.members ?? []).map { ($0.key, $0.value) }
    let metric = try MetricCatalog.metric(named: name, options: options, patterns: SwiftPatterns())
    let measured = try items.map { try metric.measure($0) }
    for (index, (ours, theirs)) in zip(measured, try doubles(run["scores"])).enumerated() {
      #expect(abs(ours.score - theirs) <= tolerance * max(1, abs(theirs)), "\(metric.identity) \(items[index])")
    }
    let number = try #require(metric.aggregation(of: measured))
    let theirs = try #require(run["number"]?.double)
    #expect(abs(number - theirs) <= max(tolerance, 1e-12) * max(1, abs(theirs)), "\(metric.identity)")
  }
}

/// sacreBLEU 2.6.0. Counts are exact; exp and log come from another C library at most, and scores above 100 by rounding are cut off there: 1e-12.
@Test func translationMetricsAreThoseOfSacreBLEU() throws { try checkRuns("translation.json", tolerance: 1e-12) }

/// lm_eval 0.4.13 and rapidfuzz 3.14.6: the same divisions of the same counts, so exactly equal; means are summed in another order.
@Test func textMetricsAreThoseOfTheHarness() throws { try checkRuns("matches.json", tolerance: 0) }

/// lm_eval 0.4.13 on choices of three and of two classes. Accuracies are exact; NumPy sums in another order than we do: 1e-12.
@Test func choiceMetricsAreThoseOfTheHarness() throws {
  for run in try #require(try golden("choices.json")["cases"]?.array) {
    let items = try #require(run["items"]?.array).map { item -> Response in
      let texts = try texts(item["texts"])
      let logprobs = try doubles(item["logprobs"])
      let without = try doubles(item["unconditional"])
      let choices = texts.indices.map { MetricContract.continuation(texts[$0], logprobs[$0], without: without[$0]) }
      return .choices(choices, gold: [try #require(item["gold"]?.integer)])
    }
    for (name, theirs) in try #require(run["numbers"]?.members) {
      let metric = try MetricCatalog.metric(named: name)
      let measured = try items.map { try metric.measure($0) }
      let number = try #require(metric.aggregation(of: measured))
      #expect(abs(number - (theirs.double ?? .nan)) < 1e-12, "\(name)")
      if let scores = run["scores"]?[name] { #expect(measured.map(\.score) == (try doubles(scores)), "\(name)") }
    }
    for (average, theirs) in try #require(run["f1"]?.members) {
      let metric = try MetricCatalog.metric(named: "f1", options: [("average", .string(average))])
      let number = try #require(metric.aggregation(of: try items.map { try metric.measure($0) }))
      #expect(abs(number - (theirs.double ?? .nan)) < 1e-12, "\(average)")
    }
  }
}

/// lm_eval 0.4.13 on whole texts: words and bytes exactly, the numbers of all texts within 1e-12.
@Test func rollingMetricsAreThoseOfTheHarness() throws {
  let document = try golden("rolling.json")
  let texts = try #require(document["cases"]?.array).map { item in
    let text = RollingLikelihood(of: try #require(item["text"]?.string), logprob: try #require(item["logprob"]?.double))
    #expect(text.words == item["words"]?.integer && text.bytes == item["bytes"]?.integer)
    return text
  }
  for (name, theirs) in try #require(document["numbers"]?.members) {
    let metric = try MetricCatalog.metric(named: name)
    let number = try #require(metric.aggregation(of: try texts.map { try metric.measure(.rolling($0)) }))
    let expected = try #require(theirs.double)
    #expect(abs(number - expected) <= 1e-12 * expected, "\(name)")
  }
}
