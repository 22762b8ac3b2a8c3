// One adapter, or the best of a sweep: what the command and the gate's remedy both ask for.

internal import Documents

/// Trains what is asked for and leaves one adapter at the output.
public struct AdaptationRun {
  public struct Result: Sendable {
    public var adapter: TrainedAdapter
    public var objective: Objective
    public var settings: TrainingSettings
    /// Every recipe, where there were several; their adapters lie beside the chosen one, in `OUTPUT.sweep`.
    public var sweep: SweepResult?
  }

  private let request: AdaptationRequest
  private let settings: TrainingSettings
  private let objective: Objective
  private let sweep: Sweep
  private let files: TrainingFiles
  private let resumes: Bool
  private let environment: TrainingEnvironment

  public init(
    _ request: AdaptationRequest, settings: TrainingSettings, objective: Objective, sweep: Sweep = Sweep(), output: String, resumes: Bool,
    environment: TrainingEnvironment
  ) {
    self.request = request
    self.settings = settings
    self.objective = objective
    self.sweep = sweep
    files = TrainingFiles(output: output)
    self.resumes = resumes
    self.environment = environment
  }

  public func run() throws -> Result {
    try files.check(resumes: resumes)
    let recipes = try sweep.recipes(settings, objective)
    let session = try AdaptationSession(
      request, settings: settings, objective: objective, cacheFolder: files.output + ".teachers", environment: environment)
    do {
      let result = try trained(by: session, recipes)
      session.close()
      removeTeachers()
      return result
    } catch let error as TrainingError where error.isInterruption {
      throw error
    } catch {
      // Only a run that goes on reads them again.
      removeTeachers()
      throw error
    }
  }

  private func trained(by session: AdaptationSession, _ recipes: [Sweep.Recipe]) throws -> Result {
    if !sweep.isEmpty { return try best(of: recipes, session) }
    return Result(
      adapter: try session.train(settings, objective, to: files.output, resumes: resumes), objective: objective, settings: settings)
  }

  /// The teachers' files, a folder for each teacher.
  private func removeTeachers() {
    let folder = files.output + ".teachers"
    // A folder that is not there needs no removing.
    for name in (try? Files.list(folder)) ?? [] { Files.removeFolder(Files.path(name, relativeTo: folder)) }
    Files.removeFolder(folder)
  }

  private func best(of recipes: [Sweep.Recipe], _ session: AdaptationSession) throws -> Result {
    if session.crossesTokenizers { throw TrainingError.sweepNeedsTokens }
    let folder = files.sweep
    let paths = recipes.indices.map { Files.path("\($0 + 1)", relativeTo: folder) }
    var entries: [SweepResult.Entry] = []
    var failures: [SweepResult.Failure] = []
    for (recipe, path) in zip(recipes, paths) {
      do {
        // The teachers' states are kept, so that later recipes find them computed; the recipe's own, so that a sweep that is resumed goes on behind it.
        let adapter = try session.train(recipe.settings, recipe.objective, to: path, resumes: resumes, keepsState: true)
        entries.append(.init(recipe: recipe, adapter: adapter))
      } catch let error as TrainingError {
        guard case .diverged(let step, let what, _) = error else { throw error }
        failures.append(.init(recipe: recipe, error: .diverged(step: step, what: what, checkpoint: nil)))
      }
    }
    for path in paths { Files.removeFolder(TrainingFiles(output: path).working) }
    if entries.isEmpty, let failure = failures.first { throw failure.error }
    let sweep = SweepResult(entries, failures: failures)
    try Files.write(sweep.json.serialized(.indented) + "\n", to: Files.path("sweep.json", relativeTo: folder))
    let chosen = entries[sweep.chosen]
    try Files.writeFolder(files.output) { temporary in
      for name in try Files.list(chosen.adapter.path) {
        try Files.write(try Files.read(Files.path(name, relativeTo: chosen.adapter.path)), to: Files.path(name, relativeTo: temporary))
      }
      try Files.write(sweep.json.serialized(.indented) + "\n", to: Files.path("sweep.json", relativeTo: temporary))
    }
    var adapter = chosen.adapter
    adapter.path = files.output
    return Result(adapter: adapter, objective: chosen.recipe.objective, settings: chosen.recipe.settings, sweep: sweep)
  }
}

extension AdaptationRequest.Source {
  /// Whether a name is a file of examples, by its ending; anything else names a task.
  public static func isFile(_ name: String) -> Bool {
    let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    return [".jsonl", ".ndjson", ".json"].contains { plain.hasSuffix($0) }
  }
}
