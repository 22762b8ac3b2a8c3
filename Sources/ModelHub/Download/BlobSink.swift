// The unfinished contents of one file: what came is appended, counted and added to its checksum.

internal import Documents
internal import Synchronization
internal import Transfers

/// The growing file, with its checksum. The transfer's thread writes, the download reads the counts between transfers.
final class BlobSink: Sendable {
  private struct State {
    var file: AppendFile
    var checksum: ArrivingChecksum
    var count: Int
  }

  private let path: String
  private let metadata: HubAPI.Metadata
  private let counter: DownloadCounter
  private let state: Mutex<State>

  /// Goes on with what is there, unless that is more than the whole.
  init(_ path: String, metadata: HubAPI.Metadata, counter: DownloadCounter) throws {
    self.path = path
    self.metadata = metadata
    self.counter = counter
    let there = Files.isRegularFile(path) ? Files.size(path) ?? 0 : 0
    // Without a size, nothing tells whether a part is the whole; without a checksum, nothing tells whether it is a part of this file.
    let isUsable = metadata.size.map { there <= $0 } == true && metadata.entityTag.checksum != .none
    var checksum = ArrivingChecksum(metadata.entityTag, size: metadata.size)
    if isUsable && there > 0 { try Files.forEachPiece(path) { checksum.update($0) } }
    let count = isUsable ? there : 0
    let file = isUsable ? try AppendFile(appendingTo: path) : try AppendFile(creating: path)
    state = Mutex(State(file: file, checksum: checksum, count: count))
    counter.update { $0.bytesDone += count }
  }

  var count: Int { state.withLock { $0.count } }

  /// Whether all bytes are there; false as long as their number is not known.
  var isComplete: Bool { count == metadata.size }

  /// Prepares for an answer: a part goes on, a whole starts anew.
  func begin(_ head: HTTPHead, file: String) throws {
    let stated = head.headers["Content-Length"].flatMap { Int($0) }
    var start = 0
    if head.status == 206 {
      start = head.headers["Content-Range"].flatMap(Self.start) ?? -1
      // Other bytes than asked for: the part that is there may be the fault.
      guard start == count else { throw HubError.answer("answer to a request for a part", found: head.headers["Content-Range"] ?? "no range") }
    } else {
      try restart()
    }
    if let size = metadata.size, let found = stated.map({ start.addingSaturated($0) }), found != size {
      throw HubError.wrongSize(file: file, expected: size, found: found)
    }
  }

  func append(_ bytes: [UInt8]) throws {
    try state.withLock { state in
      // A server that sends more than it said can't fill the disk.
      if let size = metadata.size, state.count + bytes.count > size {
        throw HubError.wrongSize(file: Files.name(of: path), expected: size, found: state.count + bytes.count)
      }
      try state.file.append(bytes)
      state.checksum.update(bytes)
      state.count += bytes.count
    }
    counter.update { progress in
      progress.phase = .fetching
      progress.bytesDone += bytes.count
      progress.bytesFetched += bytes.count
    }
  }

  /// Throws away what is there.
  func restart() throws {
    let dropped = try state.withLock { state in
      let dropped = state.count
      state = State(file: try AppendFile(creating: path), checksum: ArrivingChecksum(metadata.entityTag, size: metadata.size), count: 0)
      return dropped
    }
    if dropped > 0 { counter.update { $0.bytesDone -= dropped } }
  }

  /// The checksum of all bytes; nil where the tag is none.
  func checksum() throws -> String? {
    let (arrived, count) = state.withLock { ($0.checksum.finalize(), $0.count) }
    if arrived != nil || metadata.entityTag.checksum == .none { return arrived }
    // Git's begins with the size, which is known only now.
    var late = ArrivingChecksum(metadata.entityTag, size: count)
    try Files.forEachPiece(path) { late.update($0) }
    return late.finalize()
  }

  func synchronize() throws { try state.withLock { try $0.file.synchronize() } }

  /// The first byte of `bytes 100-199/200`.
  private static func start(_ range: String) -> Int? {
    guard range.hasPrefix("bytes "), let dash = range.firstIndex(of: "-") else { return nil }
    return Int(range[range.index(range.startIndex, offsetBy: 6)..<dash])
  }
}
