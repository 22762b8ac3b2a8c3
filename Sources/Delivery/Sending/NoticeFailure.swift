// A message that did not arrive: why, in one line without a secret.

public import Documents
public import Policies
public import Transfers

/// Why a notice was not delivered.
public struct NoticeFailure: Diagnostic {
  public enum Problem: Sendable {
    /// The environment has no such variable, or an empty one.
    case noVariable(String)
    /// The variable holds no secret of the kind that is needed.
    case badSecret(variable: String)
    /// The variable's value can't stand in a header field.
    case badHeader(variable: String)
    /// The variable holds no address that can be used.
    case badAddress(variable: String, TransferError)
    /// `meaning` is what is known of the service's answer.
    case transfer(TransferError, meaning: String?)
  }

  /// The id of the notification, and its service.
  public var notification: String
  public var service: Notification.Service
  public var isRequired: Bool
  /// How often it was sent.
  public var attempts: Int
  public var problem: Problem
  /// Where it is kept, to be sent again; nil where it is not.
  public var keptAt: String?
  /// Why it could not be kept.
  public var keepingFailed: FileError?

  public var cause: (any Error)? { keepingFailed }
  public var severity: DiagnosticSeverity { .run }
}

extension NoticeFailure {
  public var description: String {
    let tries = attempts > 1 ? " after \(attempts) tries" : ""
    let name = service == .webhook ? "" : " to \(service.name)"
    return "the message \(quoted(notification))\(name) did not arrive\(tries): \(reason); "
      + (isRequired ? "it is required, so the run has failed" : "the verdict stands") + (keptAt.map { "; kept in \(visible($0))" } ?? "")
  }

  /// The cause alone, one line.
  public var reason: String {
    switch problem {
    case .noVariable(let name): "the environment variable \(name) is not set"
    case .badSecret(let name):
      service == .webhook
        ? "the environment variable \(name) holds no secret of Standard Webhooks: whsec_ and 24 to 64 bytes in base64"
        : "the environment variable \(name) holds no routing key: 32 letters and digits"
    case .badHeader(let name): "the environment variable \(name) holds a line break or a control character, which a header field can't"
    case .badAddress(let name, let error): "the environment variable \(name) holds no address to send to: \(error)"
    case .transfer(let error, let meaning): Self.sentence(error) + (meaning.map { " (\($0))" } ?? "")
    }
  }

  private static func sentence(_ error: TransferError) -> String {
    switch error {
    case .status(_, let code, _, _) where (300...399).contains(code): "\(error); redirects are not followed"
    case .addressRefused(_, let address): "\(error)" + (AddressRule.advice(address).map { "; \($0)" } ?? "")
    default: "\(error)"
    }
  }
}
