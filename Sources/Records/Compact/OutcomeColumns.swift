// The columns of a table, and how an outcome becomes a row.

internal import Digests

/// One row an outcome; row r of every column is the same outcome's.
struct OutcomeColumns: Sendable {
  struct Flags: OptionSet, Sendable {
    var rawValue: UInt8
    static let saysCorrectness = Flags(rawValue: 1)
    static let isRight = Flags(rawValue: 2)
    static let isInferred = Flags(rawValue: 4)
    static let hasError = Flags(rawValue: 8)
    static let isUnscored = Flags(rawValue: 16)

    var isCorrect: Bool? { contains(.saysCorrectness) ? contains(.isRight) : nil }
  }

  struct Group: Hashable, Sendable {
    var task: String
    var filter: String
  }

  var groups: [UInt32] = []
  var identities: [ItemIdentity] = []
  var indices: [Int] = []
  var flags: [Flags] = []
  /// Hashes of what the model is held to have said.
  var answers: [UInt64] = []
  /// Hashes of the choices that each ranking picks, 0 where there are none: as many a row as there are rankings.
  var picks: [UInt64] = []
  /// How far each ranking's choice was ahead, NaN where that is not known: as many a row as there are rankings.
  var margins: [Double] = []
  /// Hashes of what was asked, 0 where the log does not say.
  var prompts: [UInt64] = []
  var slices: [UInt32] = []
  var clusters: [UInt32] = []
  /// Where each row's scores start; they end where the next one's start.
  var scoreStarts: [Int] = [0]
  var scoreMetrics: [UInt32] = []
  /// NaN where there is no finite value.
  var scoreValues: [Double] = []
  var places: [Int] = []

  var groupNames: [Group] = []
  var metricNames: [String] = []
  var sliceSets: [[ItemOutcome.Slice]] = [[]]
  var clusterNames: [String?] = [nil]
  /// The texts of identities that are no digests.
  var otherItems: [ItemIdentity: String] = [:]

  private var groupPlaces: [Group: UInt32] = [:]
  private var metricPlaces: [String: UInt32] = [:]
  private var slicePlaces: [[ItemOutcome.Slice]: UInt32] = [[]: 0]
  private var clusterPlaces: [String: UInt32] = [:]

  var count: Int { groups.count }

  mutating func group(of outcome: ItemOutcome) -> UInt32 { group(Group(task: outcome.task, filter: outcome.filter)) }

  mutating func group(_ group: Group) -> UInt32 {
    // Records go task by task.
    if let last = groups.last, groupNames[Int(last)] == group { return last }
    if let place = groupPlaces[group] { return place }
    let place = UInt32(clamping: groupNames.count)
    groupPlaces[group] = place
    groupNames.append(group)
    return place
  }

  mutating func append(_ logged: LoggedOutcome) {
    let group = group(of: logged.outcome)
    append(logged, identity: ItemIdentity(logged.outcome.item), group: group)
  }

  mutating func append(_ logged: LoggedOutcome, identity: ItemIdentity, group: UInt32) {
    let outcome = logged.outcome
    groups.append(group)
    identities.append(identity)
    if !identity.isDigest { otherItems[identity] = outcome.item }
    indices.append(outcome.index)
    flags.append(Self.flags(logged))
    answers.append(TextHash.of(outcome.prediction))
    for ranking in ChoiceRanking.allCases {
      picks.append(Self.pick(outcome, ranking))
      margins.append(outcome.choices.flatMap(ranking.margin) ?? .nan)
    }
    prompts.append(logged.prompt.map(TextHash.of) ?? 0)
    slices.append(slicePlace(outcome.slices))
    clusters.append(clusterPlace(outcome.cluster))
    for score in outcome.scores {
      scoreMetrics.append(metricPlace(score.metric))
      scoreValues.append(score.value ?? .nan)
    }
    scoreStarts.append(scoreMetrics.count)
    places.append(logged.place)
  }

