// Scores or stems what a file holds, on one thread, and says how long it took without reading and writing.

import Documents
import Glibc
import Metrics

@main
enum RougeSide {
  /// `rouge FILE stemmer|plain OUTPUT`: pairs, a JSON object a line with `target` and `prediction`, to twelve doubles a line, as their bits.
  /// `metrics FILE stemmer|plain OUTPUT`: the F1 of each through the four metrics, each on its own.
  /// `stems FILE OUTPUT`: words, one a line, to stems.
  /// `measure FILE METRIC OPTIONS OUTPUT`: answers with `text` and `references` to a score a line; the last line is the number of all.
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "rouge" where arguments.count == 4: try rouge(arguments[1], usesStemmer: arguments[2] == "stemmer", output: arguments[3])
    case "metrics" where arguments.count == 4: try metrics(arguments[1], usesStemmer: arguments[2] == "stemmer", output: arguments[3])
    case "stems" where arguments.count == 3: try stems(arguments[1], output: arguments[2])
    case "measure" where arguments.count == 5: try measure(arguments[1], arguments[2], options: arguments[3], output: arguments[4])
    default: print("usage: rouge-side rouge|metrics FILE stemmer|plain OUTPUT, stems FILE OUTPUT, or measure FILE METRIC OPTIONS OUTPUT")
    }
  }

  private static func rouge(_ file: String, usesStemmer: Bool, output: String) throws {
    let pairs = try self.pairs(file)
    let scorer = RougeScorer(usesStemmer: usesStemmer)
    var scores: [[RougeScore]] = []
    let seconds = cpuSeconds {
      scores = pairs.map { scorer.score(target: $0.target, prediction: $0.prediction, measures: RougeMeasure.allCases) }
    }
    report(seconds, pairs.count)
    let lines = scores.map { line in line.flatMap { [$0.precision, $0.recall, $0.f1] }.map(bits).joined(separator: " ") + "\n" }
    try Files.write(lines.joined(), to: output)
  }

  private static func metrics(_ file: String, usesStemmer: Bool, output: String) throws {
    let pairs = try self.pairs(file)
    let metrics = RougeMeasure.allCases.map { Rouge($0, usesStemmer: usesStemmer) }
    var scores: [[Double]] = []
    let seconds = try cpuSeconds {
      scores = try pairs.map { pair in try metrics.map { try $0.measure(.text(pair.prediction, references: [pair.target])).score } }
    }
    report(seconds, pairs.count)
    try Files.write(scores.map { $0.map(bits).joined(separator: " ") + "\n" }.joined(), to: output)
  }

  private static func stems(_ file: String, output: String) throws {
    let words = try Files.readText(file).split(separator: "\n").map(String.init)
    var stemmer = PorterStemmer()
    var stems: [String] = []
    let seconds = cpuSeconds { stems = words.map { stemmer.stem($0) } }
    report(seconds, words.count)
    try Files.write(stems.map { $0 + "\n" }.joined(), to: output)
  }

  private static func measure(_ file: String, _ name: String, options: String, output: String) throws {
    let given = try JSONValue.parse(options).members ?? []
    let metric = try MetricCatalog.metric(named: name, options: given.map { ($0.key, $0.value) })
    let answers = try Files.readText(file).split(separator: "\n").map { line -> Response in
      let value = try JSONValue.parse(String(line))
      return .text(value["text"]?.string ?? "", references: (value["references"]?.array ?? []).compactMap(\.string))
    }
    var measurements: [Measurement] = []
    let seconds = try cpuSeconds { measurements = try answers.map { try metric.measure($0) } }
    report(seconds, answers.count)
    var lines = measurements.map { bits($0.score) }
    if let number = metric.aggregation(of: measurements) { lines.append(bits(number)) }
    try Files.write(lines.map { $0 + "\n" }.joined(), to: output)
  }

  private static func pairs(_ file: String) throws -> [(target: String, prediction: String)] {
    try Files.readText(file).split(separator: "\n").map { line in
      let value = try JSONValue.parse(String(line))
      return (value["target"]?.string ?? "", value["prediction"]?.string ?? "")
    }
  }

  private static func bits(_ number: Double) -> String { String(number.bitPattern, radix: 16) }

  /// Processor time, as Python's `time.process_time`: other processes on the machine make no difference.
  private static func cpuSeconds(_ body: () throws -> Void) rethrows -> Double {
    let started = clock()
    try body()
    return Double(clock() - started) / Double(CLOCKS_PER_SEC)
  }

  private static func report(_ seconds: Double, _ count: Int) {
    print("{\"seconds\": \(seconds), \"count\": \(count)}")
  }
}
