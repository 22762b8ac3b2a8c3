// The story: evaluate both sides, compare, judge, and where it is asked for, repair and judge again.

internal import Comparison
internal import Documents
internal import Evaluation
internal import Metrics
internal import ModelHub
public import Policies
internal import Records
internal import Tasks

/// The gate.
public struct Gate: Sendable {
  let request: GateRequest
  let environment: GateEnvironment

  private var source: OutcomeSource {
    var source = OutcomeSource(
      settings: request.settings, model: request.model, cache: request.cache, resumes: request.resumes, environment: environment)
    source.logFormat = request.logFormat
    return source
  }

  public init(_ request: GateRequest, environment: GateEnvironment) {
    self.request = request
    self.environment = environment
  }

  /// Evaluates both sides, compares them and judges the comparison; trains the policy's remedy and judges again, where it says so.
  ///
  /// - Throws: what keeps the gate from judging; a side that can't be read is never a pass. A remedy that fails once there is a verdict is told in the
  ///   result.
  public func run() async throws -> GateResult {
    let policy = try Policy.load(request.policy, knownMetrics: MetricCatalog.all.map(\.name))
    let tasks = try tasks(of: policy)
    // One after the other: both may have to be fetched.
    let located = (
      baseline: try await locate(request.baseline, as: "baseline"), candidate: try await locate(request.candidate, as: "candidate")
    )
    let remedy = try remedyPlan(of: policy, for: located)
    let sides = try await openSides(located)
    let baseline = try await outcomes(of: sides.baseline, as: "baseline", on: tasks)
    let candidate = try await outcomes(of: sides.candidate, as: "candidate", on: tasks)
    for note in baseline.notes + candidate.notes { environment.warn(note) }
    let comparison = try Comparison.compare(
      baseline, candidate, settings: policy.comparisonSettings, notable: policy.notablePairs)
    let result = policy.judge(comparison, today: CalendarDate(unixTime: environment.now()))
    return try await remedied(Judged(policy: policy, tasks: tasks, sides: located, baseline: baseline, result: result), by: remedy)
  }

  /// The policy's tasks, named relative to its file, and the request's; two records need none.
  private func tasks(of policy: Policy) throws -> [EvaluationTask] {
    if OutcomeSource.isRecord(request.baseline) && OutcomeSource.isRecord(request.candidate) { return [] }
    // Files and folders that the policy names lie relative to it; what is not there is a built-in name, or an error that names it.
    let folder = Files.parent(of: request.policy)
    let named =
      policy.tasks.map { name in
        let beside = Files.path(name, relativeTo: folder)
        return Files.exists(beside) ? beside : name
      } + request.tasks
    guard !named.isEmpty else { throw GateError.noTasks(policy: request.policy) }
    return try TaskCatalog.load(named, data: request.data)
  }

  private func locate(_ text: String, as role: String) async throws -> ModelLocation {
    do { return try await request.hub.locate(text) } catch { throw GateError.side(role: role, error) }
  }

  /// Both sides; two adapters of one base, or a base and its adapter, share its weights.
  private func openSides(
    _ located: (baseline: ModelLocation, candidate: ModelLocation)
  ) async throws -> (baseline: OutcomeSource.Side, candidate: OutcomeSource.Side) {
    if located.baseline.path == located.candidate.path, !OutcomeSource.isRecord(located.baseline.path) {
      let baseline = try await open(located.baseline, adapter: request.baselineAdapter, as: "baseline")
      guard case .model(let engine) = baseline else { return (baseline, baseline) }
      do {
        return (baseline, .model(try EmbeddedEngine(engine, adapter: request.candidateAdapter)))
      } catch {
        throw GateError.side(role: "candidate", error)
      }
    }
    async let openedBaseline = open(located.baseline, adapter: request.baselineAdapter, as: "baseline")
    async let openedCandidate = open(located.candidate, adapter: request.candidateAdapter, as: "candidate")
    let sides = (baseline: try await openedBaseline, candidate: try await openedCandidate)
    if case .model(let baseline) = sides.baseline, case .model(let candidate) = sides.candidate { try candidate.shareWeights(with: baseline) }
    return sides
  }

  func open(_ location: ModelLocation, adapter: String?, as role: String) async throws -> OutcomeSource.Side {
    do {
      return try await source.open(location, adapter: adapter)
    } catch {
      throw GateError.side(role: role, error)
    }
  }

  func outcomes(
    of side: OutcomeSource.Side, as role: String, recordName: String? = nil, on tasks: [EvaluationTask]
  ) async throws -> RecordedRun {
    do {
      let path = Files.path("\(recordName ?? role).jsonl", relativeTo: request.reportDirectory)
      return try await source.outcomes(of: side, on: tasks, recordPath: path)
    } catch let error as EvaluationError where error.isInterruption {
      throw error
    } catch {
      throw GateError.side(role: role, error)
    }
  }
}
