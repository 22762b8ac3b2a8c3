// The numbers that GGUF files give to element types (`ggml.h`, `enum ggml_type`).

internal import Tensors

enum GGUFTensorType {
  /// The element type of a number, nil if it is unknown or not read.
  static func elementType(numbered number: UInt32) -> ElementType? { read[number] }

  /// The name of a type that is defined but not read, nil if the number is not defined.
  static func name(ofUnsupported number: UInt32) -> String? { unsupported[number] }

  private static let read: [UInt32: ElementType] = [
    0: .f32, 1: .f16, 2: .q4_0, 3: .q4_1, 6: .q5_0, 7: .q5_1, 8: .q8_0, 10: .q2_K, 11: .q3_K, 12: .q4_K, 13: .q5_K, 14: .q6_K, 24: .i8,
    25: .i16, 26: .i32, 27: .i64, 28: .f64, 30: .bf16,
  ]

  private static let unsupported: [UInt32: String] = [
    9: "Q8_1", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS",
    29: "IQ1_M", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4", 40: "NVFP4", 41: "Q1_0",
  ]
}
