// Many short byte strings in one buffer: what vocabularies and merges are read into, without an allocation each.

/// A list of byte strings that share one buffer.
public struct ByteStrings: Sendable {
  public private(set) var bytes: [UInt8] = []
  private var ends: [Int] = []

  public init() {}

  public init(_ strings: some Sequence<String>) {
    for string in strings { append(string.utf8) }
  }

  public var count: Int { ends.count }

  public mutating func reserveCapacity(strings: Int, bytes: Int) {
    ends.reserveCapacity(strings)
    self.bytes.reserveCapacity(bytes)
  }

  public mutating func append(_ string: some Sequence<UInt8>) {
    bytes.append(contentsOf: string)
    ends.append(bytes.count)
  }

  /// Where the string at `index` stands in ``bytes``.
  public func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  public subscript(index: Int) -> ArraySlice<UInt8> { bytes[range(index)] }

  /// The string at `index` for people; what is no UTF-8 in it becomes U+FFFD.
  public func text(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }
}
