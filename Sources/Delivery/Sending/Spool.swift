// Messages that did not arrive, kept in the report folder until they do: a file each, without a secret.

public import Documents
internal import Policies

/// `deliveries/` in a report folder.
public struct Spool: Sendable {
  public static let format = "flipgate.delivery"
  public static let version = 1
  /// Real ones have some 20 KB.
  static let fileLimit = 1 << 18

  public let folder: String

  public init(reportDirectory: String) { folder = Files.path("deliveries", relativeTo: reportDirectory) }

  public func path(of notice: Notice) -> String { Files.path(notice.id + ".json", relativeTo: folder) }

  /// Writes or replaces the file of a notice, complete or not at all.
  public func keep(_ notice: Notice) throws(FileError) { try Files.write(notice.json.serialized(.indented) + "\n", to: path(of: notice)) }

  /// Takes the file of a notice away, once it has arrived.
  public func remove(_ notice: Notice) { Files.remove(path(of: notice)) }

  /// The files that wait, by name.
  public func waiting() throws(FileError) -> [String] {
    guard Files.isDirectory(folder) else { return [] }
    return try Files.list(folder).filter { $0.hasSuffix(".json") }.map { Files.path($0, relativeTo: folder) }
  }

  /// Reads a kept notice.
  ///
  /// - Throws: ``SpoolError``, `FileError` or `JSONError`.
  public static func read(_ path: String) throws -> Notice {
    try Notice(json: try JSONValue.parse(try Files.read(path, limit: fileLimit), file: path), file: path)
  }
}

/// A kept message that can't be read back.
public struct SpoolError: Diagnostic, Equatable {
  public enum Problem: Sendable, Equatable {
    case notADelivery
    case newerVersion(found: Int)
    case wrongValue(key: String, expected: String)
  }

  public var file: String
  public var problem: Problem
}

extension SpoolError {
  public var description: String {
    switch problem {
    case .notADelivery: "\(visible(file)): this is no kept message: expected an object with \"format\": \"\(Spool.format)\""
    case .newerVersion(let found):
      "\(visible(file)): version \(found) of the format is newer than \(Spool.version), which this version of flipgate reads; update flipgate"
    case .wrongValue(let key, let expected): "\(visible(file)): \(quoted(key)) is missing or wrong; expected \(expected)"
    }
  }
}

extension Notice {
  /// The file's contents. What a notification is called in a policy, it is called here.
  var json: JSONValue {
    func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
    let encryption = notification.encryption
    return [
      "format": .string(Spool.format), "version": .integer(Spool.version), "webhook_id": .string(id),
      "created": .string(Timestamp.rfc3339(created)), "created_unix": .integer(created), "attempts": .integer(attempts),
      "last_error": text(lastError),
      "notification": [
        "id": .string(notification.id), "type": .string(notification.service.rawValue), "url_env": text(notification.addressVariable),
        "secret_env": text(notification.secretVariable),
        "headers_env": .object(of: notification.headers.map { ($0.name, .string($0.variable)) }), "required": .bool(notification.isRequired),
        "allow_private": .bool(notification.allowsPrivate), "ca_file": text(encryption.authorities),
        "client_certificate": text(encryption.certificate), "client_key": text(encryption.key),
        "client_key_password_env": text(encryption.keyPasswordVariable),
      ], "payload": payload,
    ]
  }

  init(json: JSONValue, file: String) throws(SpoolError) {
    func error(_ key: String, _ expected: String) -> SpoolError { SpoolError(file: file, problem: .wrongValue(key: key, expected: expected)) }
    guard json["format"]?.string == Spool.format else { throw SpoolError(file: file, problem: .notADelivery) }
    guard let version = json["version"]?.integer else { throw error("version", "a whole number") }
    if version > Spool.version { throw SpoolError(file: file, problem: .newerVersion(found: version)) }
    guard let id = json["webhook_id"]?.string, Notice.isIdentity(id) else { throw error("webhook_id", "msg_ and 24 letters and digits") }
    guard let entry = json["notification"], entry.object != nil else { throw error("notification", "an object") }
    guard let payload = json["payload"], payload.object != nil else { throw error("payload", "an object") }
    guard let name = entry["id"]?.string else { throw error("notification.id", "a string") }
    guard let service = entry["type"]?.string.flatMap(Notification.Service.init) else {
      throw error("notification.type", "one of \(Notification.Service.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    let address = entry["url_env"]?.string
    if address == nil && service.commonAddress == nil { throw error("notification.url_env", "the name of an environment variable") }
    let headers = (entry["headers_env"]?.members ?? []).compactMap { name, value in
      value.string.map { Notification.SecretHeader(name: name, variable: $0) }
    }
    let encryption = Notification.Encryption(
      authorities: entry["ca_file"]?.string, certificate: entry["client_certificate"]?.string, key: entry["client_key"]?.string,
      keyPasswordVariable: entry["client_key_password_env"]?.string)
    let notification = Notification(
      id: name, service: service, addressVariable: address, secretVariable: entry["secret_env"]?.string, headers: headers,
      isRequired: entry["required"]?.bool ?? false, allowsPrivate: entry["allow_private"]?.bool ?? false, encryption: encryption)
    self.init(
      id: id, notification: notification, payload: payload, created: json["created_unix"]?.integer ?? 0,
      attempts: max(0, json["attempts"]?.integer ?? 0), lastError: json["last_error"]?.string)
  }
}
