// The tokenizer that belongs to a checkpoint: the files in its folder, or the vocabulary in its GGUF metadata.

public import Checkpoints
public import Tokenization

extension LanguageModel {
  /// Reads a checkpoint's tokenizer, without its weights.
  public static func tokenizer(of checkpoint: Checkpoint) throws(ModelError) -> Tokenizer {
    do {
      if let folder = checkpoint.folder { return try Tokenizer(huggingFace: folder) }
      guard let metadata = checkpoint.metadata else {
        throw ModelError.unsupported(
          checkpoint.path, "a file of weights without a tokenizer", "name the folder that holds it with config.json and its tokenizer")
      }
      return try Tokenizer(gguf: try vocabulary(metadata, file: checkpoint.path))
    } catch let error as ModelError {
      throw error
    } catch {
      throw .tokenizer(error)
    }
  }

  private static func vocabulary(_ metadata: GGUFMetadata, file: String) throws(ModelError) -> GGUFVocabulary {
    guard let model = metadata.string("tokenizer.ggml.model") else { throw .missingValue(file, key: "tokenizer.ggml.model") }
    guard let tokens = metadata.byteStrings("tokenizer.ggml.tokens") else { throw .missingValue(file, key: "tokenizer.ggml.tokens") }
    var vocabulary = GGUFVocabulary(model: model, tokens: packed(tokens), file: file)
    vocabulary.pre = metadata.string("tokenizer.ggml.pre")
    vocabulary.scores = metadata.floats("tokenizer.ggml.scores")
    vocabulary.types = metadata.int32s("tokenizer.ggml.token_type")
    vocabulary.merges = metadata.byteStrings("tokenizer.ggml.merges").map(packed)
    vocabulary.bosID = metadata.integer("tokenizer.ggml.bos_token_id")
    vocabulary.eosID = metadata.integer("tokenizer.ggml.eos_token_id")
    vocabulary.unknownID = metadata.integer("tokenizer.ggml.unknown_token_id")
    vocabulary.addBOS = metadata.bool("tokenizer.ggml.add_bos_token")
    vocabulary.addEOS = metadata.bool("tokenizer.ggml.add_eos_token")
    vocabulary.addSpacePrefix = metadata.bool("tokenizer.ggml.add_space_prefix")
    vocabulary.modelName = metadata.string("general.name")
    return vocabulary
  }

  private static func packed(_ strings: [[UInt8]]) -> ByteStrings {
    var packed = ByteStrings()
    packed.reserveCapacity(strings: strings.count, bytes: strings.reduce(0) { $0 + $1.count })
    for string in strings { packed.append(string) }
    return packed
  }
}
