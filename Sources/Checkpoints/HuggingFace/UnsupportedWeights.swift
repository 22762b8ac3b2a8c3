// Kinds of weights that are recognised, so that the error can say what they are, but not read.

internal import Documents

enum UnsupportedWeights {
  /// What a folder without safetensors holds instead.
  static func problem(with names: [String]) -> CheckpointError.Problem {
    if let name = names.first(where: { $0.hasSuffix(".gguf") }) { return .onlyGGUF(name) }
    if names.contains("adapter_config.json") { return .onlyAdapter }
    let torch = names.first {
      $0.hasPrefix("pytorch_model") || $0.hasSuffix(".bin") || $0.hasSuffix(".pt") || $0.hasSuffix(".pth") || $0.hasSuffix(".ckpt")
    }
    if let torch { return .torchArchive(torch) }
    if let name = names.first(where: { $0.hasSuffix(".h5") }) { return .otherFramework(file: name, framework: "TensorFlow") }
    if let name = names.first(where: { $0.hasSuffix(".msgpack") }) { return .otherFramework(file: name, framework: "Flax") }
    if let name = names.first(where: { $0.hasSuffix(".onnx") }) { return .otherFramework(file: name, framework: "ONNX") }
    return .noWeights(found: names)
  }

  /// The method of `quantization_config` in a configuration, as people write it; nil where the weights are plain.
  static func quantizationMethod(in config: JSONValue) -> String? {
    guard let section = config["quantization_config"] ?? config["compression_config"], !section.isNull else { return nil }
    guard let method = section["quant_method"]?.string else { return "a method that config.json does not name" }
    return switch method {
    case "gptq": "GPTQ"
    case "awq": "AWQ"
    case "fp8": "FP8"
    case "bitsandbytes": "bitsandbytes"
    case "compressed-tensors": "compressed-tensors"
    case "mxfp4": "MXFP4"
    default: quoted(method)
    }
  }

  /// The method that tensor names give away where the configuration is silent: packed integers beside their scales.
  static func quantizationMethod(inTensors names: some Sequence<String>) -> String? {
    for name in names {
      if name.hasSuffix(".qweight") { return "GPTQ or AWQ (it holds \(quoted(name)))" }
      if name.hasSuffix(".weight_packed") { return "compressed-tensors (it holds \(quoted(name)))" }
      if name.hasSuffix(".weight_scale_inv") { return "FP8 (it holds \(quoted(name)))" }
    }
    return nil
  }
}
