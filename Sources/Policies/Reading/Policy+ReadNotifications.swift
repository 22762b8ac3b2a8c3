// The entries of `notify`: where messages go, when, and how much they say. Addresses and secrets are named, never written.

internal import Documents

extension PolicyReading {
  func notification(_ node: YAMLNode) -> Placed<Notification>? {
    guard let mapping = MappingReader(node, "a notification", keys: PolicyKeys.notification, refused: Self.refused, problems: problems) else {
      return nil
    }
    let id = mapping.text("id", isRequired: true)
    _ = mapping.required("type")
    let service: Notification.Service? = mapping.word("type")
    let address = variable("url_env", mapping)
    if service?.commonAddress == nil, service != nil, !mapping.has("url_env") {
      mapping.note(.missingKey("url_env", context: "the notification (it names the environment variable with the address)"))
    }
    let secret = secretVariable(of: service, mapping)
    if mapping.has("dedup_key"), let service, service != .pagerDuty {
      mapping.note(
        .doesNotApply(key: "dedup_key", to: "type: \(service.rawValue)", hint: "it tells PagerDuty's alerts apart; remove it"), at: "dedup_key")
    }
    let occasions = occasions(mapping)
    let isRequired = mapping.bool("required") ?? false
    let allowsPrivate = mapping.bool("allow_private") ?? false
    let detail: Notification.Detail = mapping.word("include") ?? .budgets
    let report = reportAddress(mapping)
    let alertKey = mapping.text("dedup_key")
    let encryption = encryption(mapping)
    let headers = headers(mapping)
    guard let id, let service else { return nil }
    let notification = Notification(
      id: id, service: service, addressVariable: address, secretVariable: secret, headers: headers, occasions: occasions,
      isRequired: isRequired, allowsPrivate: allowsPrivate, detail: detail, reportAddress: report, alertKey: alertKey, encryption: encryption)
    return Placed(value: notification, place: mapping.place(of: "id"))
  }

  /// A secret that stands in the policy would be in every report and every repository.
  private static let refused = [
    "url": "an address of a webhook is a secret: put it into an environment variable and name that with url_env",
    "secret": "put it into an environment variable and name that with secret_env",
    "headers": "put the values into environment variables and name those with headers_env",
    "routing_key": "put it into an environment variable and name that with secret_env",
  ]

  /// The name of an environment variable.
  private func variable(_ key: String, _ mapping: MappingReader) -> String? {
    guard let name = mapping.text(key) else { return nil }
    if Self.isVariable(name) { return name }
    // What is no name is likely the secret itself: it is not repeated.
    mapping.note(.outOfRange(key: key, found: "no name", expected: Self.variableNames), at: key)
    return nil
  }

  private static let variableNames = "the name of an environment variable (letters, digits and _), which holds the value itself"

