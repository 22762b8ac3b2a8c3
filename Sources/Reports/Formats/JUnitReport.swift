// JUnit XML for CI servers: a test case a budget, valid against Jenkins' junit-10.xsd.

public import Policies

/// One suite a task, with a case for its evidence and one a budget and slice; never a case an item.
///
/// Names hold nothing that changes from run to run, so that servers can follow a case through time. A broken budget is a `failure`, one that
/// could not be judged an `error` where it blocks and `skipped` where it does not, a waived one `skipped`.
public struct JUnitReport: Report {
  public let name = "junit"
  public let fileName = "junit.xml"
  public let mediaType = "application/xml"

  public init() {}

  public func render(_ result: GateResult) throws -> [UInt8] { try Self.render(JUnitSuite.suites(of: result)) }

  /// The report of a run that came to no result: one case, an `error`, so that a server which reads only JUnit sees no pass.
  ///
  /// - Parameter explanation: what went wrong, with its causes, a line each.
  public static func render(failedRun explanation: String) throws -> [UInt8] {
    let first = explanation.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? "the run failed"
    let state = JUnitCase.State.error(
      message: XMLText.line(first, limit: JUnitCase.messageLimit), type: "run", text: XMLText.lines(explanation, limit: JUnitCase.textLimit))
    return try render([
      JUnitSuite(name: "comparison", properties: [], cases: [JUnitCase(name: "evidence", className: "flipgate.comparison", state: state)])
    ])
  }

  private static func render(_ suites: [JUnitSuite]) throws -> [UInt8] {
    let writer = try XMLWriter()
    let totals = [
      ("name", "flipgate"), ("tests", "\(suites.reduce(0) { $0 + $1.cases.count })"),
      ("failures", "\(suites.reduce(0) { $0 + $1.failures })"), ("errors", "\(suites.reduce(0) { $0 + $1.errors })"),
    ]
    try writer.element("testsuites", totals) { () throws(XMLError) in
      for suite in suites { try write(suite, to: writer) }
    }
    return try writer.finish()
  }

  private static func write(_ suite: JUnitSuite, to writer: XMLWriter) throws(XMLError) {
    let counts = [
      ("name", suite.name), ("tests", "\(suite.cases.count)"), ("failures", "\(suite.failures)"), ("errors", "\(suite.errors)"),
      ("skipped", "\(suite.skipped)"),
    ]
    try writer.element("testsuite", counts) { () throws(XMLError) in
      if !suite.properties.isEmpty {
        try writer.element("properties") { () throws(XMLError) in
          for (name, value) in suite.properties { try writer.element("property", [("name", name), ("value", value)]) }
        }
      }
      for testCase in suite.cases { try write(testCase, to: writer) }
    }
  }

  private static func write(_ testCase: JUnitCase, to writer: XMLWriter) throws(XMLError) {
    try writer.element("testcase", [("name", testCase.name), ("classname", testCase.className)]) { () throws(XMLError) in
      switch testCase.state {
      case .passed(let text):
        if !text.isEmpty { try writer.element("system-out") { () throws(XMLError) in try writer.text(text) } }
      case .skipped(let message): try writer.element("skipped", [("message", message)])
      case .failure(let message, let type, let text):
        try writer.element("failure", [("message", message), ("type", type)]) { () throws(XMLError) in try writer.text(text) }
      case .error(let message, let type, let text):
        try writer.element("error", [("message", message), ("type", type)]) { () throws(XMLError) in try writer.text(text) }
      }
    }
  }
}
