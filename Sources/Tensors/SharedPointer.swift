// A pointer into memory that the threads of a team share.

/// A pointer that is handed to several threads, each of which writes its own part.
@unsafe struct Shared<Pointer>: @unchecked Sendable {
  let pointer: Pointer
  init(_ pointer: Pointer) { unsafe self.pointer = pointer }
}
