// Which weights these are together with a text that says how to use them: an adapter's digest.

internal import Digests

extension Checkpoint {
  /// The SHA-256 of the lines of two digests: of a description that lies beside the weights, and of the weights.
  ///
  /// - Returns: `sha256:<64 hexadecimal digits>`.
  public func weightsDigest(describedBy description: [UInt8]) throws(CheckpointError) -> String {
    SHA256Digest.of("\(digest(of: description.span))\n\(try weightsDigest())\n")
  }
}
