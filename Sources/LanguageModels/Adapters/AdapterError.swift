// Why an adapter can't be read, or does not fit its base.

public import Documents
public import Tokenization

public enum AdapterError: Diagnostic {
  case noConfiguration(_ folder: String)
  case noWeights(_ folder: String, found: [String])
  /// A file that can't be read; the cause says why.
  case file(_ path: String, any Error)
  case unsupportedKind(_ place: String, String)
  case unsupportedSetting(_ place: String, key: String, value: String)
  case changedBase(_ place: String, start: String)
  case badValue(_ place: String, key: String, found: String, expected: String)
  case pattern(_ place: String, key: String, NamePatternError)
  /// A tensor that is no part of a LoRA adapter.
  case unknownTensor(_ place: String, tensor: String)
  case repeatedTensor(_ place: String, tensor: String, other: String)
  /// A tensor for a module that the base does not have.
  case noSuchModule(_ place: String, tensor: String, module: String, family: String, nearest: String?)
  /// A target that no module of the base has as its name.
  case noSuchTarget(_ place: String, target: String, family: String, known: [String])
  /// Factors for a module that the configuration does not name.
  case notATarget(_ place: String, tensor: String, module: String)
  /// A module that the configuration names, without tensors.
  case missingModule(_ place: String, module: String, key: String)
  case missingHalf(_ place: String, module: String, found: String, missing: String)
  case shape(_ place: String, tensor: String, found: [Int], expected: [Int], family: String)
  case rank(_ place: String, tensor: String, found: Int, expected: Int)
  case unsupportedTarget(_ place: String, module: String, why: String)
  case tokenOutOfVocabulary(_ place: String, token: Int, vocabulary: Int)
  /// Something that training can't begin with, or change.
  case untrainable(_ place: String, what: String, advice: String)
  /// Adapters name their modules as transformers does; a GGUF file has other names.
  case ggufBase(_ adapter: String, base: String)

  public var cause: (any Error)? {
    switch self {
    case .file(_, let error): error
    case .pattern(_, _, let error): error
    default: nil
    }
  }

  public var severity: DiagnosticSeverity {
    if case .file(_, let error) = self { (error as? any Diagnostic)?.severity ?? .configuration } else { .configuration }
  }
}

extension AdapterError {
  public var description: String {
    switch self {
    case .noConfiguration(let folder): "\(folder): this is no adapter: there is no adapter_config.json in it"
    case .noWeights(let folder, let found):
      "\(folder): expected adapter_model.safetensors or adapter_model.bin beside adapter_config.json; the folder holds "
        + found.prefix(8).map { quoted($0) }.joined(separator: ", ")
    case .file(let path, _): "\(path): the adapter can't be read"
    case .unsupportedKind(let place, let kind):
      "\(place): an adapter of the kind \(quoted(kind)) is not supported: flipgate reads LORA; merge it into its base with PEFT"
    case .unsupportedSetting(let place, let key, let value):
      "\(place): the setting \(quoted(key)) is \(VisibleValue.short(value)), which is not known here and may change what the adapter computes; "
        + "merge the adapter into its base with PEFT"
    case .changedBase(let place, let start):
      "\(place): init_lora_weights is \(start), a start that changes the base; save the adapter with PEFT's "
        + "path_initial_model_for_weight_conversion, which makes a plain one of it"
    case .badValue(let place, let key, let found, let expected):
      "\(place): \(quoted(key)) is \(VisibleValue.short(found)); expected \(expected)"
    case .pattern(let place, let key, _): "\(place): \(quoted(key)) holds a pattern that can't be used"
    case .unknownTensor(let place, let tensor): "\(place): tensor \(quoted(tensor)) is no part of a LoRA adapter that is known here"
    case .repeatedTensor(let place, let tensor, let other): "\(place): tensors \(quoted(tensor)) and \(quoted(other)) are for the same place"
    case .noSuchModule(let place, let tensor, let module, let family, let nearest):
      "\(place): tensor \(quoted(tensor)) is for the module \(quoted(module)), which the base (\(family)) does not have"
        + (nearest.map { "; the nearest is \(quoted($0))" } ?? "") + "; the adapter belongs to another base"
    case .noSuchTarget(let place, let target, let family, let known):
      "\(place): target_modules names \(quoted(target)), and no module of the base (\(family)) is called so"
        + (nearestName(to: target, among: known).map { "; did you mean \(quoted($0))?" } ?? "; it has \(known.joined(separator: ", "))")
    case .notATarget(let place, let tensor, let module):
      "\(place): tensor \(quoted(tensor)) changes \(quoted(module)), which adapter_config.json does not name as a target; "
        + "configuration and weights do not belong together"
    case .missingModule(let place, let module, let key):
      "\(place): adapter_config.json names \(quoted(module)) in \(key), but there is no tensor for it; "
        + "configuration and weights do not belong together"
    case .missingHalf(let place, let module, let found, let missing):
      "\(place): module \(quoted(module)) has \(found) but no \(missing); the file is incomplete"
    case .shape(let place, let tensor, let found, let expected, let family):
      "\(place): tensor \(quoted(tensor)) has the shape \(Self.text(found)), and the base (\(family)) asks for \(Self.text(expected)); "
        + "the adapter belongs to another base"
    case .rank(let place, let tensor, let found, let expected):
      "\(place): tensor \(quoted(tensor)) has the rank \(found), and adapter_config.json says \(expected); "
        + "configuration and weights do not belong together"
    case .unsupportedTarget(let place, let module, let why):
      "\(place): the adapter changes \(quoted(module)) \(why), which is not supported; merge it into its base with PEFT"
    case .tokenOutOfVocabulary(let place, let token, let vocabulary):
      "\(place): trainable_token_indices names the token \(token), and the base has \(vocabulary)"
    case .untrainable(let place, let what, let advice): "\(place): \(what) can't be trained: \(advice)"
    case .ggufBase(let adapter, let base):
      "\(adapter): adapters name modules as transformers does, and \(base) is a GGUF file; name the Hugging Face folder of the base"
    }
  }

  private static func text(_ shape: [Int]) -> String { "[" + shape.map(String.init).joined(separator: ", ") + "]" }
}

/// Values of foreign files in messages.
private enum VisibleValue {
  static func short(_ text: String) -> String { text.count > 60 ? text.prefix(60) + "…" : text }
}