  private static func isVariable(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(0x30...0x39).contains(first), name.utf8.count <= 255 else { return false }
    return name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
    }
  }

  private func secretVariable(of service: Notification.Service?, _ mapping: MappingReader) -> String? {
    let name = variable("secret_env", mapping)
    switch service {
    case .pagerDuty where !mapping.has("secret_env"):
      mapping.note(.missingKey("secret_env", context: "the notification (it names the environment variable with PagerDuty's routing key)"))
    case .pagerDuty, .webhook, nil: break
    case .some(let other) where mapping.has("secret_env"):
      let hint = "its address is its only secret; remove it"
      mapping.note(.doesNotApply(key: "secret_env", to: "type: \(other.rawValue)", hint: hint), at: "secret_env")
    case .some: break
    }
    return name
  }

  private func occasions(_ mapping: MappingReader) -> Set<Notification.Occasion> {
    guard let node = mapping.optional("on") else { return Notification.usualOccasions }
    let known = Notification.Occasion.allCases.map(\.rawValue)
    guard let elements = node.sequence, !elements.isEmpty else {
      let found = node.sequence == nil ? node.kindName : "an empty list"
      mapping.note(.wrongKind(key: "on", found: found, expected: "a list of \(known.joined(separator: ", "))"), at: "on")
      return []
    }
    return Set(
      elements.compactMap { element in
        let word = element.text ?? element.kindName
        if let occasion = Notification.Occasion(rawValue: word) { return occasion }
        problems.add(.unknownWord(key: "on", found: word, known: known), at: element.location)
        return nil
      })
  }

  /// An https address without a user name; http on this machine.
  private func reportAddress(_ mapping: MappingReader) -> String? {
    guard let text = mapping.text("report_url") else { return nil }
    if Notification.isReportAddress(text) { return text }
    mapping.note(.outOfRange(key: "report_url", found: quoted(text), expected: "an address such as https://ci.example.com/runs/7"), at: "report_url")
    return nil
  }

  private func encryption(_ mapping: MappingReader) -> Notification.Encryption {
    func path(_ key: String) -> String? {
      // Relative to the file that names it, which may be one that the policy extends.
      mapping.text(key).map { Files.path($0, relativeTo: Files.parent(of: mapping.place(of: key).file)) }
    }
    let encryption = Notification.Encryption(
      authorities: path("ca_file"), certificate: path("client_certificate"), key: path("client_key"),
      keyPasswordVariable: variable("client_key_password_env", mapping))
    if mapping.has("client_key_password_env"), !mapping.has("client_key") {
      mapping.note(.missingKey("client_key", context: "the notification (client_key_password_env is the password of a key)"))
    }
    if mapping.has("client_key") != mapping.has("client_certificate") {
      let missing = mapping.has("client_key") ? "client_certificate" : "client_key"
      mapping.note(.missingKey(missing, context: "the notification (a client shows a certificate and holds its key)"))
    }
    return encryption
  }

  private func headers(_ mapping: MappingReader) -> [Notification.SecretHeader] {
    guard let node = mapping.optional("headers_env") else { return [] }
    guard let pairs = node.mapping else {
      let expected = "a mapping from header names to names of environment variables"
      mapping.note(.wrongKind(key: "headers_env", found: node.kindName, expected: expected), at: "headers_env")
      return []
    }
    return pairs.compactMap { key, value in
      guard let name = key.text, Notification.isHeaderName(name) else {
        let expected = "the name of a header field, such as Authorization, that Flipgate does not set itself"
        problems.add(.outOfRange(key: "headers_env", found: quoted(key.text ?? key.kindName), expected: expected), at: key.location)
        return nil
      }
      guard let variable = value.text, Self.isVariable(variable) else {
        problems.add(.outOfRange(key: name, found: "no name", expected: Self.variableNames), at: value.location)
        return nil
      }
      return Notification.SecretHeader(name: name, variable: variable)
    }
  }
}

extension Notification {
  /// Whether people can be sent to an address: https (http on this machine), a host, no user name, nothing but printable ASCII.
  public static func isReportAddress(_ text: String) -> Bool {
    guard text.utf8.count <= 1_000, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"<>\"|\\^`{}".utf8.contains($0) }) else { return false }
    let isLocal = ["http://localhost", "http://127.0.0.1"].contains { start in
      text.hasPrefix(start) && (text.dropFirst(start.count).first.map { ":/".contains($0) } ?? true)
    }
    guard isLocal || text.hasPrefix("https://"), let start = text.firstRange(of: "://")?.upperBound else { return false }
    let authority = text[start...].prefix { !"/?#".contains($0) }
    return !authority.isEmpty && !authority.contains("@")
  }

  /// A field that a policy may set: a token (RFC 9110), and none that the message itself sets.
  static func isHeaderName(_ name: String) -> Bool {
    let own = ["host", "content-type", "content-length", "transfer-encoding", "connection", "user-agent", "expect"]
    let isToken = name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
    return isToken && !name.isEmpty && name.utf8.count <= 100 && !own.contains(name.lowercased()) && !name.lowercased().hasPrefix("webhook-")
  }
}
