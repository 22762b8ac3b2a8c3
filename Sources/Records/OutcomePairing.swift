// Two records' outcomes side by side: joined by task, filter and the item's identity, never by position.

/// One item of a task as both records know it; at least one side is there.
public struct PairedOutcomes: Sendable {
  public var baseline: ComparedOutcome?
  public var candidate: ComparedOutcome?

  public init(baseline: ComparedOutcome?, candidate: ComparedOutcome?) {
    self.baseline = baseline
    self.candidate = candidate
  }
}

/// The items of one task and filter on both sides.
public struct OutcomeGroup: Sendable {
  public var task: String
  public var filter: String
  /// In the baseline's order, then the items that only the candidate has, in its order.
  public var items: [PairedOutcomes]

  public init(task: String, filter: String, items: [PairedOutcomes]) {
    self.task = task
    self.filter = filter
    self.items = items
  }
}

/// Pairs two records' outcomes.
public enum OutcomePairing {
  /// One group a task and filter, in the order in which the baseline, then the candidate, first mention them.
  ///
  /// An item that a side holds twice is paired once; its repetitions stay alone, so that they are seen.
  public static func groups(_ baseline: OutcomeTable, _ candidate: OutcomeTable) -> [OutcomeGroup] {
    var groups: [OutcomeGroup] = []
    var known: [OutcomeColumns.Group: Int] = [:]
    var unmatched: [[ItemIdentity: Int]] = []

    /// The place of each of a table's groups.
    func places(in table: OutcomeTable) -> [Int] {
      table.columns.groupNames.map { name in
        if let place = known[name] { return place }
        known[name] = groups.count
        groups.append(OutcomeGroup(task: name.task, filter: name.filter, items: []))
        unmatched.append([:])
        return groups.count - 1
      }
    }

    let old = places(in: baseline)
    for outcome in baseline.rows {
      let place = old[Int(baseline.columns.groups[outcome.row])]
      // Of repetitions, the first one keeps the partner.
      let count = groups[place].items.count
      if unmatched[place][outcome.identity] == nil { unmatched[place][outcome.identity] = count }
      groups[place].items.append(PairedOutcomes(baseline: outcome, candidate: nil))
    }
    let new = places(in: candidate)
    for outcome in candidate.rows {
      let place = new[Int(candidate.columns.groups[outcome.row])]
      if let partner = unmatched[place].removeValue(forKey: outcome.identity) {
        groups[place].items[partner].candidate = outcome
      } else {
        groups[place].items.append(PairedOutcomes(baseline: nil, candidate: outcome))
      }
    }
    return groups
  }
}
