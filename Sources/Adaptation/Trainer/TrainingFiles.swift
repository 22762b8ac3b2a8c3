// Where a run keeps its files: beside the adapter's folder while it lasts, in it at the end.

internal import Documents

/// The files of a run whose adapter is to be at `output`.
public struct TrainingFiles: Sendable, Hashable {
  public let output: String

  public init(output: String) {
    var path = output
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.output = path
  }

  /// The folder of state and log while the run lasts.
  public var working: String { output + ".training" }

  /// The folder of a sweep's adapters, each with files of its own.
  public var sweep: String { output + ".sweep" }

  public static func state(in folder: String) -> String { Files.path("state.safetensors", relativeTo: folder) }
  public static func log(in folder: String) -> String { Files.path("training.jsonl", relativeTo: folder) }

  /// Throws where something is in the way: an adapter at the final name, or the state of an interrupted run that is not to be resumed.
  public func check(resumes: Bool) throws(TrainingError) {
    if Files.isOccupied(output) { throw .outputExists(output) }
    if !resumes { try checkUnfinished() }
  }

  /// Throws where the state of an interrupted run is: of this adapter, or of one of its sweep.
  public func checkUnfinished() throws(TrainingError) {
    for state in states where Files.exists(state) { throw .unfinished(checkpoint: state) }
  }

  /// Removes the finished adapter and those of its sweep, for another training in their place; states and logs only where `keepsStates` is not said.
  public func clear(keepsStates: Bool) {
    if Files.exists(Files.path("adapter_config.json", relativeTo: output)) { Files.removeFolder(output) }
    for name in sweepNames where !(keepsStates && name.hasSuffix(".training")) { Files.removeFolder(Files.path(name, relativeTo: sweep)) }
    Files.removeFolder(sweep)
    if !keepsStates { Files.removeFolder(working) }
  }

  /// Removes the states of a run that is not to be resumed; its logs stay.
  public func removeStates() {
    for state in states { Files.remove(state) }
  }

  private var states: [String] {
    [Self.state(in: working)] + sweepNames.map { Self.state(in: Files.path($0, relativeTo: sweep)) }
  }

  /// What lies in the sweep's folder.
  private var sweepNames: [String] {
    // A folder that is not there holds nothing.
    (try? Files.list(sweep)) ?? []
  }
}
