// A tensor whose elements do not lie row by row in its file, a saved transposition say: gathered into memory when it is first read.

internal import Documents
internal import Synchronization

/// The order of a view's elements, and its bytes row by row once they were needed.
final class StridedView: Sendable {
  private let shape: [Int]
  /// In elements, one a dimension.
  private let strides: [Int]
  private let elementBytes: Int
  private let gathered = Mutex<[UInt8]?>(nil)

  init(shape: [Int], strides: [Int], elementBytes: Int) {
    self.shape = shape
    self.strides = strides
    self.elementBytes = elementBytes
  }

  /// The elements row by row; kept until ``discard()``.
  ///
  /// - Parameter range: from the first element to the end of the last in the file.
  func bytes(_ range: Range<Int>, of file: RandomAccessFile) throws(FileError) -> [UInt8] {
    if let bytes = gathered.withLock({ $0 }) { return bytes }
    // Two that come at once both gather, and either result is the same.
    let bytes = rowByRow(try file.read(range))
    gathered.withLock { $0 = bytes }
    return bytes
  }

  func discard() { gathered.withLock { $0 = nil } }

  /// - Precondition: no dimension is zero, and the source reaches from the first element to the end of the last.
  private func rowByRow(_ source: [UInt8]) -> [UInt8] {
    let count = shape.reduce(1, *)
    var output = [UInt8](repeating: 0, count: count * elementBytes)
    let (rowLength, rowStride) = (shape.last ?? 1, strides.last ?? 1)
    var place = [Int](repeating: 0, count: max(0, shape.count - 1))
    var start = 0
    var next = 0
    for _ in 0..<count / rowLength {
      for column in 0..<rowLength {
        let element = (start + column * rowStride) * elementBytes
        for byte in 0..<elementBytes { output[next + byte] = source[element + byte] }
        next += elementBytes
      }
      // The next row: count up, the innermost of the outer dimensions first.
      for dimension in place.indices.reversed() {
        place[dimension] += 1
        start += strides[dimension]
        if place[dimension] < shape[dimension] { break }
        start -= place[dimension] * strides[dimension]
        place[dimension] = 0
      }
    }
    return output
  }
}
