// A task's items by what they carry (language, topic, ...): a row a value, for people who look where a change comes from.

internal import Records

/// Rows for the slices that a task's paired items are in; a policy's slice budgets are judged elsewhere, on all of them.
///
/// In JSON: `{"rows":[{"field","value","paired","flips":{..}|null,"baseline_mean","candidate_mean"}],"omitted":0}`, the means of the primary metric.
public struct SliceTable: Sendable, Hashable {
  public struct Row: Sendable, Hashable {
    public var field: String
    public var value: String
    public var paired: Int
    public var flips: FlipCounts?
    /// Means of the primary metric over the items that have it on both sides.
    public var baselineMean: Double?
    public var candidateMean: Double?

    public init(
      field: String, value: String, paired: Int, flips: FlipCounts?, baselineMean: Double?, candidateMean: Double?
    ) {
      self.field = field
      self.value = value
      self.paired = paired
      self.flips = flips
      self.baselineMean = baselineMean
      self.candidateMean = candidateMean
    }
  }

  /// By field and value; at most 200, those with the most items.
  public var rows: [Row]
  /// How many slices have no row.
  public var omitted: Int

  public init(rows: [Row], omitted: Int) {
    self.rows = rows
    self.omitted = omitted
  }

  static let rowLimit = 200

  init(_ task: TaskComparison) {
    var sums: [ItemOutcome.Slice: Sums] = [:]
    for pair in task.pairs {
      let slices = pair.baseline.slices
      if slices.isEmpty { continue }
      let scores = pair.baseline.score(task.primaryMetric).flatMap { old in
        pair.candidate.score(task.primaryMetric).map { (old: old, new: $0) }
      }
      for slice in slices { sums[slice, default: Sums()].add(pair, scores) }
    }
    let largest = sums.sorted { a, b in
      a.value.paired == b.value.paired ? Self.precedes(a.key, b.key) : a.value.paired > b.value.paired
    }.prefix(Self.rowLimit)
    rows = largest.sorted { Self.precedes($0.key, $1.key) }.map { slice, sums in
      Row(
        field: slice.name, value: slice.value, paired: sums.paired, flips: task.flips == nil ? nil : sums.flips,
        baselineMean: sums.mean(of: sums.baseline), candidateMean: sums.mean(of: sums.candidate))
    }
    omitted = sums.count - rows.count
  }

  private static func precedes(_ a: ItemOutcome.Slice, _ b: ItemOutcome.Slice) -> Bool {
    a.name == b.name ? a.value.utf8.lexicographicallyPrecedes(b.value.utf8) : a.name.utf8.lexicographicallyPrecedes(b.name.utf8)
  }

  private struct Sums {
    var paired = 0
    var flips = FlipCounts()
    var scored = 0
    var baseline = 0.0
    var candidate = 0.0

    mutating func add(_ pair: ItemPair, _ scores: (old: Double, new: Double)?) {
      paired += 1
      if let flip = pair.flip { flips.count(flip) }
      guard let scores else { return }
      scored += 1
      baseline += scores.old
      candidate += scores.new
    }

    func mean(of sum: Double) -> Double? { scored > 0 && sum.isFinite ? sum / Double(scored) : nil }
  }
}
