// A part of a file, read from its start on as far as a parser reaches: a header whose length only its contents tell.

/// The bytes of a part of a file that were needed so far, in memory.
///
/// Reading goes ahead in steps that double, so that a small header costs one read and a long one few; no more is held than the part has.
public struct FileSection: Sendable {
  public let file: RandomAccessFile
  /// The part, in bytes of the file.
  public let range: Range<Int>
  /// The bytes from the start of the part that were read.
  public private(set) var bytes: [UInt8] = []

  private static let firstStep = 64 << 10

  /// - Precondition: the range lies inside the file.
  public init(_ range: Range<Int>, of file: RandomAccessFile) {
    precondition(range.lowerBound >= 0 && range.upperBound <= file.count, "the range \(range) is outside the \(file.count) bytes of the file")
    self.file = file
    self.range = range
  }

  /// The bytes of the part, read or not.
  public var count: Int { range.count }

  /// Makes sure that the first bytes of the part are in ``bytes``.
  ///
  /// - Precondition: `0 <= end <= count`
  public mutating func reach(_ end: Int) throws(FileError) {
    if end <= bytes.count { return }
    precondition(end <= count, "byte \(end) is outside the \(count) bytes of the part")
    let goal = max(end, min(count, max(Self.firstStep, bytes.count * 2)))
    bytes += try file.read(range.lowerBound + bytes.count..<range.lowerBound + goal)
  }
}
