// How sure both sides were of each item: the lead of the choice that they picked, right or wrong, on a grid.

internal import Records

/// Items by the leads of both sides, binned.
///
/// An item's lead is how far the picked choice is ahead of the second best (``Records/ChoiceRanking``), in nats, or nats a character for `acc_norm`. A
/// cell's coordinate k >= 0 means right with a lead of k·width to (k+1)·width, k < 0 wrong with a lead of (-k-1)·width to -k·width; the outermost
/// coordinates hold all larger leads, too.
///
/// In JSON: `{"metric","items","width","reach":12,"cells":[[baseline, candidate, items],..]}`.
public struct MarginDistribution: Sendable, Hashable {
  public struct Cell: Sendable, Hashable {
    public var baseline: Int
    public var candidate: Int
    public var count: Int
    public init(baseline: Int, candidate: Int, count: Int) {
      self.baseline = baseline
      self.candidate = candidate
      self.count = count
    }
  }

  public var metric: String
  /// Items with a known lead on both sides.
  public var items: Int
  /// The width of a cell, in nats (a character).
  public var width: Double
  /// Coordinates lie in -reach..<reach.
  public var reach: Int
  /// Cells with items, by the baseline's coordinate, then the candidate's.
  public var cells: [Cell]

  public init(metric: String, items: Int, width: Double, reach: Int, cells: [Cell]) {
    self.metric = metric
    self.items = items
    self.width = width
    self.reach = reach
    self.cells = cells
  }

  static let reachLimit = 12

  /// nil where no item has a lead on both sides, or all leads are 0.
  init?(metric: String, pairs: [ItemPair]) {
    var leads: [(old: Double, new: Double, oldIsRight: Bool, newIsRight: Bool)] = []
    for pair in pairs {
      guard pair.flip != nil, let oldIsRight = pair.baseline.isCorrect, let newIsRight = pair.candidate.isCorrect,
        let old = pair.baseline.margin(by: metric), let new = pair.candidate.margin(by: metric)
      else { continue }
      leads.append((old, new, oldIsRight, newIsRight))
    }
    // All but the largest tenth get a cell of their own size; the rest are in the outermost ones.
    let sizes = leads.flatMap { [$0.old, $0.new] }.sorted()
    guard let last = sizes.last, last > 0 else { return nil }
    let usual = sizes[(sizes.count - 1) * 9 / 10]
    guard let width = RoundNumber.atLeast((usual > 0 ? usual : last) / Double(Self.reachLimit)) else { return nil }
    var counts: [Cell: Int] = [:]
    for lead in leads {
      let cell = Cell(
        baseline: Self.coordinate(lead.old, isRight: lead.oldIsRight, width: width),
        candidate: Self.coordinate(lead.new, isRight: lead.newIsRight, width: width), count: 0)
      counts[cell, default: 0] += 1
    }
    let cells = counts.map { Cell(baseline: $0.baseline, candidate: $0.candidate, count: $1) }
    self.init(
      metric: metric, items: leads.count, width: width, reach: Self.reachLimit,
      cells: cells.sorted { ($0.baseline, $0.candidate) < ($1.baseline, $1.candidate) })
  }

  private static func coordinate(_ lead: Double, isRight: Bool, width: Double) -> Int {
    let steps = (lead / width).rounded(.down)
    let place = steps < Double(reachLimit) ? Int(steps) : reachLimit - 1
    return isRight ? place : -1 - place
  }
}
