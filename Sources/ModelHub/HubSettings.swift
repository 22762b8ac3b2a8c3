// Where models are kept and fetched from, read from the variables that huggingface_hub reads, in its order.

internal import Documents

/// The cache, the hub and the way to its token. Made from an environment that is handed in; nothing is read until it is needed.
///
/// Source of names and order: huggingface_hub 2.4 `constants.py` and `utils/_auth.py`.
public struct HubSettings: Sendable {
  public static let publicHub = "https://huggingface.co"

  /// The folder with the `models--…` folders.
  public var cacheFolder: String
  /// The address of the hub, without a slash at its end.
  public var endpoint: String
  /// Whether the environment forbids the network.
  public var isOffline: Bool
  /// The token that the environment gives.
  let givenToken: String?
  /// The file that holds a token otherwise; nil where tokens are not to be sent unasked.
  let tokenFile: String?

  /// - Parameters:
  ///   - environment: the process's variables; an empty one counts as not set.
  ///   - home: the user's folder, for `~` and the defaults.
  public init(environment: [String: String], home: String) {
    func value(_ names: String...) -> String? {
      names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    }
    func path(_ text: String) -> String { Self.expanded(text, environment: environment, home: home) }
    let hubHome = path(value("HF_HOME") ?? (value("XDG_CACHE_HOME") ?? home + "/.cache") + "/huggingface")
    cacheFolder = path(value("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? hubHome + "/hub")
    var address = value("HF_ENDPOINT") ?? Self.publicHub
    while address.hasSuffix("/") { address.removeLast() }
    endpoint = address
    isOffline = Self.isTrue(value("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"))
    let keepsToken = Self.isTrue(environment["HF_HUB_DISABLE_IMPLICIT_TOKEN"])
    givenToken = keepsToken ? nil : value("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN").flatMap(Self.cleaned)
    tokenFile = keepsToken ? nil : path(value("HF_TOKEN_PATH") ?? hubHome + "/token")
  }

  /// The token to show the hub, nil where there is none.
  ///
  /// - Throws: ``FileError`` where the file is there and can't be read.
  func token() throws(FileError) -> String? {
    if let givenToken { return givenToken }
    guard let tokenFile, Files.exists(tokenFile) else { return nil }
    return Self.cleaned(try Files.readText(tokenFile, limit: 1 << 16))
  }

  private static func isTrue(_ text: String?) -> Bool { ["1", "ON", "YES", "TRUE"].contains(text?.uppercased()) }

  /// Without line breaks and outer spaces; nil where nothing is left.
  private static func cleaned(_ token: String) -> String? {
    let kept = token.filter { !$0.isNewline }
    let isSpace: (Character) -> Bool = { $0.isWhitespace }
    let text = String(kept.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    return text.isEmpty ? nil : text
  }

  /// `~` at the beginning, then `$NAME` and `${NAME}`; a variable that is not set stays as it is written.
  private static func expanded(_ path: String, environment: [String: String], home: String) -> String {
    let text = path == "~" ? home : path.hasPrefix("~/") ? home + path.dropFirst() : path
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[dollar...].dropFirst()
      let isBraced = rest.hasPrefix("{")
      let start = isBraced ? rest.dropFirst() : rest
      let name = start.prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
      let after = start[name.endIndex...]
      guard !name.isEmpty, !isBraced || after.hasPrefix("}"), let value = environment[String(name)] else {
        result += "$"
        continue
      }
      result += value
      rest = isBraced ? after.dropFirst() : after
    }
    return result + rest
  }
}
