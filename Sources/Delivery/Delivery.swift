// Reports to their sinks: each is tried, and what fails is told, not thrown. A verdict never changes because a report could not be delivered.

public import Documents
public import Policies
public import Reports

/// A report and where it goes.
public struct Delivery: Sendable {
  public var report: any Report
  public var sink: any Sink

  public init(_ report: any Report, to sink: any Sink) {
    self.report = report
    self.sink = sink
  }
}

/// A report that did not arrive.
public struct DeliveryFailure: Diagnostic {
  /// The report's name and the sink's.
  public var report: String
  public var sink: String
  public var isRequired: Bool
  public var cause: (any Error)?

  public var severity: DiagnosticSeverity { .run }
}

extension DeliveryFailure {
  public var description: String {
    "the \(report) report was not delivered to \(sink)\(isRequired ? ", and it is required" : "; the verdict stands without it")"
  }
}

extension [Delivery] {
  /// Renders and delivers each report, in order.
  ///
  /// - Returns: what failed. One that is required turns the run's exit status into ``ExitStatus/failure``: see ``GateResult/exitStatus(after:)``.
  public func publish(_ result: GateResult) -> [DeliveryFailure] {
    compactMap { delivery in
      do {
        try delivery.sink.deliver(try delivery.report.render(result))
        return nil
      } catch {
        return DeliveryFailure(report: delivery.report.name, sink: delivery.sink.name, isRequired: delivery.sink.isRequired, cause: error)
      }
    }
  }
}

extension GateResult {
  /// The verdict's exit status, or 4 where a required report did not arrive.
  public func exitStatus(after failures: [DeliveryFailure]) -> ExitStatus {
    failures.contains(where: \.isRequired) ? .failure : exitStatus
  }
}
