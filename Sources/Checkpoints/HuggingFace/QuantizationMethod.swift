// Methods by which weights are packed into few bits: recognised by configuration or tensor names, so that the error can say what to do, but not read.

internal import Documents

/// A quantisation method of Hugging Face checkpoints.
public struct QuantizationMethod: Sendable, Equatable {
  /// As people write it.
  public let name: String
  /// What to do, a whole clause.
  public let advice: String
  /// The values of `quant_method` in `quantization_config`.
  let keys: [String]
  /// Ends of tensor names that only this method has; the first method that has one counts.
  let suffixes: [String]

  fileprivate init(_ name: String, keys: [String], suffixes: [String] = [], advice: String = Self.original) {
    self.name = name
    self.keys = keys
    self.suffixes = suffixes
    self.advice = advice
  }

  private static let original = "use the checkpoint that it was made from, or a GGUF file of the model"

  fileprivate static func dequantized(_ how: String) -> String { "\(how), then save_pretrained; or \(original)" }
}

extension QuantizationMethod {
  /// Every method that is known, those with the more telling tensor names first.
  static let all: [QuantizationMethod] = [
    QuantizationMethod(
      "bitsandbytes", keys: ["bitsandbytes", "bitsandbytes_4bit", "bitsandbytes_8bit"],
      suffixes: [".weight.quant_state.bitsandbytes__nf4", ".weight.quant_state.bitsandbytes__fp4", ".weight.absmax", ".SCB", ".weight_format"],
      advice: dequantized("load it with transformers and call model.dequantize()")),
    QuantizationMethod("GPTQ", keys: ["gptq", "gptqmodel"], suffixes: [".g_idx"]),
    QuantizationMethod("AWQ", keys: ["awq"]),
    QuantizationMethod("AutoRound", keys: ["auto-round", "auto_round", "intel/auto-round"]),
    QuantizationMethod("AQLM", keys: ["aqlm"], suffixes: [".codebooks"]),
    QuantizationMethod("HQQ", keys: ["hqq"], suffixes: [".W_q"], advice: dequantized("load it with transformers and call model.dequantize()")),
    QuantizationMethod("EETQ", keys: ["eetq"], suffixes: [".weight_scales"]),
    QuantizationMethod("Quanto", keys: ["quanto"], suffixes: [".weight._data", ".weight._scale"]),
    QuantizationMethod("SpQR", keys: ["spqr"], suffixes: [".dense_weights"]),
    QuantizationMethod("VPTQ", keys: ["vptq"], suffixes: [".res_centroids.weight", ".centroids.weight"]),
    QuantizationMethod("torchao", keys: ["torchao"], suffixes: [".weight_qdata", ":_weight_qdata"]),
    QuantizationMethod("HIGGS", keys: ["higgs"], suffixes: [".tables2"]),
    QuantizationMethod(
      "MXFP4", keys: ["mxfp4"], suffixes: ["_proj_blocks"], advice: dequantized("load it with quantization_config=Mxfp4Config(dequantize=True)")),
    QuantizationMethod("NVFP4", keys: ["nvfp4"], suffixes: [".weight_scale_2"]),
    QuantizationMethod("ModelOpt (FP8 or NVFP4)", keys: ["modelopt", "modelopt_fp4"]),
    QuantizationMethod("MXFP8", keys: ["mxfp8"]),
    QuantizationMethod(
      "FP8 (fine-grained)", keys: ["fp8"], suffixes: [".weight_scale_inv"],
      advice: dequantized("load it with quantization_config=FineGrainedFP8Config(dequantize=True)")),
    QuantizationMethod("FP8 (FBGEMM)", keys: ["fbgemm_fp8"]),
    QuantizationMethod(
      "compressed-tensors", keys: ["compressed-tensors", "compressed_tensors"], suffixes: [".weight_packed"],
      advice: dequantized("load it with quantization_config=CompressedTensorsConfig(run_compressed=False)")),
    QuantizationMethod("BitNet", keys: ["bitnet"]),
    QuantizationMethod("Quark", keys: ["quark"]),
    QuantizationMethod("FP-Quant", keys: ["fp_quant"], suffixes: [".weight_dqgrid"]),
    QuantizationMethod("SINQ", keys: ["sinq"]),
    QuantizationMethod("Four Over Six", keys: ["fouroversix", "four_over_six"]),
    QuantizationMethod("Metal", keys: ["metal"]),
    mlx, gptqOrAWQ,
  ]

  /// Integers packed by MLX: `quantization` in the configuration, `scales` and `biases` beside each weight.
  static let mlx = QuantizationMethod("MLX", keys: ["mlx"], suffixes: [".scales"])
  /// Packed integers of which only the configuration says whose they are.
  static let gptqOrAWQ = QuantizationMethod("GPTQ or AWQ", keys: [], suffixes: [".qweight"])

  /// The method that a configuration names, nil where the weights are plain.
  static func named(in config: JSONValue) -> QuantizationMethod? {
    guard let section = config["quantization_config"] ?? config["compression_config"], !section.isNull else {
      // MLX writes {"group_size": 64, "bits": 4} here, and `quantization_config` only in newer versions.
      return config["quantization"]?["bits"] == nil ? nil : mlx
    }
    guard let key = section["quant_method"]?.string else {
      if section["load_in_4bit"]?.bool == true || section["load_in_8bit"]?.bool == true { return method(of: "bitsandbytes") }
      if section["bits"] != nil, section["group_size"] != nil, config["quantization"] != nil { return mlx }
      return QuantizationMethod("a method that config.json does not name", keys: [])
    }
    if key == "compressed-tensors" || key == "compressed_tensors", let format = section["format"]?.string {
      return QuantizationMethod("compressed-tensors (\(quoted(format)))", keys: [key], advice: method(of: key)?.advice ?? original)
    }
    return method(of: key) ?? QuantizationMethod(quoted(key), keys: [])
  }

  private static func method(of key: String) -> QuantizationMethod? { all.first { $0.keys.contains(key) } }

  /// The method that tensor names give away where the configuration is silent: packed integers beside their scales.
  static func named(inTensors names: [String]) -> (method: QuantizationMethod, tensor: String)? {
    for method in all {
      for name in names where method.suffixes.contains(where: { name.hasSuffix($0) }) { return (method, name) }
    }
    return nil
  }
}
