// A row-major f32 matrix that owns aligned memory: the working value of the decoder.

internal import CVectorKernels

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// A row-major f32 matrix `[rows, columns]` on 64-byte aligned memory.
///
/// A reference type: a work area that one thread uses at a time, or weights that nobody writes any more. The memory holds
/// ``paddedRows`` rows, at least `rows` rounded up to a multiple of 16, so that matrix libraries may work in whole tiles.
@safe public final class Matrix: @unchecked Sendable {
  public let rows: Int
  public let columns: Int
  /// How many rows the memory holds.
  public let paddedRows: Int
  let base: UnsafeMutablePointer<Float>
  /// What is to be freed, where this matrix owns its memory.
  private let allocation: UnsafeMutableRawPointer?
  /// The matrix that owns the memory, where this one is a part of its rows.
  private let owner: Matrix?

  /// Makes a matrix of zeros.
  ///
  /// - Throws: ``TensorError/outOfMemory(bytes:)``.
  public init(rows: Int, columns: Int) throws(TensorError) {
    self.rows = rows
    self.columns = columns
    paddedRows = (rows + 15) & ~15
    owner = nil
    unsafe (allocation, base) = try AlignedMemory.zeros(count: max(16, paddedRows * columns))
  }

  /// A part of the rows of another matrix: the same memory. One that begins and ends at multiples of 16 may be written beside its neighbours.
  public init(rows range: Range<Int>, of other: Matrix) {
    precondition(range.lowerBound >= 0 && range.upperBound <= other.paddedRows, "rows out of range")
    rows = range.count
    columns = other.columns
    paddedRows = other.paddedRows - range.lowerBound
    owner = other
    unsafe allocation = nil
    unsafe base = other.base + range.lowerBound * other.columns
  }

  /// A matrix `[rows, columns]` in the memory of another one, from its value `first` on, counted row by row.
  public init(rows: Int, columns: Int, in other: Matrix, from first: Int) {
    precondition(rows >= 0 && columns > 0 && first >= 0 && first + rows * columns <= other.paddedRows * other.columns, "values out of range")
    self.rows = rows
    self.columns = columns
    paddedRows = (other.paddedRows * other.columns - first) / columns
    owner = other
    unsafe allocation = nil
    unsafe base = other.base + first
  }

  /// A matrix of one row.
  public convenience init(row values: [Float]) throws(TensorError) {
    try self.init(rows: 1, columns: values.count)
    for (column, value) in values.enumerated() { unsafe base[column] = value }
  }

  deinit { unsafe free(allocation) }

  /// The bytes that the matrix holds.
  public var bytes: Int { paddedRows * columns * MemoryLayout<Float>.size }

  public subscript(row: Int, column: Int) -> Float {
    get {
      precondition(row >= 0 && row < paddedRows && column >= 0 && column < columns, "matrix index out of range")
      return unsafe base[row * columns + column]
    }
    set {
      precondition(row >= 0 && row < paddedRows && column >= 0 && column < columns, "matrix index out of range")
      unsafe base[row * columns + column] = newValue
    }
  }

  /// A copy of one row.
  public func row(_ row: Int) -> [Float] {
    unsafe Array(UnsafeBufferPointer(start: address(row, 0, width: columns), count: columns))
  }

  /// Copies a row of another matrix of the same width into a row of this one.
  public func copyRow(_ source: Int, of other: Matrix, to row: Int) {
    precondition(columns == other.columns, "rows of different width")
    unsafe address(row, 0, width: columns).update(from: other.address(source, 0, width: columns), count: columns)
  }

  /// Moves some rows, named in ascending order, to the front.
  public func moveToFront(_ rows: [Int]) {
    for (place, row) in rows.enumerated() where place != row {
      precondition(place < row, "rows out of order")
      copyRow(row, of: self, to: place)
    }
  }

