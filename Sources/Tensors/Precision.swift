// How the numbers of a matrix product are held.

/// The element type of weights and activations in matrix products; sums are always f32.
public enum Precision: String, Sendable, Hashable, CaseIterable {
  case f32
  /// Weights and activations rounded to bf16, and the keys and values that attention multiplies by; everything between products in f32.
  case bf16
}
