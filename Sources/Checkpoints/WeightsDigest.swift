// Which weights these are: the SHA-256 of the weight files, streamed so that no page stays in memory.

internal import Digests
internal import Documents
internal import Tensors

extension Checkpoint {
  /// The SHA-256 of the weights: of the file's bytes; of shards, of the lines of their digests in the order of their names.
  ///
  /// Reads every byte once, which takes about a second for each gigabyte, and keeps no page; may run beside other readers.
  /// - Returns: `sha256:<64 hexadecimal digits>`; for one file the digits are those of `sha256sum`.
  /// - Throws: ``CheckpointError`` if a file was shortened meanwhile.
  public func weightsDigest() throws(CheckpointError) -> String {
    var digests: [String] = []
    for file in files {
      var digest = SHA256Digest()
      let step = 4 << 20
      for start in stride(from: 0, to: file.count, by: step) {
        do {
          try file.checkUnchanged()
        } catch {
          throw CheckpointError(path: file.path, problem: .changed(error))
        }
        let part = start..<min(start + step, file.count)
        file.withBytes(part) { digest.update($0) }
        file.discard(part)
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
