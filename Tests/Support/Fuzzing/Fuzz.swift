// Runs a reader on damaged files for a bounded time: it must return or throw a Diagnostic, quickly, and within memory that the files account for.

import Documents
import Foundation
import Testing

/// What a run of ``fuzz(_:samples:tokens:open:)`` saw.
public struct FuzzOutcome: Sendable {
  public var cases = 0
  /// The cases in which the reader returned.
  public var accepted = 0
  public var slowest = Duration.zero
}

/// How long and from where fuzzing runs; set by the environment for longer runs by hand.
public enum FuzzBudget {
  /// The seconds of one run: `FLIPGATE_FUZZ_SECONDS`, 1 by default.
  public static var seconds: Double { ProcessInfo.processInfo.environment["FLIPGATE_FUZZ_SECONDS"].flatMap(Double.init) ?? 1 }
  /// The first seed: `FLIPGATE_FUZZ_SEED`, 1 by default. Every run of a seed tries the same cases in the same order.
  public static var seed: UInt64 { ProcessInfo.processInfo.environment["FLIPGATE_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1 }
  /// The longest that one case may take, in a debug build on a busy machine.
  public static let caseLimit = Duration.seconds(5)
  /// What the resident memory may grow by in a run, in bytes: the files have at most a megabyte, and an allocator keeps some of what it was given back.
  public static let memoryLimit = 192 << 20
}

/// Tries damaged copies of samples on a reader until the time is over.
///
/// Run it inside of `#expect(processExitsWith: .success)`: a reader that stops its process is then a failure that names the file. Before each case its
/// bytes are written to `<temporary folder>/flipgate-fuzz-<name>/<file>`, which stays where a case fails.
/// - Parameters:
///   - name: of the run, in the names of files.
///   - file: the name that the reader expects its file to have.
///   - tokens: texts that the format gives a meaning.
///   - open: reads the file at a path; its bytes are given too, for readers of memory.
/// - Returns: what was seen; that some cases were accepted and others refused is for the caller to expect.
@discardableResult
public func fuzz(
  _ name: String, file: String = "case", samples: [[UInt8]], tokens: [String] = [], open: (String, [UInt8]) throws -> Void
) throws -> FuzzOutcome {
  let folder = FileManager.default.temporaryDirectory.appending(path: "flipgate-fuzz-\(name)-\(ProcessInfo.processInfo.processIdentifier)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let url = folder.appending(path: file)
  let seed = FuzzBudget.seed
  var mutator = Mutator(samples, tokens: tokens, seed: seed)
  var outcome = FuzzOutcome()
  let clock = ContinuousClock()
  let end = clock.now + .seconds(FuzzBudget.seconds)
  var warmMemory = 0
  while clock.now < end || outcome.cases < 50 {
    let bytes = mutator.next()
    try Data(bytes).write(to: url)
    func place() -> String { "\(name): case \(outcome.cases) of seed \(seed), kept as \(url.path())" }
    let start = clock.now
    do {
      try open(url.path(), bytes)
      outcome.accepted += 1
    } catch let error as any Diagnostic {
      if explanation(of: error).utf8.count > 10_000 { Issue.record("an error of more than 10,000 bytes. \(place())") }
    } catch {
      Issue.record("\(error) is no Diagnostic. \(place())")
      return outcome
    }
    let taken = clock.now - start
    outcome.slowest = max(outcome.slowest, taken)
    outcome.cases += 1
    // Code and tables are loaded by the first cases.
    if outcome.cases == 50 { warmMemory = peakResidentMemory() }
    if taken > FuzzBudget.caseLimit { Issue.record("took \(taken). \(place())") }
    if outcome.cases % 50 == 0, peakResidentMemory() - warmMemory > FuzzBudget.memoryLimit {
      Issue.record("resident memory grew by \((peakResidentMemory() - warmMemory) >> 20) MiB. \(place())")
      return outcome
    }
  }
  try? FileManager.default.removeItem(at: folder)  // what is left over lies in the system's temporary folder
  return outcome
}

/// The resident memory of this process at its largest, `VmHWM`, in bytes; 0 where the system does not say.
private func peakResidentMemory() -> Int {
  guard let status = try? Files.readText("/proc/self/status") else { return 0 }  // not on this system: nothing is compared then
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
}
