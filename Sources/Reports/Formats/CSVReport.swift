// The items as CSV: what got worse, a row each, for a spreadsheet or a data frame.

internal import Comparison
internal import Documents
public import Policies

/// RFC 4180: a header, then every negative flip and every item that lost score, in the result's order; lines end with CR LF.
///
/// Texts are one visible line of at most 32,000 characters, which spreadsheets hold; what a spreadsheet would run as a formula has a `'` in
/// front. The exact texts are in `result.json`.
public struct CSVReport: Report {
  public let name = "csv"
  public let fileName = "items.csv"
  public let mediaType = "text/csv"

  static let cellLimit = 32_000
  /// Metrics that get columns of their own.
  static let metricLimit = 64

  public init() {}

  public func render(_ result: GateResult) -> [UInt8] {
    let metrics = Self.metrics(of: result)
    var names = DistinctNames(limit: 120)
    var header = ["task", "item", "index", "flip", "slices", "target"].map(Self.cell)
    for side in ["baseline", "candidate"] {
      header += ["\(side)_answer", "\(side)_correct", "\(side)_margin"].map(Self.cell)
      header += metrics.map { Self.cell("\(side)_\(names.name($0))") }
    }
    var bytes = Self.row(header)
    for item in result.items {
      var cells = [
        Self.cell(item.task), Self.cell(item.item), "\(item.index)", Self.cell(item.flip?.rawValue ?? ""), Self.cell(Self.slices(of: item)),
        Self.cell(item.target),
      ]
      for answer in [item.baseline, item.candidate] {
        cells += [Self.cell(answer.prediction), answer.isCorrect.map { $0 ? "true" : "false" } ?? "", Self.number(answer.margin)]
        cells += metrics.map { Self.number(answer.score($0)) }
      }
      bytes += Self.row(cells)
    }
    return bytes
  }

  /// The metrics of all items in the order in which they are met.
  private static func metrics(of result: GateResult) -> [String] {
    var metrics: [String] = []
    var seen: Set<String> = []
    for item in result.items {
      for score in item.baseline.scores + item.candidate.scores where metrics.count < metricLimit {
        if seen.insert(score.metric).inserted { metrics.append(score.metric) }
      }
    }
    return metrics
  }

  private static func slices(of item: ReportedItem) -> String {
    (item.document["slices"]?.members ?? []).map { "\($0.key)=\($0.value.string ?? "")" }.joined(separator: ";")
  }

  private static func row(_ cells: [String]) -> [UInt8] { Array((cells.joined(separator: ",") + "\r\n").utf8) }

  private static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  /// A quoted cell that no spreadsheet runs.
  static func cell(_ text: String) -> String {
    let visible = withoutCommands(VisibleText.of(text, limit: cellLimit))
    let guarded = startsFormula(visible) ? "'" + visible : visible
    return "\"\(guarded.replacing("\"", with: "\"\""))\""
  }

  /// `=`, `+`, `-` and `@`, also in their wide forms, behind spaces or not.
  private static func startsFormula(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first(where: { !$0.properties.isWhitespace }) else { return false }
    return ["=", "+", "-", "@", "＝", "＋", "－", "＠"].contains(first)
  }
}
