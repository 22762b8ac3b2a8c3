// What the processor can do, as far as results or speed depend on it.

internal import CVectorKernels

/// The machine that the kernels run on.
public enum Processor {
  /// The instruction set of the vector kernels: `avx512`, `avx2` or `baseline`.
  public static var vectorKernels: String { unsafe String(cString: flipgate_kernel_set()) }

  /// Whether the processor multiplies bf16 numbers.
  public static var hasBF16: Bool { flipgate_has_bf16() != 0 }

  /// Whether bf16 products are faster than f32 ones; where they aren't, bf16 weights are widened and multiplied as f32.
  public static var hasFastBF16: Bool { flipgate_has_fast_bf16() != 0 }
}
