// A message on its way: what is sent, to whom, and how often that was tried. It holds names of variables, never their values.

public import Documents
public import Policies

/// One message to one receiver. The same `id` goes with every try, so that a receiver can tell a repetition from news.
public struct Notice: Sendable, Hashable {
  /// `msg_` and 24 letters and digits.
  public var id: String
  public var notification: Notification
  /// The body, without the secrets that some services want in it.
  public var payload: JSONValue
  /// When it was written, Unix time in seconds.
  public var created: Int
  /// How often it was sent in vain.
  public var attempts: Int
  /// What came of the last try, one line.
  public var lastError: String?

  public init(id: String, notification: Notification, payload: JSONValue, created: Int, attempts: Int = 0, lastError: String? = nil) {
    self.id = id
    self.notification = notification
    self.payload = payload
    self.created = created
    self.attempts = attempts
    self.lastError = lastError
  }

  /// The messages that a policy wants sent of what happened, in its order.
  ///
  /// - Parameters:
  ///   - link: where the report is, in place of what the policy says.
  ///   - random: bits for the messages' ids.
  public static func due(
    _ news: GateNews, by notifications: [Notification], created: Int, link: String? = nil, random: () -> UInt64
  ) -> [Notice] {
    notifications.filter { $0.isDue(on: news.occasion) }.map { notification in
      let briefing = Briefing(news, for: notification, created: created, link: link)
      return Notice(id: identity(random), notification: notification, payload: notification.service.format.payload(briefing), created: created)
    }
  }

  /// What would be sent, with the names of variables in the place of their values.
  public var preview: JSONValue {
    func variable(_ name: String) -> JSONValue { .string("$" + name) }
    var body = payload
    if notification.service == .pagerDuty, let name = notification.secretVariable {
      body = .object(of: [("routing_key", variable(name))] + (payload.members ?? []).map { ($0.key, $0.value) })
    }
    let headers = notification.headers.map { ($0.name, variable($0.variable)) }
    return .members([
      ("notification", .string(notification.id)), ("type", .string(notification.service.rawValue)),
      ("to", notification.addressVariable.map(variable) ?? .string(notification.service.commonAddress ?? "")),
      ("signed_with", notification.service == .webhook ? notification.secretVariable.map(variable) : .none),
      ("headers", headers.isEmpty ? .none : .object(of: headers)), ("webhook_id", .string(id)), ("body", body),
    ])
  }

  private static func identity(_ random: () -> UInt64) -> String {
    let letters = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
    var text = "msg_"
    for _ in 0..<2 {
      // 36^12 is below 2^63: a 64-bit number gives 12 letters.
      var bits = random()
      for _ in 0..<12 {
        text.unicodeScalars.append(Unicode.Scalar(letters[Int(bits % 36)]))
        bits /= 36
      }
    }
    return text
  }

  /// Whether a text is an id as this program makes them: what a file or a header may be named by.
  static func isIdentity(_ text: String) -> Bool {
    text.hasPrefix("msg_") && text.utf8.count == 28 && text.utf8.dropFirst(4).allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
  }
}
