// Sends messages: five tries within 90 seconds, no redirects, and only to addresses that the policy permits.

internal import Documents
internal import Policies
public import Transfers

/// Sends one notice at a time. Clock, chance and environment are handed in.
public struct Courier: Sendable {
  public var client: HTTPClient
  /// The value of an environment variable.
  public var environment: @Sendable (String) -> String?
  /// The Unix time in seconds, which signatures carry.
  public var now: @Sendable () -> Int
  /// How failures that may pass are met.
  public var retries: RetryPolicy
  /// The longest that one try may take, in seconds.
  public var tryTimeout = 20.0

  /// The most seconds that all tries of one message take.
  public static let patience = 90.0
  /// The most bytes of an answer that are looked at.
  static let answerLimit = 1 << 16

  /// - Parameters:
  ///   - clock: seconds that only grow.
  ///   - jitter: from 0 to 1.
  public init(
    client: HTTPClient, environment: @escaping @Sendable (String) -> String?, now: @escaping @Sendable () -> Int,
    clock: @escaping @Sendable () -> Double, jitter: @escaping @Sendable () -> Double,
    sleep: @escaping @Sendable (_ seconds: Double) async throws -> Void
  ) {
    self.client = client
    self.environment = environment
    self.now = now
    retries = RetryPolicy(attempts: 5, firstPause: 1, longestPause: 60, jitter: jitter, sleep: sleep)
    retries.spread = .full
    retries.timeLimit = RetryPolicy.TimeLimit(seconds: Self.patience, clock: clock)
    // Every error of the server's own may pass, 501 among them: a gateway says it while its service starts.
    retries.mayPass = { error in
      if case .status(_, let code, _, _) = error { return [408, 425, 429].contains(code) || (500...599).contains(code) }
      return error.isTransient
    }
  }

  /// Sends a notice until it arrives, or can't.
  public func send(_ notice: Notice) async throws(NoticeFailure) {
    let letter: Letter
    do throws(Fault) { letter = try Letter(notice, environment) } catch { throw failure(notice, error.problem, attempts: 0) }
    let attempts = Counter()
    let start = retries.timeLimit?.clock() ?? 0
    do throws(TransferError) {
      try await retries.run { () async throws(TransferError) in
        attempts.value += 1
        let passed = (retries.timeLimit?.clock() ?? 0) - start
        try await send(letter, of: notice, within: min(tryTimeout, max(1, Self.patience - passed)))
      }
    } catch {
      var meaning: String?
      if case .status(_, let code, let message, _) = error {
        meaning = notice.notification.service.format.explanation(status: code, body: message ?? "")
      }
      throw failure(notice, .transfer(error, meaning: meaning), attempts: attempts.value)
    }
  }

  private func failure(_ notice: Notice, _ problem: NoticeFailure.Problem, attempts: Int) -> NoticeFailure {
    NoticeFailure(
      notification: notice.notification.id, service: notice.notification.service, isRequired: notice.notification.isRequired, attempts: attempts,
      problem: problem)
  }

  /// One try.
  private func send(_ letter: Letter, of notice: Notice, within seconds: Double) async throws(TransferError) {
    let rule = AddressRule(allowsPrivate: notice.notification.allowsPrivate, namesThisMachine: letter.address.isLoopback)
    // A proxy would connect to an address that is written out: it is looked at here.
    if let literal = NetworkAddress(letter.address.host), !rule.permits(literal) { throw .addressRefused(letter.address.origin, literal) }
    var client = client
    let encryption = notice.notification.encryption
    client.certificates = encryption.authorities ?? client.certificates
    if let certificate = encryption.certificate, let key = encryption.key {
      client.identity = ClientIdentity(certificate: certificate, key: key, password: letter.keyPassword)
    }
    var request = HTTPRequest(.post, letter.address, headers: letter.headers(id: notice.id, timestamp: now()), body: letter.body)
    request.redirects = .none
    request.timeout = seconds
    request.bodyLimit = Self.answerLimit
    request.permits = rule.permits
    let response: HTTPResponse
    do {
      response = try await client.send(request)
    } catch TransferError.tooLarge {
      // The message was taken; what else the server has to say is its own affair.
      return
    }
    let shown = letter.redaction.show(response.body)
    _ = try response.requireSuccess(message: shown.isEmpty ? nil : shown)
  }
}

/// Counts the tries of one notice; it never leaves its task.
private final class Counter {
  var value = 0
}

private struct Fault: Error {
  var problem: NoticeFailure.Problem
}

/// A notice with its secrets: it exists only while it is sent.
private struct Letter {
  var address: WebAddress
  var body: [UInt8]
  var keyPassword: String?
  var redaction: Redaction
  private var fields = HTTPHeaders()
  private var signature: WebhookSignature?

  init(_ notice: Notice, _ environment: (String) -> String?) throws(Fault) {
    let notification = notice.notification
    /// Secrets often come with a line break behind them.
    func value(_ variable: String) throws(Fault) -> String {
      let text = environment(variable).map { $0.trimming { $0.isWhitespace } } ?? ""
      if text.isEmpty { throw Fault(problem: .noVariable(variable)) }
      return text
    }
    let variable = notification.addressVariable
    let text: String
    if let variable { text = try value(variable) } else { text = notification.service.commonAddress ?? "" }
    do throws(TransferError) {
      address = try WebAddress(text)
    } catch {
      throw Fault(problem: .badAddress(variable: variable ?? "", error))
    }
    var secrets: [String] = []
    for header in notification.headers {
      let text = try value(header.variable)
      guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else { throw Fault(problem: .badHeader(variable: header.variable)) }
      secrets.append(text)
      fields[header.name] = text
    }
    keyPassword = nil
    if let variable = notification.encryption.keyPasswordVariable { keyPassword = try value(variable) }
    var payload = notice.payload
    if let variable = notification.secretVariable {
      let secret = try value(variable)
      secrets.append(secret)
      switch notification.service {
      case .pagerDuty:
        guard secret.utf8.count <= 100, secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
          throw Fault(problem: .badSecret(variable: variable))
        }
        payload = .object(of: [("routing_key", .string(secret))] + (payload.members ?? []).map { ($0.key, $0.value) })
      default:
        guard let signature = WebhookSignature(secret: secret) else { throw Fault(problem: .badSecret(variable: variable)) }
        self.signature = signature
      }
    }
    body = Array(payload.serialized().utf8)
    redaction = Redaction(address, secrets)
    fields["Content-Type"] = "application/json"
    fields["Accept"] = "application/json, text/plain;q=0.5"
  }

  /// The header fields of one try, signed for its time.
  func headers(id: String, timestamp: Int) -> HTTPHeaders {
    var headers = fields
    headers["webhook-id"] = id
    headers["webhook-timestamp"] = "\(timestamp)"
    if let signature { headers["webhook-signature"] = signature.sign(id: id, timestamp: timestamp, body: body) }
    return headers
  }
}

extension String {
  fileprivate func trimming(_ isOuter: (Character) -> Bool) -> String {
    String(drop(while: isOuter).reversed().drop(while: isOuter).reversed())
  }
}
