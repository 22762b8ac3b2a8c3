// A part that is made once, by the first who needs it.

internal import Synchronization

/// A value that is made at its first use, while others who need it wait.
final class Pending<Value: Sendable>: Sendable {
  private let made = Mutex<Value?>(nil)

  /// The value if it has been made; waits while it is being made.
  var current: Value? { made.withLock { $0 } }

  func value(_ make: () throws(ModelError) -> Value) throws(ModelError) -> Value {
    try made.withLock { (made) throws(ModelError) in
      if let made { return made }
      let value = try make()
      made = value
      return value
    }
  }
}
