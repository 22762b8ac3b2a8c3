// Outcomes kept by content, so that nothing is computed twice: an append-only file a key, each line with its own checksum.

internal import Digests
public import Documents

/// The evaluation cache: `<directory>/outcomes/<digest of the key>.jsonl`.
///
/// The first line holds the key in clear. Several processes may append at once: a batch is one write of whole lines, and of two outcomes of one item the
/// first counts. A line that was torn, or changed by as much as a bit, is skipped and counted, never used.
public struct OutcomeStore: Sendable {
  static let format = "flipgate.outcomes"

  public let directory: String

  public init(directory: String) { self.directory = directory }

  /// The file of a key.
  public func path(of key: OutcomeKey) -> String { "\(directory)/outcomes/\(key.digest).jsonl" }

  /// What is known under a key; empty where there is no file.
  ///
  /// - Throws: ``FileError`` where the file is there and can't be read. What it holds is never an error.
  public func outcomes(for key: OutcomeKey) throws -> CachedOutcomes {
    let path = path(of: key)
    var found = CachedOutcomes()
    if !Files.exists(path) { return found }
    let line = OutcomeLine(key: key)
    var isKeyed = false
    try Files.forEachLine(path) { bytes, number, _ in
      if bytes.isEmpty { return }
      if line.isHeader(bytes) {
        isKeyed = true
      } else if isKeyed, let outcome = line.outcome(bytes, file: path, number: number) {
        found.keep(outcome)
      } else {
        found.corruptLines += 1
      }
    }
    return found
  }

  /// Adds outcomes under a key. Those with an error are left out: what failed once is tried again.
  public func append(_ outcomes: [ItemOutcome], for key: OutcomeKey) throws(FileError) {
    let line = OutcomeLine(key: key)
    var lines: [UInt8] = []
    for outcome in outcomes where outcome.error == nil { lines += line.bytes(of: outcome) }
    if lines.isEmpty { return }
    let path = path(of: key)
    let isNew = !Files.exists(path)
    try Files.makeDirectory(Files.parent(of: path))
    // The break in front ends a line that a killed writer left torn; two writers that start at once both write the key's line.
    let start = isNew ? line.header + [UInt8(ascii: "\n")] : [UInt8(ascii: "\n")]
    try AppendFile(appendingTo: path).append(start + lines)
  }
}

/// The outcomes found under one key.
public struct CachedOutcomes: Sendable {
  /// How many lines were torn or damaged, and so not used.
  public internal(set) var corruptLines = 0
  private var outcomes: [Key: ItemOutcome] = [:]

  private struct Key: Hashable {
    var item: String
    var filter: String
  }

  public var count: Int { outcomes.count }

  /// The outcome of an item, by its identity, as the run that computed it saw it; ``ItemOutcome/settled(on:of:)`` makes it this run's.
  public subscript(item: String, filter filter: String = "none") -> ItemOutcome? { outcomes[Key(item: item, filter: filter)] }

  mutating func keep(_ outcome: ItemOutcome) {
    let key = Key(item: outcome.item, filter: outcome.filter)
    if outcomes[key] == nil { outcomes[key] = outcome }
  }
}

/// The lines of one key's file.
private struct OutcomeLine {
  static let opening = Array("{\"check\":\"".utf8)
  static let middle = Array("\",\"outcome\":".utf8)
  static let checkLength = 16

  let header: [UInt8]
  /// What is fed to each checksum first, so that a line is worth nothing in another key's file.
  private let salt: String

  init(key: OutcomeKey) {
    let value: JSONValue = ["format": .string(OutcomeStore.format), "version": 1, "key": key.json]
    header = Array(value.serialized().utf8)
    salt = key.digest
  }

  func isHeader(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count == header.count else { return false }
    for index in 0..<bytes.count where bytes[index] != header[index] { return false }
    return true
  }

  func bytes(of outcome: ItemOutcome) -> [UInt8] {
    var body: [UInt8] = []
    outcome.json.append(to: &body)
    return Self.opening + check(body) + Self.middle + body + [UInt8(ascii: "}"), UInt8(ascii: "\n")]
  }

  /// The outcome of a line that is exactly what was written, or nil.
  func outcome(_ bytes: Span<UInt8>, file: String, number: Int) -> ItemOutcome? {
    let checkStart = Self.opening.count
    let bodyStart = checkStart + Self.checkLength + Self.middle.count
    guard bytes.count > bodyStart, bytes[bytes.count - 1] == UInt8(ascii: "}") else { return nil }
    var body: [UInt8] = []
    body.reserveCapacity(bytes.count - bodyStart)
    for index in bodyStart..<bytes.count - 1 { body.append(bytes[index]) }
    let frame = Self.opening + check(body) + Self.middle
    for index in 0..<bodyStart where bytes[index] != frame[index] { return nil }
    // The checksum holds: what can't be read here was written by a version whose lines differ, and is computed anew.
    guard let value = try? JSONValue.parse(body, file: file, firstLine: number, allowsNonFinite: false) else { return nil }
    return try? ItemOutcome(json: value, file: file, line: number)
  }

  /// The first 16 hexadecimal digits of SHA-256 over the key's digest and the outcome's bytes.
  private func check(_ body: [UInt8]) -> [UInt8] {
    var digest = SHA256Digest()
    digest.update(salt)
    digest.update(body)
    return Array(digest.finalize().dropFirst("sha256:".count).prefix(Self.checkLength).utf8)
  }
}
