// A run's state on disk: one safetensors file, so that it is there whole or not at all.

internal import Checkpoints
internal import Documents
internal import OrderedCollections

/// Reads and writes the state of a run.
///
/// Tensors `values`, `first_moment`, `second_moment` and, once there is a best validation, `best_values`, all f32 and flat; what is no tensor stands as
/// JSON under `flipgate` in the file's metadata.
struct TrainingCheckpoint {
  static let format = "flipgate.training"
  static let version = 1

  let path: String
  /// Everything that a run must have in common with the one that wrote the state: settings, objective, data, models.
  let identity: JSONValue

  func write(_ state: TrainingState) throws(TrainingError) {
    var tensors = [("values", state.values), ("first_moment", state.optimizer.firstMoments), ("second_moment", state.optimizer.secondMoments)]
    var members: [(String, JSONValue)] = [
      ("format", .string(Self.format)), ("version", .integer(Self.version)), ("identity", identity),
      ("step", .integer(state.optimizer.step)), ("epoch", .integer(state.epoch)), ("step_in_epoch", .integer(state.stepInEpoch)),
      ("draws", .string("\(state.draws)")), ("seconds", .number(state.seconds)), ("curve", .array(state.curve.map(\.json))),
      ("since_last_point", ["loss": .number(state.sinceLastPoint.loss), "weight": .number(state.sinceLastPoint.weight)]),
      ("finished", .bool(state.isFinished)),
    ]
    if let best = state.best {
      tensors.append(("best_values", best.values))
      members.append(("best", ["step": .integer(best.step), "loss": .number(best.loss), "cross_entropy": .number(best.crossEntropy)]))
    }
    do throws(FileError) {
      try SafetensorsWriter.write(
        tensors.map { NewTensor(name: $0.0, shape: [$0.1.count], values: .f32($0.1)) },
        metadata: ["format": "pt", "flipgate": JSONValue.object(of: members).serialized()], to: path)
    } catch {
      throw .checkpoint(path: path, error)
    }
  }

  /// The state that was written for the same run.
  ///
  /// - Throws: ``TrainingError/otherRun(checkpoint:difference:)`` for another run's, ``TrainingError/badCheckpoint(path:problem:)``.
  func read(valueCount: Int, settings: AdamW.Settings) throws(TrainingError) -> TrainingState {
    func broken(_ problem: String) -> TrainingError { .badCheckpoint(path: path, problem: problem) }
    let file: Checkpoint
    let json: JSONValue
    do {
      file = try Checkpoint(path: path)
      guard case .safetensors(let metadata) = file.source, let text = metadata["flipgate"] else {
        throw broken("it has no member \"flipgate\" in its metadata")
      }
      json = try JSONValue.parse(text, file: path)
    } catch let error as TrainingError {
      throw error
    } catch {
      throw .checkpoint(path: path, error)
    }
    guard json["format"]?.string == Self.format, json["version"]?.integer == Self.version else {
      throw broken("expected the format \(Self.format), version \(Self.version)")
    }
    if let difference = Self.difference(json["identity"] ?? .null, identity) { throw .otherRun(checkpoint: path, difference: difference) }
    func tensor(_ name: String) throws(TrainingError) -> [Float] {
      guard let info = file[name], info.elementCount == valueCount else {
        throw broken("the tensor \(name) is missing, or has not \(valueCount) values")
      }
      do throws(CheckpointError) { return try file.floats(of: info) } catch { throw .checkpoint(path: path, error) }
    }
    guard let step = json["step"]?.integer, let epoch = json["epoch"]?.integer, let stepInEpoch = json["step_in_epoch"]?.integer,
      let draws = json["draws"]?.string.flatMap({ UInt64($0) }), let seconds = json["seconds"]?.double, let curve = json["curve"]?.array,
      let loss = json["since_last_point"]?["loss"]?.double, let weight = json["since_last_point"]?["weight"]?.double,
      let isFinished = json["finished"]?.bool,
      step >= 0, epoch >= 0, stepInEpoch >= 0
    else { throw broken("a member is missing") }
    var state = TrainingState(values: try tensor("values"), settings: settings)
    state.optimizer = AdamW(
      settings, step: step, firstMoments: try tensor("first_moment"), secondMoments: try tensor("second_moment"))
    (state.epoch, state.stepInEpoch, state.draws, state.seconds) = (epoch, stepInEpoch, draws, seconds)
    for point in curve {
      guard let point = CurvePoint(json: point) else { throw broken("a point of its curve is none") }
      state.curve.append(point)
    }
    state.sinceLastPoint = BatchLoss(loss: loss, weight: weight)
    state.isFinished = isFinished
    if let best = json["best"] {
      guard let step = best["step"]?.integer, let loss = best["loss"]?.double, let crossEntropy = best["cross_entropy"]?.double else {
        throw broken("its best step is none")
      }
      state.best = TrainingState.Best(step: step, loss: loss, crossEntropy: crossEntropy, values: try tensor("best_values"))
    }
    return state
  }

  /// The first member in which two runs differ, as words; nil where they are one.
  static func difference(_ found: JSONValue, _ expected: JSONValue, at path: String = "") -> String? {
    if found == expected { return nil }
    if let mine = expected.object, let other = found.object {
      for (key, value) in mine {
        if let difference = difference(other[key] ?? .null, value, at: path.isEmpty ? key : "\(path).\(key)") { return difference }
      }
    }
    return
      "\(path.isEmpty ? "it" : path) was \(visible(found.serialized(), limit: 120)) there, and is \(visible(expected.serialized(), limit: 120)) here"
  }
}
