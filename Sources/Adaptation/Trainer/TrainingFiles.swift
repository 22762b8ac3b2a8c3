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

  public static func state(in folder: String) -> String { Files.path("state.safetensors", relativeTo: folder) }
  public static func log(in folder: String) -> String { Files.path("training.jsonl", relativeTo: folder) }

  /// Throws where something is in the way: an adapter at the final name, or the state of an interrupted run that is not to be resumed.
  public func check(resumes: Bool) throws(TrainingError) {
    if Files.isOccupied(output) { throw .outputExists(output) }
    let state = Self.state(in: working)
    if !resumes, Files.exists(state) { throw .unfinished(checkpoint: state) }
  }
}
