// The step's outputs: verdict, counts, digests and paths, in the runner's file protocol.

internal import Comparison
public import Policies
internal import Records

/// What later steps of a workflow read: `name<<delimiter`, the value, the delimiter; a block each.
///
/// Values are words of ours, numbers, SHA-256 digests and the caller's paths: no text of a model, a task or a policy gets in.
public struct GitHubOutputs: Sendable {
  /// A line that ends a value: random, at least 16 letters or digits, made by the caller anew for each run.
  public var delimiter: String
  /// The written reports: their format's name and path.
  public var files: [(name: String, path: String)]

  public init(delimiter: String, files: [(name: String, path: String)] = []) {
    self.delimiter = delimiter
    self.files = files
  }

  /// The names of the outputs that are always there, in their order; a report's path has the name of its format behind `report-`.
  public static let names = [
    "verdict", "exit-status", "budgets", "budgets-broken", "budgets-undecided", "items", "negative-flips", "positive-flips",
    "policy-sha256", "baseline-sha256", "candidate-sha256",
  ]

  public func render(_ result: GateResult) -> [UInt8] {
    let counts = result.tasks.compactMap(\.flips)
    let values = [
      result.verdict.rawValue, "\(result.exitStatus.rawValue)", "\(result.budgets.count)",
      "\(result.budgets.count { $0.status == .failed })", "\(result.budgets.count { $0.status == .undecided })",
      "\(Self.sum(result.tasks.map(\.paired)))", "\(Self.sum(counts.map(\.negative)))", "\(Self.sum(counts.map(\.positive)))",
      Digest.hexadecimal(result.policy.digest) ?? "", Digest.hexadecimal(result.baseline.model.weightsDigest) ?? "",
      Digest.hexadecimal(result.candidate.model.weightsDigest) ?? "",
    ]
    return blocks(zip(Self.names, values).map { ($0, $1) })
  }

  /// The outputs of a run that came to no result: `verdict` is `error`.
  public func render(failedRun status: ExitStatus) -> [UInt8] { blocks([("verdict", "error"), ("exit-status", "\(status.rawValue)")]) }

  private func blocks(_ values: [(String, String)]) -> [UInt8] {
    var text = ""
    for (name, value) in values + files.map({ ("report-\($0.name)", $0.path) }) {
      // A path with a line break could hold anything; nobody has such a folder by accident.
      let isOneLine = !value.unicodeScalars.contains { $0.properties.generalCategory == .control }
      text += "\(name)<<\(delimiter)\n\(isOneLine ? value : "")\n\(delimiter)\n"
    }
    return Array(text.utf8)
  }

  /// A saved result may hold any counts: a sum that does not fit stays at the largest number.
  private static func sum(_ counts: [Int]) -> Int {
    counts.reduce(0) { total, next in
      let (sum, overflows) = total.addingReportingOverflow(next)
      return overflows ? (next > 0 ? Int.max : Int.min) : sum
    }
  }
}

/// Digests as formats for machines hold them.
enum Digest {
  /// The 64 hexadecimal digits of `sha256:...`; nil for everything else, such as the word that stands for a log without digests.
  static func hexadecimal(_ digest: String) -> String? {
    let digits = digest.hasPrefix("sha256:") ? digest.dropFirst("sha256:".count) : digest[...]
    let isDigest = digits.utf8.count == 64 && digits.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    return isDigest ? String(digits) : nil
  }
}
