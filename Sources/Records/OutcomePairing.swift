// Two records' outcomes side by side: joined by task, filter and the item's identity, never by position.

/// One item of a task as both records know it; at least one side is there.
public struct PairedOutcomes: Sendable, Hashable {
  public var baseline: ItemOutcome?
  public var candidate: ItemOutcome?

  public init(baseline: ItemOutcome?, candidate: ItemOutcome?) {
    self.baseline = baseline
    self.candidate = candidate
  }
}

/// The items of one task and filter on both sides.
public struct OutcomeGroup: Sendable, Hashable {
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
  public static func groups(_ baseline: [ItemOutcome], _ candidate: [ItemOutcome]) -> [OutcomeGroup] {
    var groups: [OutcomeGroup] = []
    var places: [Key: Int] = [:]
    var unmatched: [[String: Int]] = []

    for outcome in baseline {
      let place = Self.place(of: outcome, in: &groups, &places, &unmatched)
      // Of repetitions, the first one keeps the partner.
      if unmatched[place][outcome.item] == nil { unmatched[place][outcome.item] = groups[place].items.count }
      groups[place].items.append(PairedOutcomes(baseline: outcome, candidate: nil))
    }
    for outcome in candidate {
      let place = Self.place(of: outcome, in: &groups, &places, &unmatched)
      if let partner = unmatched[place].removeValue(forKey: outcome.item) {
        groups[place].items[partner].candidate = outcome
      } else {
        groups[place].items.append(PairedOutcomes(baseline: nil, candidate: outcome))
      }
    }
    return groups
  }

  private struct Key: Hashable {
    var task: String
    var filter: String
  }

  private static func place(
    of outcome: ItemOutcome, in groups: inout [OutcomeGroup], _ places: inout [Key: Int], _ unmatched: inout [[String: Int]]
  ) -> Int {
    let key = Key(task: outcome.task, filter: outcome.filter)
    if let place = places[key] { return place }
    places[key] = groups.count
    groups.append(OutcomeGroup(task: outcome.task, filter: outcome.filter, items: []))
    unmatched.append([:])
    return groups.count - 1
  }
}
