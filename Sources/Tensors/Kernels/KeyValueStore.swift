// Keys and values that are kept between passes, in the form in which attention reads them.

internal import CVectorKernels

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// One layer's keys and values of the positions from 0 on: keys in blocks of 16 positions, values in rows.
///
/// In bf16 precision both are kept in 16 bits. Written by one thread; read by many once its owner stops writing.
@safe public final class KeyValueStore: @unchecked Sendable {
  public let capacity: Int
  let heads: Int
  let headWidth: Int
  let precision: Precision
  /// `[heads, blocks, headWidth, 16]`, then `[capacity, heads · headWidth]` and numbers to read beyond.
  private let allocation: UnsafeMutableRawPointer
  let keys: UnsafeMutableRawPointer
  let values: UnsafeMutableRawPointer

  /// - Parameter capacity: the most positions.
  /// - Throws: ``TensorError/outOfMemory(bytes:)``.
  public init(heads: Int, headWidth: Int, capacity: Int, precision: Precision) throws(TensorError) {
    precondition(heads > 0 && headWidth > 0 && capacity >= 0)
    self.capacity = capacity
    self.heads = heads
    self.headWidth = headWidth
    self.precision = precision
    let keyCount = heads * ((capacity + 15) / 16) * headWidth * 16
    let numbers = keyCount + capacity * heads * headWidth + 16
    let base: UnsafeMutablePointer<Float>
    unsafe (allocation, base) = try AlignedMemory.zeros(count: precision == .f32 ? numbers : (numbers + 1) / 2)
    unsafe keys = UnsafeMutableRawPointer(base)
    unsafe values = keys + keyCount * Self.bytes(precision)
  }

  deinit { unsafe free(allocation) }

  /// The bytes of a number.
  public static func bytes(_ precision: Precision) -> Int { precision == .f32 ? 4 : 2 }

  /// The numbers of one head's keys.
  var headStride: Int { (capacity + 15) / 16 * headWidth * 16 }
  var width: Int { heads * headWidth }
  var format: Int32 { Int32((precision == .f32 ? flipgate_f32 : flipgate_bf16).rawValue) }

  /// Writes keys, and values behind them: `[count, 2 · heads · headWidth]` from a row and column of a matrix on.
  ///
  /// - Parameter range: only these heads.
  public func store(_ count: Int, rowsOf matrix: Matrix, row: Int, column: Int, at position: Int, heads range: Range<Int>? = nil) {
    let range = range ?? 0..<heads
    if count == 0 || range.isEmpty { return }
    precondition(range.lowerBound >= 0 && range.upperBound <= heads, "no such heads")
    precondition(position >= 0 && position + count <= capacity && row >= 0 && row + count <= matrix.paddedRows, "keys beyond the store")
    let (first, used) = (range.lowerBound * headWidth, range.count * headWidth)
    let bytes = Self.bytes(precision)
    unsafe flipgate_store_keys(
      matrix.address(row, column + first, width: used), matrix.columns, count, position, range.count, headWidth,
      keys + range.lowerBound * headStride * bytes, format, headStride)
    for offset in 0..<count {
      let source = unsafe matrix.address(row + offset, column + width + first, width: used)
      let target = unsafe values + ((position + offset) * width + first) * bytes
      switch precision {
      case .f32: unsafe target.copyMemory(from: source, byteCount: used * bytes)
      case .bf16: unsafe flipgate_narrow_bf16(source, target.assumingMemoryBound(to: UInt16.self), used)
      }
    }
  }

  /// Copies the first positions of another store of the same heads.
  public func copy(_ count: Int, of other: KeyValueStore) {
    precondition(other.heads == heads && other.headWidth == headWidth && other.precision == precision)
    precondition(count <= capacity && count <= other.capacity)
    let bytes = Self.bytes(precision)
    for head in 0..<heads {
      unsafe (keys + head * headStride * bytes).copyMemory(
        from: other.keys + head * other.headStride * bytes, byteCount: (count + 15) / 16 * headWidth * 16 * bytes)
    }
    unsafe values.copyMemory(from: other.values, byteCount: count * width * bytes)
  }
}
