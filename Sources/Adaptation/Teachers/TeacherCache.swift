// The frozen teachers' hidden states: computed once for each sequence, then kept in memory, or in files where memory is not enough.

internal import Digests
internal import Documents
internal import Synchronization
public import Tensors

/// What one teacher says of each training sequence; safe to use from several threads.
///
/// States are found by the teacher and the sequence's tokens, never by a position, and come back bit for bit. Those beyond the bound on memory go to a
/// file each, written under a temporary name and renamed; a file that is torn or altered is recognised by its checksum and counts as missing. Files of an
/// interrupted run serve the next one.
public final class TeacherCache: Sendable {
  /// How sequences were found and kept so far.
  public struct Usage: Sendable, Hashable {
    public var inMemory = 0
    public var memoryBytes = 0
    public var inFiles = 0
    public var fileBytes = 0
    /// Sequences that could be kept nowhere: computed again each time.
    public var notKept = 0
    /// Files that were there but damaged.
    public var damagedFiles = 0
  }

  private struct State {
    var kept: [String: Matrix] = [:]
    var filed: Set<String> = []
    var verdicts: [String: [TokenVerdict]] = [:]
    var refused: Set<String> = []
    var usage = Usage()
  }

  /// The digest of what decides the states.
  public let teacher: String
  public let width: Int
  private let memoryLimit: Int
  private let folder: String?
  private let state = Mutex(State())

  /// Opens nothing yet.
  ///
  /// - Parameters:
  ///   - teacher: text that differs whenever the states would: the digests of weights, configuration and adapter, the precision and matrix library.
  ///   - memoryLimit: bytes of states that are kept in memory.
  ///   - folder: where others are kept; nil: nowhere.
  public init(teacher: String, width: Int, memoryLimit: Int, folder: String?) {
    let digest = SHA256Digest.of(teacher)
    self.teacher = digest
    self.width = width
    self.memoryLimit = memoryLimit
    // A folder for each teacher, named by the first digits of its digest; the whole one is in every file.
    self.folder = folder.map { Files.path("teacher-" + digest.dropFirst(7).prefix(16), relativeTo: $0) }
  }

  public var usage: Usage { state.withLock { $0.usage } }

  /// The states `[tokens, width]` of a sequence, or nil where they are yet to be computed.
  ///
  /// - Throws: ``TeacherCacheError/outOfMemory(bytes:)``. A file that can't be read counts as missing.
  public func states(of tokens: [Int32]) throws(TeacherCacheError) -> Matrix? {
    let key = Self.key(tokens)
    if let known = state.withLock({ $0.kept[key] }) { return known }
    guard let path = path(key), Files.exists(path) else { return nil }
    let bytes: [UInt8]
    do {
      bytes = try Files.read(path, limit: TeacherStateFile.bytes(teacher: teacher, width: width, rows: tokens.count))
    } catch {
      damaged(key, rows: tokens.count)
      return nil
    }
    let found: Matrix?
    do {
      found = try TeacherStateFile.decode(bytes, teacher: teacher, width: width, rows: tokens.count)
    } catch {
      throw .outOfMemory(bytes: tokens.count * width * 4)
    }
    if found == nil { damaged(key, rows: tokens.count) } else { countFile(key, bytes: bytes.count) }
    return found
  }

  /// Copies the states of a sequence into rows of a batch.
  ///
  /// - Returns: whether they were there.
  public func copyStates(of tokens: [Int32], into batch: Matrix, firstRow: Int) throws(TeacherCacheError) -> Bool {
    guard let states = try states(of: tokens) else { return false }
    if batch.columns != width { throw .mismatch("width", found: batch.columns, expected: width) }
    batch.copy(tokens.count, rowsOf: states, from: (0, 0), to: (firstRow, 0), width: width)
    return true
  }

  /// Keeps the states of a sequence.
  ///
  /// - Parameter firstRow: where the sequence's rows begin in `batch`.
  /// - Throws: ``TeacherCacheError/notKept(bytes:cause:)`` where a file can't be written.
  public func keep(_ tokens: [Int32], statesIn batch: Matrix, firstRow: Int) throws(TeacherCacheError) {
    if batch.columns != width { throw .mismatch("width", found: batch.columns, expected: width) }
    if firstRow < 0 || firstRow + tokens.count > batch.rows {
      throw .mismatch("rows", found: batch.rows, expected: firstRow + tokens.count)
    }
    let key = Self.key(tokens)
    let states: Matrix
    do { states = try Matrix(rows: tokens.count, columns: width) } catch { throw .outOfMemory(bytes: tokens.count * width * 4) }
    states.copy(tokens.count, rowsOf: batch, from: (firstRow, 0), to: (0, 0), width: width)
    let isSettled = state.withLock { state in
      if state.kept[key] != nil { return true }
      guard state.usage.memoryBytes + states.bytes <= memoryLimit else { return false }
      state.kept[key] = states
      state.usage.inMemory += 1
      state.usage.memoryBytes += states.bytes
      return true
    }
    if isSettled { return }
    guard let path = path(key) else {
      state.withLock { state in if state.refused.insert(key).inserted { state.usage.notKept += 1 } }
      return
    }
    let bytes = TeacherStateFile.encode(states, teacher: teacher)
    do { try Files.write(bytes, to: path) } catch { throw .notKept(bytes: bytes.count, cause: error) }
    countFile(key, bytes: bytes.count)
  }

  /// What the teacher says of a sequence's gold tokens, a row each; kept in memory alone, since it is small. Keep those of all rows
  /// (``TokenTargets/everyToken(of:)``): the same tokens may come again with another part of them trained.
  public func verdicts(of tokens: [Int32]) -> [TokenVerdict]? { state.withLock { $0.verdicts[Self.key(tokens)] } }

  public func keep(_ verdicts: [TokenVerdict], of tokens: [Int32]) { state.withLock { $0.verdicts[Self.key(tokens)] = verdicts } }

  /// Forgets everything and removes the teacher's files, once training is done.
  public func remove() {
    state.withLock { $0 = State() }
    guard let folder else { return }
    // A folder that is not there holds nothing to remove; one that can't be listed is left as it is.
    for name in (try? Files.list(folder)) ?? [] where name.hasSuffix(Self.suffix) { Files.remove(folder + "/" + name) }
  }

  private static let suffix = ".states"

  private func path(_ key: String) -> String? { folder.map { "\($0)/\(key)\(Self.suffix)" } }

  private func countFile(_ key: String, bytes: Int) {
    state.withLock { state in
      guard state.filed.insert(key).inserted else { return }
      state.usage.inFiles += 1
      state.usage.fileBytes += bytes
    }
  }

  private func damaged(_ key: String, rows: Int) {
    state.withLock { state in
      if state.filed.remove(key) != nil {
        state.usage.inFiles -= 1
        state.usage.fileBytes -= TeacherStateFile.bytes(teacher: teacher, width: width, rows: rows)
      }
      state.usage.damagedFiles += 1
    }
  }

  /// The digits of the digest of the tokens.
  private static func key(_ tokens: [Int32]) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(tokens.count * 4)
    for token in tokens {
      for shift in stride(from: Int32(0), to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: token >> shift)) }
    }
    var digest = SHA256Digest()
    digest.update(bytes)
    return String(digest.finalize().dropFirst(7))
  }
}
