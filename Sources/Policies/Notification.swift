// Whom a policy tells of a verdict: one message to one service, its address and secrets named by environment variables.

/// An entry of `notify`. It holds no secret, only the names of environment variables that do.
public struct Notification: Sendable, Hashable {
  /// What a message is written for.
  public enum Service: String, Sendable, Hashable, CaseIterable {
    case slack
    /// Microsoft Teams, through a Workflows webhook.
    case teams
    case discord
    case mattermost
    /// PagerDuty's Events API, version 2.
    case pagerDuty = "pagerduty"
    case googleChat = "google_chat"
    /// Any receiver that follows Standard Webhooks.
    case webhook

    /// The service's own name.
    public var name: String {
      switch self {
      case .slack: "Slack"
      case .teams: "Microsoft Teams"
      case .discord: "Discord"
      case .mattermost: "Mattermost"
      case .pagerDuty: "PagerDuty"
      case .googleChat: "Google Chat"
      case .webhook: "webhook"
      }
    }

    /// Where the service is reached by everybody, so that no variable has to name its address; nil where each receiver has its own.
    public var commonAddress: String? { self == .pagerDuty ? "https://events.pagerduty.com/v2/enqueue" : nil }
  }

  /// What a message can be sent for: a verdict, or a run that ended without one.
  public enum Occasion: String, Sendable, Hashable, CaseIterable {
    case passed, warned, failed, undecided
    /// The run itself failed.
    case error

    public init(_ verdict: Verdict) {
      self =
        switch verdict {
        case .passed: .passed
        case .warned: .warned
        case .failed: .failed
        case .undecided: .undecided
        }
    }
  }

  /// How much of the evidence leaves the house.
  public enum Detail: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Verdict and counts.
    case summary
    /// Every budget with its sentence, too.
    case budgets
    /// The worst items with targets and answers, too: text of models and data.
    case items

    public static func < (a: Detail, b: Detail) -> Bool { (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0) }
  }

  /// What proves this side to the receiver, and which authorities prove the receiver; paths are relative to the policy file that names them.
  public struct Encryption: Sendable, Hashable {
    /// Certificate authorities to trust in place of the system's, PEM.
    public var authorities: String?
    /// The client's certificate and its key, PEM.
    public var certificate: String?
    public var key: String?
    /// The variable with the key's password.
    public var keyPasswordVariable: String?

    public init(authorities: String? = nil, certificate: String? = nil, key: String? = nil, keyPasswordVariable: String? = nil) {
      self.authorities = authorities
      self.certificate = certificate
      self.key = key
      self.keyPasswordVariable = keyPasswordVariable
    }
  }

  /// A header field whose value an environment variable holds.
  public struct SecretHeader: Sendable, Hashable {
    public var name: String
    public var variable: String

    public init(name: String, variable: String) {
      self.name = name
      self.variable = variable
    }
  }

  public var id: String
  public var service: Service
  /// The variable with the address; nil where the service's common one is meant.
  public var addressVariable: String?
  /// The variable with the secret that signs (webhook) or says where an event goes (PagerDuty's routing key).
  public var secretVariable: String?
  public var headers: [SecretHeader]
  public var occasions: Set<Occasion>
  /// Whether the run has failed if the message does not arrive.
  public var isRequired: Bool
  /// Whether the receiver may stand in a private network.
  public var allowsPrivate: Bool
  public var detail: Detail
  /// Where people find the whole report; https.
  public var reportAddress: String?
  /// What tells one alert from another at PagerDuty; of the policy's name and `id` if nil.
  public var alertKey: String?
  public var encryption: Encryption

  public init(
    id: String, service: Service, addressVariable: String?, secretVariable: String? = nil, headers: [SecretHeader] = [],
    occasions: Set<Occasion> = Notification.usualOccasions, isRequired: Bool = false, allowsPrivate: Bool = false, detail: Detail = .budgets,
    reportAddress: String? = nil, alertKey: String? = nil, encryption: Encryption = Encryption()
  ) {
    self.id = id
    self.service = service
    self.addressVariable = addressVariable
    self.secretVariable = secretVariable
    self.headers = headers
    self.occasions = occasions
    self.isRequired = isRequired
    self.allowsPrivate = allowsPrivate
    self.detail = detail
    self.reportAddress = reportAddress
    self.alertKey = alertKey
    self.encryption = encryption
  }

  /// What `on` means where it is not given.
  public static let usualOccasions: Set<Occasion> = [.failed, .undecided]

  /// Whether a message is due. PagerDuty also hears of every gate that lets the candidate through: that closes its alert.
  public func isDue(on occasion: Occasion) -> Bool { occasions.contains(occasion) || resolves(on: occasion) }

  /// Whether the message closes an alert instead of opening one.
  public func resolves(on occasion: Occasion) -> Bool {
    service == .pagerDuty && (occasion == .passed || occasion == .warned && !occasions.contains(.warned))
  }
}
