// The name of a model on a hub, as it is typed: `org/name`, `org/name@revision`, `org/name@revision:file.gguf`.

/// A repository, a revision of it, and one file of it where a file is the model.
///
/// | written | means |
/// |---|---|
/// | `gpt2` | the repository `gpt2` of the hub's early days, at `main` |
/// | `org/name` | a repository at `main` |
/// | `org/name@v1.0` | at a branch, a tag, or a commit (its 40 digits, or the first of them) |
/// | `org/name:model-Q4_K_M.gguf` | one GGUF file of it |
/// | `org/name@v1.0:sub/model.gguf` | both |
public struct ModelName: Sendable, Hashable {
  public var repository: RepositoryName
  public var revision: Revision
  /// The one file that is asked for; nil for a checkpoint folder.
  public var file: RepositoryPath?

  public init(_ text: String) throws(ModelNameError) {
    // Neither names nor revisions can hold a colon; only a revision follows an `@`.
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let head = parts[0].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard let repository = RepositoryName(String(head[0])) else { throw ModelNameError(text: text, part: .repository(String(head[0]))) }
    self.repository = repository
    let revision = head.count > 1 ? String(head[1]) : Revision.main.text
    guard let revision = Revision(revision) else { throw ModelNameError(text: text, part: .revision(revision)) }
    self.revision = revision
    guard parts.count > 1 else { return }
    guard let file = RepositoryPath(String(parts[1])), file.text.lowercased().hasSuffix(".gguf") else {
      throw ModelNameError(text: text, part: .file(String(parts[1])))
    }
    self.file = file
  }
}

extension ModelName: CustomStringConvertible {
  public var description: String {
    repository.text + (revision == .main ? "" : "@" + revision.text) + (file.map { ":" + $0.text } ?? "")
  }
}

/// `name` or `organisation/name`, by the rules of huggingface_hub (`utils/_validators.py`), ASCII alone.
public struct RepositoryName: Sendable, Hashable {
  public let text: String

  /// Nil where a name holds anything but letters, digits, `-`, `_` and `.`, begins or ends with `-` or `.`, or holds `--` or `..`.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy(Self.isValid), !text.contains("--"), !text.contains(".."), !text.hasSuffix(".git")
    else { return nil }
    self.text = text
  }

  private static func isValid(_ part: Substring) -> Bool {
    guard (1...96).contains(part.utf8.count), let first = part.utf8.first, let last = part.utf8.last else { return false }
    return part.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") } && isWord(first) && isWord(last)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }

  /// Whether this is a name of the hub's early days, without an organisation.
  var isLegacy: Bool { !text.contains("/") }

  /// The repository's folder in a cache.
  var folder: String { "models--" + text.replacing("/", with: "--") }

  /// The repository whose folder this is.
  init?(folder: String) {
    guard folder.hasPrefix("models--") else { return nil }
    self.init(String(folder.dropFirst("models--".count)).replacing("--", with: "/"))
  }
}

/// A branch, a tag or a commit.
public struct Revision: Sendable, Hashable {
  public static let main = Revision(valid: "main")

  public let text: String

  private init(valid text: String) { self.text = text }

  /// Nil where git would not take the name (git-check-ref-format), so that as a path it stays where it is put.
  public init?(_ text: String) {
    guard (1...200).contains(text.utf8.count), RepositoryPath(text) != nil, !text.contains(".."), !text.contains("@{"), !text.hasSuffix("."),
      !text.hasSuffix(".lock"), !text.utf8.contains(where: { " ~^:?*[".utf8.contains($0) })
    else { return nil }
    self.text = text
  }

  /// The commit that the text is the full hash of.
  var commit: Commit? { Commit(text) }

  /// The text in lower case where it may be the beginning of a commit's hash: 4 to 39 hexadecimal digits.
  var shortCommit: String? {
    (4...39).contains(text.utf8.count) && text.utf8.allSatisfy(Commit.isDigit) ? text.lowercased() : nil
  }
}

/// The full hash of a commit: 40 hexadecimal digits in lower case.
public struct Commit: Sendable, Hashable {
  public let text: String

  public init?(_ text: String) {
    guard text.utf8.count == 40, text.utf8.allSatisfy(Self.isDigit) else { return nil }
    self.text = text.lowercased()
  }

  /// The first 12 digits: what people are shown.
  public var short: String { String(text.prefix(12)) }

  static func isDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
    default: false
    }
  }
}

/// The path of a file inside a repository: it can't lead out of a folder that it is put into.
public struct RepositoryPath: Sendable, Hashable {
  public let text: String

  /// Nil for an absolute path, one with `.` or `..` in it, a backslash or a control character, more than 16 parts, or a part over 255 bytes.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...16).contains(parts.count), text.utf8.count <= 1024 else { return nil }
    for part in parts where !(1...255).contains(part.utf8.count) || part == "." || part == ".." { return nil }
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else { return nil }
    self.text = text
  }

  /// How many folders stand above the file.
  var depth: Int { text.utf8.count { $0 == UInt8(ascii: "/") } }
}
