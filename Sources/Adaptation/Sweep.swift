// Several recipes on the same data: which brings back most of what the old model got right, without losing what the new one can.

public import Documents
internal import LanguageModels

/// The recipes of a sweep: every combination of the axes' values.
public struct Sweep: Sendable {
  /// What may differ between runs.
  public enum Axis: String, Sendable, Hashable, CaseIterable {
    case lambda
    case mask
    case start
    case weighting
    case weight
    case temperature
    case rank
    case learningRate = "learning-rate"
    case epochs
  }

  /// One recipe.
  public struct Recipe: Sendable, Hashable {
    /// Axis and value as they were written, such as `lambda=0.8`.
    public var name: String
    public var settings: TrainingSettings
    public var objective: Objective
  }

  public private(set) var axes: [(axis: Axis, values: [String])] = []

  public init() {}

  /// Axes as texts, see ``add(_:)``.
  public init(_ texts: [String]) throws(TrainingError) {
    for text in texts { try add(text) }
  }

  public var isEmpty: Bool { axes.isEmpty }

  /// Adds `axis=value,value`.
  ///
  /// - Throws: ``TrainingError/badSetting(name:found:expected:)``.
  public mutating func add(_ text: String) throws(TrainingError) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    let known = Axis.allCases.map(\.rawValue).joined(separator: ", ")
    guard parts.count == 2, let axis = Axis(rawValue: parts[0]) else {
      throw .badSetting(name: "sweep", found: text, expected: "NAME=VALUE,VALUE with one of \(known)")
    }
    let values = parts[1].split(separator: ",").map(String.init)
    guard !values.isEmpty, Set(values).count == values.count, !axes.contains(where: { $0.axis == axis }) else {
      throw .badSetting(name: "sweep", found: text, expected: "each axis once, with values that differ")
    }
    axes.append((axis, values))
  }

  /// All recipes, the last axis fastest.
  public func recipes(_ settings: TrainingSettings, _ objective: Objective) throws -> [Recipe] {
    var recipes = [Recipe(name: "", settings: settings, objective: objective)]
    for (axis, values) in axes {
      recipes = try recipes.flatMap { recipe in
        try values.map { value in
          var next = recipe
          next.name += (recipe.name.isEmpty ? "" : " ") + "\(axis.rawValue)=\(value)"
          try Self.apply(axis, value, to: &next)
          return next
        }
      }
    }
    for recipe in recipes {
      try recipe.settings.check()
      try recipe.objective.check()
    }
    return recipes
  }

  private static func apply(_ axis: Axis, _ text: String, to recipe: inout Recipe) throws {
    func bad(_ expected: String) -> TrainingError { .badSetting(name: axis.rawValue, found: text, expected: expected) }
    func number() throws -> Double {
      guard let value = Double(text) else { throw bad("a number") }
      return value
    }
    func whole() throws -> Int {
      guard let value = Int(text) else { throw bad("a whole number") }
      return value
    }
    switch axis {
    case .lambda: recipe.objective.lambda = try number()
    case .temperature: recipe.objective.temperature = try number()
    case .weight: recipe.objective.weighting.weight = try number()
    case .weighting:
      guard let rule = Weighting.Rule(rawValue: text) else { throw bad(Weighting.Rule.allCases.map(\.rawValue).joined(separator: ", ")) }
      recipe.objective.weighting.rule = rule
    case .start:
      guard let start = TrainingSettings.Start(rawValue: text) else {
        throw bad(TrainingSettings.Start.allCases.map(\.rawValue).joined(separator: ", "))
      }
      recipe.settings.start = start
    case .mask:
      guard let mask = TokenMask(rawValue: text) else { throw bad(TokenMask.allCases.map(\.rawValue).joined(separator: ", ")) }
      recipe.objective.mask = mask
    case .rank:
      let rank = try whole()
      // Alpha keeps its ratio to the rank.
      recipe.settings.adapter.alpha = recipe.settings.adapter.alpha / Float(recipe.settings.adapter.rank) * Float(rank)
      recipe.settings.adapter.rank = rank
    case .learningRate: recipe.settings.learningRate = try number()
    case .epochs: recipe.settings.epochs = try whole()
    }
  }
}

/// What a sweep found: accuracy against negative flips, and which recipe to take.
public struct SweepResult: Sendable {
  public struct Entry: Sendable {
    public var recipe: Sweep.Recipe
    public var adapter: TrainedAdapter
  }

  /// A recipe by which nothing came out.
  public struct Failure: Sendable {
    public var recipe: Sweep.Recipe
    public var error: TrainingError
  }

  public var entries: [Entry]
  /// Recipes whose training diverged.
  public var failures: [Failure]
  /// The recipe that is taken: the fewest negative flips among those whose accuracy is at least the candidate's; the highest accuracy where none is.
  public var chosen: Int

  /// - Precondition: every adapter has its flips.
  public init(_ entries: [Entry], failures: [Failure] = []) {
    self.entries = entries
    self.failures = failures
    let fair = entries.indices.filter { index in entries[index].adapter.flips.map { $0.rightAfter >= $0.rightBefore } ?? false }
    func flips(_ index: Int) -> (negative: Int, right: Int) {
      let flips = entries[index].adapter.flips ?? TokenFlips()
      return (flips.negativeAfter, flips.rightAfter)
    }
    chosen =
      fair.min { (flips($0).negative, -flips($0).right) < (flips($1).negative, -flips($1).right) }
      ?? entries.indices.max { flips($0).right < flips($1).right } ?? 0
  }

  /// Recipes that no other one beats in both accuracy and negative flips.
  public var frontier: [Int] {
    entries.indices.filter { index in
      guard let mine = entries[index].adapter.flips else { return false }
      return !entries.contains { other in
        guard let theirs = other.adapter.flips else { return false }
        return theirs.rightAfter >= mine.rightAfter && theirs.negativeAfter <= mine.negativeAfter
          && (theirs.rightAfter > mine.rightAfter || theirs.negativeAfter < mine.negativeAfter)
      }
    }
  }

  public var json: JSONValue {
    let frontier = Set(frontier)
    return [
      "format": "flipgate.sweep", "version": 1, "chosen": .integer(chosen),
      "recipes": .array(
        entries.enumerated().map { index, entry in
          [
            "name": .string(entry.recipe.name), "adapter": .string(entry.adapter.path), "sha256": .string(entry.adapter.digest),
            "objective": entry.recipe.objective.json, "settings": entry.recipe.settings.json,
            "validation_loss": entry.adapter.outcome.bestLoss.map { .number($0) } ?? .null, "steps": .integer(entry.adapter.outcome.steps),
            "best_step": .integer(entry.adapter.outcome.bestStep), "seconds": .number(entry.adapter.outcome.seconds),
            "flips": entry.adapter.flips?.json ?? .null, "on_frontier": .bool(frontier.contains(index)),
          ]
        }),
      "failed": .array(
        failures.map {
          [
            "name": .string($0.recipe.name), "error": .string($0.error.description), "objective": $0.recipe.objective.json,
            "settings": $0.recipe.settings.json,
          ]
        }),
    ]
  }
}
