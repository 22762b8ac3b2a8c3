// Which weights these are: the SHA-256 of the weight files, read in parts.

internal import Digests
internal import Documents

extension Checkpoint {
  /// The SHA-256 of the weights: of the file's bytes; of shards, of the lines of their digests in the order of their names.
  ///
  /// Reads every byte once, which takes about a second for each gigabyte; may run beside other readers.
  /// - Returns: `sha256:<64 hexadecimal digits>`; for one file the digits are those of `sha256sum`.
  /// - Throws: ``CheckpointError`` if a file was changed meanwhile.
  public func weightsDigest() throws(CheckpointError) -> String {
    var digests: [String] = []
    for file in files {
      var digest = SHA256Digest()
      let step = 4 << 20
      var buffer = [UInt8](repeating: 0, count: min(step, file.count))
      do {
        for start in stride(from: 0, to: file.count, by: step) {
          let part = start..<min(start + step, file.count)
          try file.read(part, into: &buffer)
          digest.update(buffer.span.extracting(0..<part.count))
        }
        try file.checkUnchanged()
      } catch {
        throw CheckpointError(path: file.path, problem: .unreadable(error))
      }
      digests.append(digest.finalize())
    }
    return digests.count == 1 ? digests[0] : SHA256Digest.of(digests.map { $0 + "\n" }.joined())
  }
}

/// The SHA-256 of bytes in memory.
func digest(of bytes: Span<UInt8>) -> String {
  var digest = SHA256Digest()
  digest.update(bytes)
  return digest.finalize()
}