  /// Copies `width` values of `count` rows, from a column of another matrix to a column of this one.
  public func copy(_ count: Int, rowsOf other: Matrix, from source: (row: Int, column: Int), to target: (row: Int, column: Int), width: Int) {
    precondition(count >= 0 && source.row + count <= other.paddedRows && target.row + count <= paddedRows, "rows out of range")
    for offset in 0..<count {
      unsafe address(target.row + offset, target.column, width: width).update(
        from: other.address(source.row + offset, source.column, width: width), count: width)
    }
  }

  /// Rounds some columns of consecutive rows to what a precision's products read.
  public func round(to precision: Precision, rows range: Range<Int>, column: Int, width: Int) {
    if precision == .f32 { return }
    for row in range {
      let values = unsafe address(row, column, width: width)
      unsafe flipgate_round_bf16(values, values, width)
    }
  }

  /// Hands the memory of consecutive rows to a reader of checkpoint data.
  public func withRows<Result, Failure: Error>(
    _ range: Range<Int>, _ body: (inout MutableSpan<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= paddedRows, "rows out of range")
    let buffer = unsafe UnsafeMutableBufferPointer(start: base + range.lowerBound * columns, count: range.count * columns)
    var span = unsafe buffer.mutableSpan
    return try body(&span)
  }

  /// Hands out the first `count` values of two matrices, counted row by row.
  public static func withValues<Failure: Error>(
    _ count: Int, of first: Matrix, and second: Matrix,
    _ body: (inout MutableSpan<Float>, inout MutableSpan<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(first !== second && count <= first.paddedRows * first.columns && count <= second.paddedRows * second.columns)
    let (own, others) = unsafe (
      UnsafeMutableBufferPointer(start: first.base, count: count), UnsafeMutableBufferPointer(start: second.base, count: count)
    )
    var ownSpan = unsafe own.mutableSpan
    var otherSpan = unsafe others.mutableSpan
    try body(&ownSpan, &otherSpan)
  }

  /// A copy of some values, counted row by row.
  public func values(_ range: Range<Int>) -> [Float] {
    precondition(range.lowerBound >= 0 && range.upperBound <= paddedRows * columns, "values out of range")
    return unsafe Array(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// Replaces values from `first` on, counted row by row.
  public func setValues(_ values: [Float], from first: Int = 0) {
    precondition(first >= 0 && first + values.count <= paddedRows * columns, "values out of range")
    unsafe values.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      unsafe (base + first).update(from: start, count: source.count)
    }
  }

  /// The address of a place with `width` values behind it in the same row.
  func address(_ row: Int, _ column: Int, width: Int) -> UnsafeMutablePointer<Float> {
    precondition(row >= 0 && row < paddedRows && column >= 0 && width >= 0 && column + width <= columns, "matrix place out of range")
    return unsafe base + row * columns + column
  }
}

/// Memory on 64-byte boundaries, for vector loads and packed weights.
enum AlignedMemory {
  /// Uninitialised memory for `count` values, at least one.
  static func allocate<Element: BitwiseCopyable>(count: Int, of type: Element.Type = Element.self) throws(TensorError)
    -> UnsafeMutablePointer<Element>
  {
    let (bytes, overflow) = max(1, count).multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    guard !overflow, let memory = unsafe aligned_alloc(64, (bytes + 63) & ~63) else { throw .outOfMemory(bytes: bytes) }
    return unsafe memory.bindMemory(to: Element.self, capacity: max(1, count))
  }

  /// Memory for `count` zeros, and what is to be freed. Much of it takes no pages before it is written, and then those of the thread that does.
  static func zeros(count: Int) throws(TensorError) -> (allocation: UnsafeMutableRawPointer, values: UnsafeMutablePointer<Float>) {
    let (bytes, overflow) = max(1, count).multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard !overflow, bytes < Int.max - 64, let allocation = unsafe calloc(bytes + 64, 1) else { throw .outOfMemory(bytes: bytes) }
    let values = unsafe allocation.alignedUp(toMultipleOf: 64)
    return unsafe (allocation, values.bindMemory(to: Float.self, capacity: max(1, count)))
  }
}
