// What a table knows of an outcome beside its texts: what a saved comparison keeps, and what a table is made of again.

/// One row of an ``OutcomeTable`` as values.
///
/// Texts are numbers that are equal where the texts were; they mean nothing but that, and 0 says that there is none.
public struct OutcomeFacts: Sendable, Hashable {
  /// What is known of right and wrong, errors and scores, as bits: 1 right or wrong is known, 2 right, 4 that follows from a score alone,
  /// 8 an error, 16 unscored.
  public struct State: Sendable, Hashable {
    public var bits: UInt8
    /// nil for bits that mean nothing.
    public init?(bits: UInt8) {
      if bits >= 32 { return nil }
      self.bits = bits
    }
  }

  public var task: String
  public var filter: String
  public var item: String
  public var index: Int
  public var state: State
  public var slices: [ItemOutcome.Slice]
  public var cluster: String?
  /// nil where the value is not a finite number.
  public var scores: [ItemOutcome.Score]
  public var answer: UInt64
  /// One a ``ChoiceRanking``, in the order of its cases.
  public var picks: [UInt64]
  public var margins: [Double?]
  public var prompt: UInt64

  public init(
    task: String, filter: String, item: String, index: Int, state: State, slices: [ItemOutcome.Slice], cluster: String?,
    scores: [ItemOutcome.Score], answer: UInt64, picks: [UInt64], margins: [Double?], prompt: UInt64
  ) {
    self.task = task
    self.filter = filter
    self.item = item
    self.index = index
    self.state = state
    self.slices = slices
    self.cluster = cluster
    self.scores = scores
    self.answer = answer
    self.picks = picks
    self.margins = margins
    self.prompt = prompt
  }
}

extension OutcomeTable {
  /// A table of facts, in their order.
  ///
  /// - Parameter texts: the outcomes whose texts are known, by their place.
  public convenience init(_ facts: [OutcomeFacts], texts: [Int: ItemOutcome]) {
    var columns = OutcomeColumns()
    for fact in facts { columns.append(fact, place: columns.count) }
    self.init(columns, known: texts)
  }
}

extension ComparedOutcome {
  /// What is known beside the texts, with the scores of some metrics.
  public func facts(metrics: [String]) -> OutcomeFacts {
    let columns = table.columns
    let rankings = ChoiceRanking.allCases
    return OutcomeFacts(
      task: task, filter: filter, item: item, index: index, state: OutcomeFacts.State(bits: columns.flags[row].rawValue) ?? .nothing,
      slices: slices, cluster: cluster, scores: metrics.map { .init(metric: $0, value: score($0)) }, answer: columns.answers[row],
      picks: rankings.map { columns.pick(row, $0) }, margins: rankings.map { columns.margin(row, $0) }, prompt: columns.prompts[row])
  }
}

extension OutcomeFacts.State {
  static let nothing = OutcomeFacts.State()
  private init() { bits = 0 }
}

extension OutcomeColumns {
  fileprivate mutating func append(_ fact: OutcomeFacts, place: Int) {
    groups.append(group(Group(task: fact.task, filter: fact.filter)))
    let identity = ItemIdentity(fact.item)
    identities.append(identity)
    if !identity.isDigest { otherItems[identity] = fact.item }
    indices.append(fact.index)
    flags.append(Flags(rawValue: fact.state.bits))
    answers.append(fact.answer)
    for place in ChoiceRanking.allCases.indices {
      picks.append(place < fact.picks.count ? fact.picks[place] : 0)
      margins.append((place < fact.margins.count ? fact.margins[place] : nil) ?? .nan)
    }
    prompts.append(fact.prompt)
    slices.append(slicePlace(fact.slices))
    clusters.append(clusterPlace(fact.cluster))
    for score in fact.scores {
      scoreMetrics.append(metricPlace(score.metric))
      scoreValues.append(score.value ?? .nan)
    }
    scoreStarts.append(scoreMetrics.count)
    places.append(place)
  }
}
