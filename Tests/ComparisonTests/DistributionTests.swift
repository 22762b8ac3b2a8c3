// Distributions: bins and steps counted by hand, bounds for many items, leads on the grid, and slices.

import Documents
import Records
import TestSupport
import Testing

@testable import Comparison

@Suite struct DistributionTests {
  private func comparison(_ old: [Double?], _ new: [Double?], higherIsBetter: Bool = true) throws -> TaskComparison {
    let metric = RecordHeader.Task.Metric(name: "rouge1", higherIsBetter: higherIsBetter)
    let comparison = Comparison.compare(
      ComparisonSamples.record(old, metric: metric), ComparisonSamples.record(new, metric: metric),
      settings: ComparisonSettings(bootstrap: PairedBootstrap(resamples: 10, seed: 1)))
    return try #require(comparison.tasks.first)
  }

  @Test func changesInBins() throws {
    // D = -0.5, -0.25, 0, 0, 0.125, 0.25. The largest size, 0.5, in at most 10 bins: 0.05 is 1, 2 or 5 times a power of ten already.
    let task = try comparison([0.5, 0.5, 0.5, 0.25, 0.5, 0.5], [0, 0.25, 0.5, 0.25, 0.625, 0.75])
    let changes = try #require(Distributions(task).changes.first)
    #expect(changes.width == 0.05)
    #expect(changes.items == 6)
    #expect(changes.tied == 2)
    // Bin i holds sizes up to (i + 1)·0.05: 0.25 stands in bin 4, 0.5 in bin 9, 0.125 in bin 2.
    #expect(changes.below == [0, 0, 0, 0, 1, 0, 0, 0, 0, 1])
    #expect(changes.above == [0, 0, 1, 0, 1])
    #expect(changes.ecdf.map(\.change) == [-0.5, -0.25, 0, 0.125, 0.25])
    #expect(changes.ecdf.map(\.count) == [1, 2, 4, 5, 6])
  }

  @Test func noChangeNoDistribution() throws {
    #expect(Distributions(try comparison([0.5, 0.25], [0.5, 0.25])).changes == [])
    // Values of 0 and 1 alone: the flips say it all.
    #expect(Distributions(try comparison([1, 0], [0, 1])).changes == [])
  }

