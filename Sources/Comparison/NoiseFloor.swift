// What a model does against itself: items whose answers change when they are asked again, and how much of a change is noise.

/// The noise of repeated records of the same models.
public struct NoiseFloor: Sendable, Hashable {
  /// How often each side's model was asked, its own record included; 1 where none was repeated.
  public var baselineRuns: Int
  public var candidateRuns: Int
  public var tasks: [TaskNoise]

  public init(baselineRuns: Int, candidateRuns: Int, tasks: [TaskNoise]) {
    self.baselineRuns = baselineRuns
    self.candidateRuns = candidateRuns
    self.tasks = tasks
  }

  public func task(_ name: String, filter: String) -> TaskNoise? { tasks.first { $0.task == name && $0.filter == filter } }
}

/// The noise of one task's items.
public struct TaskNoise: Sendable, Hashable {
  /// How far a metric moves from one run to another, at most.
  public struct Metric: Sendable, Hashable {
    public var name: String
    /// The largest change of the mean, either way.
    public var meanChange: Double
    /// The largest mean loss over the items that got worse.
    public var meanRegression: Double
    public init(name: String, meanChange: Double, meanRegression: Double) {
      self.name = name
      self.meanChange = meanChange
      self.meanRegression = meanRegression
    }
  }

  public var task: String
  public var filter: String
  /// Items that were compared with themselves.
  public var items: Int
  /// The most items that went from right to wrong between two runs of one model, in either order.
  public var flips: Int
  /// The most items that stayed wrong with another answer.
  public var changedWrong: Int
  public var metrics: [Metric]
  /// Every item that is not the same in all runs, in the comparison's order.
  public var jitter: [ItemJitter]

  public init(task: String, filter: String, items: Int, flips: Int, changedWrong: Int, metrics: [Metric], jitter: [ItemJitter]) {
    self.task = task
    self.filter = filter
    self.items = items
    self.flips = flips
    self.changedWrong = changedWrong
    self.metrics = metrics
    self.jitter = jitter
  }

  /// The items that flip against themselves.
  public var unstable: [ItemJitter] { jitter.filter(\.flips) }
}

/// How one item differs from itself.
public struct ItemJitter: Sendable, Hashable {
  public var item: String
  public var index: Int
  /// Right in one run and wrong in another of the same model.
  public var flips: Bool
  /// Another answer, whether right or wrong.
  public var changesAnswer: Bool
  /// By how much each metric's score moved at most; those that did not move are left out.
  public var scores: [Score]

  public struct Score: Sendable, Hashable {
    public var metric: String
    public var change: Double
    public init(metric: String, change: Double) {
      self.metric = metric
      self.change = change
    }
  }

  public init(item: String, index: Int, flips: Bool, changesAnswer: Bool, scores: [Score]) {
    self.item = item
    self.index = index
    self.flips = flips
    self.changesAnswer = changesAnswer
    self.scores = scores
  }

  public func change(of metric: String) -> Double { scores.first { $0.metric == metric }?.change ?? 0 }
}
