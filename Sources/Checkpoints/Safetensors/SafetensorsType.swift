// The names of element types in safetensors headers.

internal import Tensors

enum SafetensorsType {
  /// The element type of a `dtype`, nil if it is unknown or not read.
  static func elementType(named name: String) -> ElementType? { read[name] }

  /// What a `dtype` that is defined but not read is, nil if the name is not defined.
  static func meaning(ofUnsupported name: String) -> String? { unsupported[name] }

  /// The `dtype` of an element type, nil for block types.
  static func name(of type: ElementType) -> String? { names[type] }

  static let names: [ElementType: String] = [
    .f64: "F64", .f32: "F32", .f16: "F16", .bf16: "BF16", .i64: "I64", .i32: "I32", .i16: "I16", .i8: "I8", .u64: "U64", .u32: "U32",
    .u16: "U16", .u8: "U8", .bool: "BOOL",
  ]

  private static let read = Dictionary(uniqueKeysWithValues: names.map { ($1, $0) })

  private static let unsupported = [
    "F8_E4M3": "8-bit floating point (FP8)", "F8_E5M2": "8-bit floating point (FP8)", "F8_E8M0": "8-bit exponents (MX scales)",
    "F8_E4M3FNUZ": "8-bit floating point (FP8)", "F8_E5M2FNUZ": "8-bit floating point (FP8)", "F6_E2M3": "6-bit floating point",
    "F6_E3M2": "6-bit floating point", "F4": "4-bit floating point (FP4)", "C64": "complex numbers",
  ]
}
