// An adapter on disk: a PEFT folder with its settings and its tensors, before any base is known.

public import Checkpoints
internal import Documents

/// A LoRA adapter, opened: `adapter_config.json` is read, the tensors are mapped.
public struct Adapter: Sendable {
  /// The folder.
  public let path: String
  public let configuration: LoRAConfiguration
  /// The tensors, under the names that PEFT gave them.
  public let weights: Checkpoint
  /// The SHA-256 of settings and tensors together.
  public let digest: String

  static let configurationName = "adapter_config.json"
  private static let weightNames = ["adapter_model.safetensors", "adapter_model.bin"]

  /// Whether a path is an adapter's folder.
  public static func isAdapter(_ path: String) -> Bool { Files.exists(Files.path(configurationName, relativeTo: path)) }

  /// Opens a folder; whether it fits a base is said by ``check(fits:of:)``.
  public init(path: String) throws(AdapterError) {
    self.path = path
    let place = Files.path(Self.configurationName, relativeTo: path)
    guard Files.exists(place) else { throw .noConfiguration(path) }
    let bytes: [UInt8]
    let json: JSONValue
    do {
      bytes = try Files.read(place, limit: LoRAConfiguration.sizeLimit)
      json = try JSONValue.parse(bytes, file: place)
    } catch {
      throw .file(place, error)
    }
    configuration = try LoRAConfiguration(json, place: place)
    do {
      let names = try Files.list(path)
      guard let name = Self.weightNames.first(where: names.contains) else { throw AdapterError.noWeights(path, found: names) }
      weights = try Checkpoint(path: Files.path(name, relativeTo: path))
      digest = try weights.weightsDigest(describedBy: bytes)
    } catch let error as AdapterError {
      throw error
    } catch {
      throw .file(path, error)
    }
  }

  /// The last part of the path.
  public var name: String { Files.name(of: path) }

  /// The modules that the adapter has tensors for, in the order of the file.
  public var modules: [String] {
    var seen: Set<String> = []
    return weights.tensors.compactMap { AdapterTensorName($0.name)?.module }.filter { seen.insert($0).inserted }
  }

  /// Checks every tensor against a base, without reading any.
  ///
  /// - Throws: ``AdapterError`` that names the first tensor that does not fit.
  public func check(fits blueprint: DecoderBlueprint, of base: Checkpoint) throws(AdapterError) {
    _ = try Adaptation(self, blueprint: blueprint, base: base)
  }
}