  /// 10,000 items: at most 20 bins a side and 201 steps, all items in them, and the steps' counts exact.
  @Test func boundedForManyItems() throws {
    var random = SplitMix64(seed: 7)
    let old = (0..<10_000).map { _ in Double.random(in: 0..<1, using: &random) }
    let new = old.map { _ in Double.random(in: 0..<1, using: &random) }
    let task = try comparison(old, new)
    let changes = try #require(Distributions(task).changes.first)
    #expect(changes.below.count <= 20 && changes.above.count <= 20)
    #expect(changes.below.reduce(0, +) + changes.above.reduce(0, +) + changes.tied == 10_000)
    #expect(changes.ecdf.count <= 201)
    let differences = zip(old, new).map { $1 - $0 }
    for step in changes.ecdf { #expect(differences.count { $0 <= step.change } == step.count) }
    #expect(changes.ecdf.last?.count == 10_000)
    // Each half percent of the items has a step.
    #expect(zip(changes.ecdf, changes.ecdf.dropFirst()).allSatisfy { $1.count - $0.count <= 10_000 / 200 + 1 })
  }

  @Test(arguments: [(0.03, 0.05), (0.05, 0.05), (0.051, 0.1), (1, 1), (1.2, 2), (7, 10), (0.0004, 0.0005), (123, 200)])
  func roundWidths(_ value: Double, _ width: Double) { #expect(RoundNumber.atLeast(value).map { abs($0 - width) < 1e-12 * width } == true) }

  @Test(arguments: [0, -1, Double.nan, .infinity, 1e-300, 1e300]) func noWidth(_ value: Double) { #expect(RoundNumber.atLeast(value) == nil) }

  private func distributions(_ old: RunRecord, _ new: RunRecord) throws -> Distributions {
    Distributions(try #require(Comparison.compare(old, new).tasks.first))
  }

  private func choices(_ leads: [(target: Double, other: Double)]) -> RunRecord {
    var record = ComparisonSamples.record(String(leads.map { $0.target > $0.other ? "A" : "B" }))
    record.outcomes = zip(record.outcomes, leads).map { outcome, lead in
      var outcome = outcome
      outcome.choices = [
        .init(text: "A", logprob: lead.target, tokens: 1, isGreedy: false), .init(text: "B", logprob: lead.other, tokens: 1, isGreedy: false),
      ]
      return outcome
    }
    return record
  }

  @Test func leadsOnTheGrid() throws {
    // Leads: right by 1 and right by 2; right by 0.5 and wrong by 12; wrong by 1 and wrong by 1.
    let found = try distributions(choices([(-1, -2), (-1, -1.5), (-2, -1)]), choices([(-1, -3), (-13, -1), (-2, -1)]))
    let margins = try #require(found.margins)
    #expect(margins.items == 3)
    // Sizes 0.5, 1, 1, 1, 2, 12: nine tenths of the way, at place 4 of 0...5, is 2, and a twelfth of it rounds up to 0.2.
    #expect(margins.width == 0.2)
    // 1 / 0.2 = 5; 2 / 0.2 = 10; 0.5 / 0.2 = 2.5; 12 is beyond the last one, 11; wrong leads count from -1 down.
    let cells: [MarginDistribution.Cell] = [
      .init(baseline: -6, candidate: -6, count: 1), .init(baseline: 2, candidate: -12, count: 1), .init(baseline: 5, candidate: 10, count: 1),
    ]
    #expect(margins.cells == cells)
  }

  /// A lead is known of a record that is read from a file, too, where no texts are at hand.
  @Test func leadsWithoutTexts() throws {
    let record = choices([(-1, -2), (-3, -1)])
    let table = OutcomeTable(record.outcomes)
    #expect(table.rows.map { $0.margin(by: "acc") } == [1, 2])
    #expect(table.rows.map { $0.margin(by: "f1") } == [nil, nil])
  }

  @Test func slicesByFieldAndValue() throws {
    // AABB against ABAB: both right, negative, positive, both wrong.
    var (old, new) = (ComparisonSamples.record("AABB"), ComparisonSamples.record("ABAB"))
    for index in 0..<4 {
      let slices = [ItemOutcome.Slice(name: "language", value: index < 3 ? "en" : "de")]
      (old.outcomes[index].slices, new.outcomes[index].slices) = (slices, slices)
    }
    let slices = try distributions(old, new).slices
    #expect(slices.omitted == 0)
    #expect(slices.rows.map(\.value) == ["de", "en"])
    #expect(slices.rows.map(\.paired) == [1, 3])
    #expect(slices.rows.map { $0.flips?.negative } == [0, 1])
    #expect(slices.rows.map { $0.flips?.positive } == [0, 1])
    // Right of the three English ones: two before, two after.
    #expect(slices.rows.map(\.baselineMean) == [0, 2.0 / 3])
    #expect(slices.rows.map(\.candidateMean) == [0, 2.0 / 3])
  }

  @Test func atMost200Slices() throws {
    var record = ComparisonSamples.record(String(repeating: "A", count: 300))
    for index in record.outcomes.indices { record.outcomes[index].slices = [.init(name: "id", value: "\(max(index, 40))")] }
    let slices = try distributions(record, record).slices
    // 260 values, of which "40" has 41 items.
    #expect(slices.rows.count == 200)
    #expect(slices.omitted == 60)
    #expect(slices.rows.first { $0.value == "40" }?.paired == 41)
  }

  @Test func readsBackWhatItWrote() throws {
    var random = SplitMix64(seed: 3)
    let old = (0..<500).map { _ in Double.random(in: 0..<1, using: &random) }
    let drawn = Distributions(try comparison(old, old.map { _ in Double.random(in: 0..<1, using: &random) }))
    let text = drawn.json.serialized()
    #expect(Distributions(json: try JSONValue.parse(text, file: "result.json")) == drawn)
    let margins = try distributions(choices([(-1, -2)]), choices([(-2, -1)]))
    #expect(Distributions(json: try JSONValue.parse(margins.json.serialized(), file: "result.json")) == margins)
  }

  /// A part of another form is left out, whatever stands in it.
  @Test(arguments: [
    "null", "3", "{}", #"{"changes":[{}],"margins":{},"slices":{}}"#, #"{"changes":3,"margins":[],"slices":[1]}"#,
    #"{"changes":[{"metric":"m","higher_is_better":true,"items":1e300,"tied":0,"width":1,"below":[],"above":[],"ecdf":[]}]}"#,
    #"{"changes":[{"metric":"m","higher_is_better":true,"items":1,"tied":0,"width":0,"below":[],"above":[],"ecdf":[]}]}"#,
    #"{"margins":{"metric":"m","items":1,"width":1,"reach":12,"cells":[[99,0,1]]}}"#,
    #"{"margins":{"metric":"m","items":1,"width":1,"reach":9999999,"cells":[]}}"#,
  ]) func hostileForms(_ text: String) throws {
    let read = Distributions(json: try JSONValue.parse(text, file: "result.json"))
    #expect(read.changes == [])
    #expect(read.margins == nil)
    #expect(read.slices.rows == [])
  }
}
