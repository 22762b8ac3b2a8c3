// The version of this build.

/// Version of the program and of its engine.
///
/// Outcomes are cached under the engine's version: raise it whenever a change can move a number.
public enum FlipgateVersion {
  public static let program = "0.1.0"
  public static let engine = "3"
}
