// One page for people: the verdict, the rule that decided it, and all evidence, in a file that needs nothing else.

public import Policies

/// A self-contained HTML page of at most 5 MB.
///
/// It loads nothing: style and script stand in it, allowed by their digests in a content security policy that forbids everything else. Without its
/// script it reads the same, only filters and sorting are missing. Each list has its share of the bytes; what does not fit is counted, and stands in
/// `result.json`.
public struct HTMLReport: Report {
  public let name = "html"
  public let fileName = "report.html"
  public let mediaType = "text/html"

  public init() {}

  /// The most bytes of a page.
  static let byteLimit = 5_000_000

  /// The most bytes of each part; the items get what the others leave.
  struct Shares {
    var budgets = 600_000
    var findings = 120_000
    var remedy = 300_000
    var tasks = 1_200_000
    var slices = 500_000
    var provenance = 250_000
    /// The page's frame: style, script, head and foot, the verdict, and the marks around each part.
    static let frame = 120_000
  }

  public func render(_ result: GateResult) -> [UInt8] {
    let shares = Shares()
    let budgets = HTMLBudgets(result)
    let parts: [HTMLPart?] = [
      budgets.part(bytes: shares.budgets), HTMLFindings.part(result, bytes: shares.findings),
      HTMLRemedy.part(result, bytes: shares.remedy), HTMLTasks.part(result, bytes: shares.tasks),
      HTMLSlices.part(result, bytes: shares.slices),
    ]
    let provenance = HTMLProvenance.part(result, bytes: shares.provenance)
    let used = (parts.compactMap(\.self) + [provenance]).reduce(0) { $0 + $1.content.count }
    let items = HTMLItems(result).part(bytes: Self.byteLimit - Shares.frame - used)
    let page = HTMLPage(
      title: "\(result.verdict.title): \(HTMLText.name(result.policy.name))", verdict: HTMLVerdict(result, budgets: budgets).header(),
      parts: (parts + [items, provenance]).compactMap(\.self), tone: result.verdict.tone)
    return page.document().bytes
  }
}

/// A section of the page.
struct HTMLPart {
  /// The section's id, and its name in the bar on top.
  var id: StaticString
  var title: String
  var content: HTML
}
