// Containers of weights that are recognised, so that the error can say what they are and what to do, but not read.

/// A kind of weight file or folder that is not read.
public struct ForeignContainer: Sendable, Equatable {
  /// What it is, as the rest of "this is …".
  public let name: String
  /// What to do, a whole clause.
  public let advice: String
}

extension ForeignContainer {
  static let ggml = ForeignContainer(name: "a file of the old GGML format, from before GGUF", advice: convertAgain)
  static let ggmf = ForeignContainer(name: "a file of the old GGMF format, from before GGUF", advice: convertAgain)
  static let ggjt = ForeignContainer(name: "a file of the old GGJT format, from before GGUF", advice: convertAgain)
  static let nemo = ForeignContainer(
    name: "a NeMo archive", advice: "export the model to the Hugging Face format with NeMo's own converter and name that folder")
  static let torchTar = ForeignContainer(name: "a tar archive, as PyTorch before 0.1.10 wrote", advice: fromPyTorch)
  static let hdf5 = ForeignContainer(name: "an HDF5 file with TensorFlow or Keras weights", advice: fromPyTorch)
  static let flax = ForeignContainer(name: "a file of Flax weights", advice: fromPyTorch)
  static let onnx = ForeignContainer(name: "an ONNX graph", advice: "name the checkpoint that it was exported from")
  static let tensorFlow = ForeignContainer(name: "a TensorFlow checkpoint", advice: fromPyTorch)
  static let metaOriginal = ForeignContainer(
    name: "a checkpoint in Meta's original layout (consolidated.*.pth with params.json)",
    advice: "convert it with transformers' convert_llama_weights_to_hf.py, or download the files of the Hugging Face layout (with config.json)")
  static let mistralOriginal = ForeignContainer(
    name: "a checkpoint in Mistral's original layout (consolidated*.safetensors with params.json)",
    advice: "download the files of the Hugging Face layout (config.json and model*.safetensors) of the same repository")
  static let deepSpeed = ForeignContainer(
    name: "a DeepSpeed ZeRO checkpoint in parts", advice: "join it with the zero_to_fp32.py that lies beside it, and name the folder of the result")
  static let openVINO = ForeignContainer(name: "an OpenVINO model", advice: "name the checkpoint that it was exported from")
  static let coreML = ForeignContainer(name: "a Core ML model", advice: "name the checkpoint that it was exported from")

  static let all: [ForeignContainer] = [
    .ggml, .ggmf, .ggjt, .nemo, .torchTar, .hdf5, .flax, .onnx, .tensorFlow, .metaOriginal, .mistralOriginal, .deepSpeed, .openVINO, .coreML,
  ]

  private static let convertAgain = "convert the model again with a current llama.cpp"
  private static let fromPyTorch = "save the model from PyTorch as safetensors: save_pretrained(folder, safe_serialization=True)"

  /// What a file is by its first bytes, its 257th to 262nd (where tar files have their mark), and its name.
  static func named(startingWith start: [UInt8], tarMark: [UInt8], path: String) -> ForeignContainer? {
    // Little-endian words: "ggml", "ggmf", "ggjt".
    if start.starts(with: "lmgg".utf8) { return .ggml }
    if start.starts(with: "fmgg".utf8) { return .ggmf }
    if start.starts(with: "tjgg".utf8) { return .ggjt }
    if start.starts(with: [0x89, 0x48, 0x44, 0x46]) { return .hdf5 }
    if tarMark.elementsEqual("ustar".utf8) { return path.hasSuffix(".nemo") ? .nemo : .torchTar }
    return named(path)
  }

  /// What a file is by its name, nil if the name says nothing.
  static func named(_ name: String) -> ForeignContainer? {
    if name.hasSuffix(".nemo") { return .nemo }
    if name.hasSuffix(".h5") || name.hasSuffix(".keras") { return .hdf5 }
    if name.hasSuffix(".msgpack") { return .flax }
    if name.hasSuffix(".onnx") { return .onnx }
    if name.hasSuffix(".ckpt.index") || name.contains(".ckpt.data-") { return .tensorFlow }
    if name.hasSuffix(".mlmodel") || name.hasSuffix(".mlpackage") { return .coreML }
    return nil
  }

  /// What a folder without weights that are read holds by the names of its files, nil if they say nothing.
  static func inFolder(_ names: [String]) -> (kind: ForeignContainer, file: String)? {
    for name in names where name.hasPrefix("consolidated") && (name.hasSuffix(".pth") || name.hasSuffix(".pt")) { return (.metaOriginal, name) }
    for name in names where name.hasPrefix("consolidated") && name.hasSuffix(".safetensors") { return (.mistralOriginal, name) }
    for name in names where name == "zero_to_fp32.py" || name.hasPrefix("global_step") { return (.deepSpeed, name) }
    for name in names where name.hasPrefix("openvino_") && name.hasSuffix(".bin") { return (.openVINO, name) }
    for name in names {
      if let kind = named(name) { return (kind, name) }
    }
    return nil
  }
}
