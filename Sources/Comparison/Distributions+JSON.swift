// Distributions to and from the JSON of a result.

public import Documents

extension Distributions {
  public var json: JSONValue {
    ["changes": .array(changes.map(\.json)), "margins": margins?.json ?? .null, "slices": slices.json]
  }

  /// Reads what ``json`` wrote; a part that is missing or has another form is left out, for what is drawn from it explains a verdict and makes none.
  public init(json: JSONValue) {
    self.init(
      changes: (json["changes"]?.array ?? []).compactMap(ChangeDistribution.init), margins: json["margins"].flatMap(MarginDistribution.init),
      slices: json["slices"].flatMap(SliceTable.init) ?? SliceTable(rows: [], omitted: 0))
  }
}

extension ChangeDistribution {
  var json: JSONValue {
    [
      "metric": .string(metric), "higher_is_better": .bool(higherIsBetter), "items": .integer(items), "tied": .integer(tied),
      "width": .number(width), "below": .array(below.map(JSONValue.integer)), "above": .array(above.map(JSONValue.integer)),
      "ecdf": .array(ecdf.map { .array([.number($0.change), .integer($0.count)]) }),
    ]
  }

  init?(_ json: JSONValue) {
    guard let metric = json["metric"]?.string, let higherIsBetter = json["higher_is_better"]?.bool,
      let items = json["items"].flatMap(itemCount), let tied = json["tied"].flatMap(itemCount),
      let width = json["width"]?.double, width > 0, width.isFinite,
      let below = json["below"]?.array?.compactMap(itemCount), let above = json["above"]?.array?.compactMap(itemCount),
      max(below.count, above.count) <= Self.binLimit, let ecdf = json["ecdf"]?.array, ecdf.count <= 2 * Self.stepLimit
    else { return nil }
    let steps = ecdf.compactMap { step -> Step? in
      guard let parts = step.array, parts.count == 2, let change = parts[0].double, change.isFinite, let items = itemCount(parts[1]) else {
        return nil
      }
      return Step(change: change, count: items)
    }
    guard steps.count == ecdf.count, zip(steps, steps.dropFirst()).allSatisfy({ $0.change < $1.change && $0.count < $1.count }) else {
      return nil
    }
    self.init(
      metric: metric, higherIsBetter: higherIsBetter, items: items, tied: tied, width: width, below: below, above: above, ecdf: steps)
  }
}

extension MarginDistribution {
  var json: JSONValue {
    [
      "metric": .string(metric), "items": .integer(items), "width": .number(width), "reach": .integer(reach),
      "cells": .array(cells.map { .array([.integer($0.baseline), .integer($0.candidate), .integer($0.count)]) }),
    ]
  }

  init?(_ json: JSONValue) {
    guard let metric = json["metric"]?.string, let items = json["items"].flatMap(itemCount), let width = json["width"]?.double, width > 0,
      width.isFinite, let reach = json["reach"]?.integer, (1...Self.reachLimit).contains(reach), let cells = json["cells"]?.array,
      cells.count <= 4 * reach * reach
    else { return nil }
    let read = cells.compactMap { cell -> Cell? in
      guard let parts = cell.array, parts.count == 3, let baseline = parts[0].integer, let candidate = parts[1].integer,
        let items = itemCount(parts[2]), (-reach..<reach).contains(baseline), (-reach..<reach).contains(candidate)
      else { return nil }
      return Cell(baseline: baseline, candidate: candidate, count: items)
    }
    guard read.count == cells.count else { return nil }
    self.init(metric: metric, items: items, width: width, reach: reach, cells: read)
  }
}

extension SliceTable {
  var json: JSONValue {
    ["rows": .array(rows.map(\.json)), "omitted": .integer(omitted)]
  }

  init?(_ json: JSONValue) {
    guard let rows = json["rows"]?.array, let omitted = json["omitted"].flatMap(itemCount) else { return nil }
    self.init(rows: rows.compactMap(Row.init), omitted: omitted)
  }
}

extension SliceTable.Row {
  var json: JSONValue {
    [
      "field": .string(field), "value": .string(value), "paired": .integer(paired),
      "flips": flips.map(Comparison.flipsJSON) ?? .null, "baseline_mean": baselineMean.map(JSONValue.number) ?? .null,
      "candidate_mean": candidateMean.map(JSONValue.number) ?? .null,
    ]
  }

  init?(_ json: JSONValue) {
    guard let field = json["field"]?.string, let value = json["value"]?.string, let paired = json["paired"].flatMap(itemCount) else { return nil }
    self.init(
      field: field, value: value, paired: paired, flips: json["flips"].flatMap(FlipCounts.init), baselineMean: json["baseline_mean"]?.double,
      candidateMean: json["candidate_mean"]?.double)
  }
}

extension FlipCounts {
  fileprivate init?(_ json: JSONValue) {
    guard let bothCorrect = json["both_correct"].flatMap(itemCount), let negative = json["negative"].flatMap(itemCount),
      let positive = json["positive"].flatMap(itemCount), let same = json["both_wrong_same"].flatMap(itemCount),
      let changed = json["both_wrong_changed"].flatMap(itemCount)
    else { return nil }
    self.init()
    self.bothCorrect = bothCorrect
    self.negative = negative
    self.positive = positive
    bothWrongSame = same
    bothWrongChanged = changed
  }
}

/// A count of items: sums of some thousands of them can't overflow.
private func itemCount(_ json: JSONValue) -> Int? { json.integer.flatMap { (0...(1 << 40)).contains($0) ? $0 : nil } }
