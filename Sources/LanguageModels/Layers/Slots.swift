// A fixed number of results that several threads fill, each its own.

internal import Synchronization

/// `count` places, each set once by some worker.
final class Slots<Value: Sendable>: Sendable {
  private let places: Mutex<[Value?]>

  init(count: Int) { places = Mutex(Array(repeating: nil, count: count)) }

  func set(_ index: Int, to value: Value) { places.withLock { $0[index] = value } }

  /// The values in order; places that were never set are left out.
  var values: [Value] { places.withLock { $0.compactMap { $0 } } }
}
