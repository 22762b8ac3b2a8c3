// Trained values to the folder that PEFT, transformers, vLLM and llama.cpp's converter read.

internal import Checkpoints
internal import Documents
internal import LanguageModels

/// Writes adapters: `adapter_config.json`, `adapter_model.safetensors`, the card and the run's log.
struct AdapterWriter {
  let parameters: [TrainableParameter]
  let configuration: LoRAConfiguration

  /// The folder appears with all its files or not at all.
  ///
  /// - Parameters:
  ///   - base: what `adapter_config.json` calls the model that it belongs to.
  ///   - log: the run's log, copied beside the adapter; nil: none.
  func write(_ values: [Float], to path: String, base: String, card: String, log: String?) throws {
    var configuration = configuration
    configuration.base = base
    let tensors = parameters.map { NewTensor(name: $0.name, shape: $0.shape, values: .f32(Array(values[$0.range]))) }
    let diary = try log.map { try Files.read($0) }
    try Files.writeFolder(path) { folder in
      try Files.write(configuration.json.serialized(.indented) + "\n", to: Files.path("adapter_config.json", relativeTo: folder))
      try SafetensorsWriter.write(tensors, to: Files.path("adapter_model.safetensors", relativeTo: folder))
      try Files.write(card, to: Files.path("README.md", relativeTo: folder))
      if let diary { try Files.write(diary, to: TrainingFiles.log(in: folder)) }
    }
  }
}
