// A report: a gate result as bytes, in a form that some reader wants. Nothing is delivered here.

public import Policies

/// A pure function from a result to bytes: the same result gives the same bytes, fresh or read back.
public protocol Report: Sendable {
  /// The name on the command line, such as `junit`.
  var name: String { get }
  /// The file's name in a report folder, such as `junit.xml`.
  var fileName: String { get }
  /// The media type, such as `application/xml`.
  var mediaType: String { get }
  /// - Throws: an error of the format's library; no text in a result can cause one.
  func render(_ result: GateResult) throws -> [UInt8]
}

/// All reports. A new one is a file in `Formats/` and a line here.
public enum Reports {
  public static let all: [any Report] = [
    JSONReport(),
    JUnitReport(),
    MarkdownReport(),
    MarkdownReport(.comment),
    GitHubReport(),
    OpenMetricsReport(),
    InTotoReport(),
    CSVReport(),
    TextReport(),
    HTMLReport(),
  ]

  /// What a report folder gets without being asked: the evidence, what CI servers read, and what people read.
  public static let standard: [any Report] = [JSONReport(), JUnitReport(), HTMLReport(), MarkdownReport()]

  /// The names of all, as a sentence lists them.
  public static var names: String { all.map(\.name).joined(separator: ", ") }

  /// The report of a name; nil where there is none.
  public static func named(_ name: String) -> (any Report)? { all.first { $0.name == name } }
}