  /// Puts a later outcome of the same item in a row's place: the old row is left out of the table, the new one stands at its end.
  mutating func replace(_ row: Int, with logged: LoggedOutcome) {
    removed.insert(row)
    append(logged, identity: identities[row], group: groups[row])
  }

  /// Rows that a later one took the place of.
  private(set) var removed: Set<Int> = []

  private static func flags(_ logged: LoggedOutcome) -> Flags {
    let outcome = logged.outcome
    var flags: Flags = []
    if let isCorrect = outcome.isCorrect {
      flags.insert(.saysCorrectness)
      if isCorrect { flags.insert(.isRight) }
      if logged.isCorrectnessInferred { flags.insert(.isInferred) }
    }
    if outcome.error != nil { flags.insert(.hasError) }
    if outcome.unscored != nil { flags.insert(.isUnscored) }
    return flags
  }

  private static func pick(_ outcome: ItemOutcome, _ ranking: ChoiceRanking) -> UInt64 {
    guard let choices = outcome.choices, let place = ranking.pick(choices) else { return 0 }
    return TextHash.of(choices[place].text)
  }

  mutating func slicePlace(_ set: [ItemOutcome.Slice]) -> UInt32 {
    if set.isEmpty { return 0 }
    if let place = slicePlaces[set] { return place }
    let place = UInt32(clamping: sliceSets.count)
    slicePlaces[set] = place
    sliceSets.append(set)
    return place
  }

  mutating func clusterPlace(_ name: String?) -> UInt32 {
    guard let name else { return 0 }
    if let place = clusterPlaces[name] { return place }
    let place = UInt32(clamping: clusterNames.count)
    clusterPlaces[name] = place
    clusterNames.append(name)
    return place
  }

  mutating func metricPlace(_ name: String) -> UInt32 {
    // A log has a handful of metrics, and the same ones on each line.
    if metricNames.count <= 8, let place = metricNames.firstIndex(of: name) { return UInt32(place) }
    if let place = metricPlaces[name] { return place }
    let place = UInt32(clamping: metricNames.count)
    metricPlaces[name] = place
    metricNames.append(name)
    return place
  }

  func pick(_ row: Int, _ ranking: ChoiceRanking) -> UInt64 {
    let rankings = ChoiceRanking.allCases
    guard let place = rankings.firstIndex(of: ranking) else { return 0 }
    return picks[row * rankings.count + place]
  }

  func margin(_ row: Int, _ ranking: ChoiceRanking) -> Double? {
    let rankings = ChoiceRanking.allCases
    guard let place = rankings.firstIndex(of: ranking) else { return nil }
    let value = margins[row * rankings.count + place]
    return value.isNaN ? nil : value
  }

  func score(_ row: Int, _ metric: String) -> Double? {
    for place in scoreStarts[row]..<scoreStarts[row + 1] where metricNames[Int(scoreMetrics[place])] == metric {
      let value = scoreValues[place]
      return value.isNaN ? nil : value
    }
    return nil
  }

  func itemText(_ row: Int) -> String { identities[row].text ?? otherItems[identities[row]] ?? "" }

  /// What the columns know of an outcome.
  func outcome(_ row: Int) -> ItemOutcome {
    let group = groupNames[Int(groups[row])]
    var outcome = ItemOutcome(
      task: group.task, item: itemText(row), index: indices[row], target: "", prediction: "", tokens: .init(prompt: 0, output: 0))
    outcome.filter = group.filter
    outcome.slices = sliceSets[Int(slices[row])]
    outcome.cluster = clusterNames[Int(clusters[row])]
    outcome.isCorrect = flags[row].isCorrect
    outcome.scores = (scoreStarts[row]..<scoreStarts[row + 1]).map { place in
      ItemOutcome.Score(metric: metricNames[Int(scoreMetrics[place])], value: scoreValues[place].isNaN ? nil : scoreValues[place])
    }
    return outcome
  }
}
