// How a message is written for one service. A new service is a file beside this one, a word in `Notification.Service`, and a line below.

public import Documents
public import Policies

/// One message and what it is for.
public struct Briefing: Sendable {
  public var announcement: Announcement
  public var notification: Notification
  /// When it was written, Unix time in seconds.
  public var created: Int

  public init(_ news: GateNews, for notification: Notification, created: Int, link: String? = nil) {
    announcement = Announcement(news, for: notification, link: link)
    self.notification = notification
    self.created = created
  }
}

/// A pure function from a message to a service's JSON, within the service's limits.
public protocol MessageFormat: Sendable {
  /// The body of the request, without any secret.
  func payload(_ briefing: Briefing) -> JSONValue
  /// What an answer that is no success means, where the service's words alone do not say it.
  func explanation(status: Int, body: String) -> String?
}

extension MessageFormat {
  public func explanation(status: Int, body: String) -> String? { nil }
}

extension Notification.Service {
  public var format: any MessageFormat {
    switch self {
    case .slack: SlackMessage()
    case .teams: TeamsMessage()
    case .discord: DiscordMessage()
    case .mattermost: MattermostMessage()
    case .pagerDuty: PagerDutyEvent()
    case .googleChat: GoogleChatMessage()
    case .webhook: WebhookEvent()
    }
  }
}

extension JSONValue {
  /// An object without the members that are nil. (`.none`, not `nil`: that is also a JSON value.)
  static func members(_ members: [(String, JSONValue?)]) -> JSONValue { .object(of: members.compactMap { key, value in value.map { (key, $0) } }) }

  /// The size of the body that is sent, in bytes.
  var bodySize: Int {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return bytes.count
  }

  /// The same in characters, as Slack and Mattermost count them.
  var textSize: Int { serialized().units }
}
