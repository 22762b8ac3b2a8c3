// Memory that one worker reuses from call to call; it grows and never shrinks.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// The scratch memory of one worker: attention, converted activations and widened weights, the matrix library's own needs.
///
/// Used by one thread at a time.
@safe public final class ScratchMemory: @unchecked Sendable {
  /// The threads that work on one product or attention together; changes no result.
  public let team: ThreadTeam
  private var regions: [(memory: UnsafeMutableRawPointer?, bytes: Int)] = unsafe Array(repeating: (nil, 0), count: 4)

  public init(team: ThreadTeam = ThreadTeam(1)) { self.team = team }

  deinit { for index in 0..<4 { unsafe free(regions[index].memory) } }

  /// The bytes held now.
  public var bytes: Int { unsafe regions.reduce(0) { unsafe $0 + $1.bytes } }

  func floats(_ count: Int) throws(TensorError) -> UnsafeMutablePointer<Float> {
    unsafe try region(0, bytes: count * 4).bindMemory(to: Float.self, capacity: count)
  }
  func activations(bytes: Int) throws(TensorError) -> UnsafeMutableRawPointer { unsafe try region(1, bytes: bytes) }
  func weights(bytes: Int) throws(TensorError) -> UnsafeMutableRawPointer { unsafe try region(2, bytes: bytes) }
  func library(bytes: Int) throws(TensorError) -> UnsafeMutableRawPointer { unsafe try region(3, bytes: bytes) }

  private func region(_ index: Int, bytes: Int) throws(TensorError) -> UnsafeMutableRawPointer {
    if let memory = unsafe regions[index].memory, unsafe regions[index].bytes >= bytes { return unsafe memory }
    unsafe free(regions[index].memory)
    unsafe regions[index] = (nil, 0)
    let size = (max(bytes, 4096) * 5 / 4 + 63) & ~63
    guard let memory = unsafe aligned_alloc(64, size) else { throw .outOfMemory(bytes: size) }
    unsafe regions[index] = (memory, size)
    return unsafe memory
  }
}
