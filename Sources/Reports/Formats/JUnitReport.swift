// JUnit XML for CI servers: a test case a budget, valid against the schema of its dialect.

public import Policies
internal import Records

/// Which readers a JUnit report is written for; there is no standard.
public enum JUnitDialect: String, Sendable, CaseIterable {
  /// Jenkins' junit-10.xsd, which GitLab, GitHub's actions, Azure and Buildkite read as well.
  case jenkins
  /// The schema of Ant's tasks: every time and timestamp there, texts of cases that hold in the suite's output.
  case strict
  /// Beside what Jenkins' schema has: the policy as each case's file, and its numbers as properties.
  case rich
}

/// One suite a task, with a case for its evidence and one a budget and slice; never a case an item.
///
/// Names hold nothing that changes from run to run, so that servers can follow a case through time. A broken budget is a `failure`, one that
/// could not be judged an `error` where it blocks and `skipped` where it does not, a waived one `skipped`.
public struct JUnitReport: Report {
  public let name = "junit"
  public let fileName = "junit.xml"
  public let mediaType = "application/xml"
  public var dialect: JUnitDialect

  public init(dialect: JUnitDialect = .jenkins) { self.dialect = dialect }

  public func render(_ result: GateResult) throws -> [UInt8] {
    try render(JUnitSuite.suites(of: result), time: result.candidate.created)
  }

  /// The report of a run that came to no result: one case, an `error`, so that a server which reads only JUnit sees no pass.
  ///
  /// - Parameter explanation: what went wrong, with its causes, a line each.
  public func render(failedRun explanation: String) throws -> [UInt8] {
    let first = explanation.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? "the run failed"
    let state = JUnitCase.State.error(
      message: XMLText.line(first, limit: JUnitCase.messageLimit), type: "run", text: XMLText.lines(explanation, limit: JUnitCase.textLimit))
    let failed = JUnitCase(name: "evidence", className: "flipgate.comparison", state: state)
    return try render([JUnitSuite(name: "comparison", properties: [], cases: [failed])], time: "")
  }

  private func render(_ suites: [JUnitSuite], time: String) throws -> [UInt8] {
    let writer = try XMLWriter()
    let timestamp = JUnitTimestamp.local(time)
    let totals = [
      ("name", "flipgate"), ("tests", "\(suites.reduce(0) { $0 + $1.cases.count })"),
      ("failures", "\(suites.reduce(0) { $0 + $1.failures })"), ("errors", "\(suites.reduce(0) { $0 + $1.errors })"),
    ]
    try writer.element("testsuites", dialect == .strict ? [] : totals) { () throws(XMLError) in
      for (index, suite) in suites.enumerated() { try write(suite, index, timestamp, to: writer) }
    }
    return try writer.finish()
  }

  private func write(_ suite: JUnitSuite, _ index: Int, _ timestamp: String?, to writer: XMLWriter) throws(XMLError) {
    var attributes = [
      ("name", suite.name), ("tests", "\(suite.cases.count)"), ("failures", "\(suite.failures)"), ("errors", "\(suite.errors)"),
      ("skipped", "\(suite.skipped)"),
    ]
    switch dialect {
    case .jenkins: break
    case .rich: if let timestamp { attributes.append(("timestamp", timestamp)) }
    case .strict:
      // Budgets are judged in no time; when a run was without a clock, the epoch stands for it.
      attributes += [
        ("package", "flipgate"), ("id", "\(index)"), ("timestamp", timestamp ?? "1970-01-01T00:00:00"), ("hostname", "localhost"), ("time", "0"),
      ]
    }
    try writer.element("testsuite", attributes) { () throws(XMLError) in
      if !suite.properties.isEmpty || dialect == .strict { try write(suite.properties, to: writer) }
      for testCase in suite.cases { try write(testCase, to: writer) }
      if dialect == .strict {
        try writer.element("system-out") { () throws(XMLError) in try writer.text(suite.output) }
        try writer.element("system-err")
      }
    }
  }

  private func write(_ properties: [(String, String)], to writer: XMLWriter) throws(XMLError) {
    try writer.element("properties") { () throws(XMLError) in
      for (name, value) in properties { try writer.element("property", [("name", name), ("value", value)]) }
    }
  }

  private func write(_ testCase: JUnitCase, to writer: XMLWriter) throws(XMLError) {
    var attributes = [("name", testCase.name), ("classname", testCase.className)]
    if dialect == .strict { attributes.append(("time", "0")) }
    if dialect == .rich, let file = testCase.file { attributes.append(("file", file)) }
    try writer.element("testcase", attributes) { () throws(XMLError) in
      if dialect == .rich, !testCase.properties.isEmpty { try write(testCase.properties, to: writer) }
      switch testCase.state {
      case .passed(let text):
        if !text.isEmpty, dialect != .strict { try writer.element("system-out") { () throws(XMLError) in try writer.text(text) } }
      case .skipped(let message): try writer.element("skipped", [("message", message)])
      case .failure(let message, let type, let text):
        try writer.element("failure", [("message", message), ("type", type)]) { () throws(XMLError) in try writer.text(text) }
      case .error(let message, let type, let text):
        try writer.element("error", [("message", message), ("type", type)]) { () throws(XMLError) in try writer.text(text) }
      }
    }
  }
}

/// A record's time as JUnit has it: `YYYY-MM-DDThh:mm:ss`, in UTC, without a zone.
enum JUnitTimestamp {
  /// nil where the text is no RFC 3339 time; a time in another zone is left out rather than changed.
  static func local(_ text: String) -> String? {
    let pattern = Array("0000-00-00T00:00:00".utf8)
    let bytes = Array(text.utf8)
    guard bytes.count > pattern.count, text.hasSuffix("Z") || text.hasSuffix("+00:00") else { return nil }
    for (byte, expected) in zip(bytes, pattern) {
      let isDigit = (0x30...0x39).contains(byte)
      guard expected == UInt8(ascii: "0") ? isDigit : byte == expected else { return nil }
    }
    guard CalendarDate(String(text.prefix(10))) != nil else { return nil }
    func number(_ start: Int) -> Int { bytes[start..<start + 2].reduce(0) { $0 * 10 + Int($1) - 0x30 } }
    guard number(11) < 24, number(14) < 60, number(17) < 60 else { return nil }
    return String(decoding: bytes.prefix(pattern.count), as: UTF8.self)
  }
}
