// Records of the same model asked again: what of a change is noise.

internal import ArgumentParser
internal import Comparison
internal import Records

struct NoiseOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Records of the baseline's or the candidate's model, asked again: items that differ from themselves are noise.", valueName: "record"))
  var noise: [String] = []

  /// The noise floor; nil where no record was given.
  func floor(_ baseline: RecordedRun, _ candidate: RecordedRun, format: LogFormat?) throws -> NoiseFloor? {
    if noise.isEmpty { return nil }
    return try NoiseFloor(
      baseline: baseline, candidate: candidate, repeats: try noise.map { ($0, try RecordedRun(path: $0, format: format)) })
  }
}
