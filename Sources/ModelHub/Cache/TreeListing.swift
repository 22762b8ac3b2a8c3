// The files of a commit with sizes and checksums: `trees/<commit>.json` of the cache, and the hub's answer that it is written from.

internal import Documents
internal import OrderedCollections

/// One file of a commit.
struct HubFile: Sendable, Equatable {
  var path: RepositoryPath
  /// In bytes; nil where the hub did not say.
  var size: Int?
  /// The SHA-1 that git keeps the file, or the pointer to it, under.
  var blobID: String?
  /// The SHA-256 of the contents, for a large file (git LFS).
  var sha256: String?
  /// A name of the contents in the hub's chunk store; kept for other programs that use the cache.
  var xetHash: String?
}

/// All files of a commit. It never changes, so the cache keeps it: it tells whether a snapshot is whole without asking the hub.
///
/// Source: huggingface_hub 2.4 `_tree_cache.py`, format version 1.
struct TreeListing: Sendable, Equatable {
  private static let version = 1
  private static let sizeLimit = 64 << 20

  var files: [HubFile]

  /// The listing in a cache; nil where there is none, or none of this version. It is a memory only: without it the hub is asked.
  static func read(_ path: String) -> TreeListing? {
    guard Files.exists(path), let bytes = try? Files.read(path, limit: sizeLimit), let value = try? JSONValue.parse(bytes, file: path),
      value["format_version"]?.integer == version, let files = value["files"]?.object
    else { return nil }
    var listing = TreeListing(files: [])
    for (name, entry) in files {
      guard let path = RepositoryPath(name) else { return nil }
      listing.files.append(
        HubFile(
          path: path, size: entry["lfs_size"]?.integer ?? entry["size"]?.integer, blobID: entry["blob_id"]?.string,
          sha256: entry["lfs_sha256"]?.string, xetHash: entry["xet_hash"]?.string))
    }
    return listing
  }

  /// The file that ``read(_:)`` and huggingface_hub read: sorted by path, one space a level as Python's `json.dump(indent=1)` writes it.
  ///
  /// Nil where a size or an identifier is not known: the format has no place for that.
  var text: String? {
    var lines: [String] = []
    for file in files.sorted(by: { $0.path.text.unicodeScalars.lexicographicallyPrecedes($1.path.text.unicodeScalars) }) {
      guard let size = file.size, let blobID = file.blobID else { return nil }
      var members = ["\"size\": \(size)", "\"blob_id\": \(Self.string(blobID))"]
      if let sha256 = file.sha256 { members += ["\"lfs_sha256\": \(Self.string(sha256))", "\"lfs_size\": \(size)"] }
      if let xetHash = file.xetHash { members.append("\"xet_hash\": \(Self.string(xetHash))") }
      lines.append("  \(Self.string(file.path.text)): {\n   " + members.joined(separator: ",\n   ") + "\n  }")
    }
    let files = lines.isEmpty ? "{}" : "{\n" + lines.joined(separator: ",\n") + "\n }"
    return "{\n \"format_version\": \(Self.version),\n \"files\": \(files)\n}"
  }

  /// A JSON string in ASCII, as Python writes it.
  private static func string(_ text: String) -> String {
    var result = ""
    for unit in JSONValue.string(text).serialized().utf16 {
      if unit < 0x7F, let scalar = UnicodeScalar(unit) {
        result.unicodeScalars.append(scalar)
      } else {
        let digits = String(unit, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }
    }
    return result
  }
}
