// What `inspect` says of a checkpoint: what its family makes of it, its tokenizer, its files.

internal import Checkpoints
internal import Digests
internal import Documents
internal import LanguageModels
internal import Templates
internal import Tensors
internal import Tokenization

struct Inspection {
  let checkpoint: Checkpoint
  let weightsDigest: String
  let blueprint: Result<DecoderBlueprint, ModelError>
  let tokenizer: Result<Tokenizer, ModelError>
  /// The checkpoint's default chat template; one that can't be read is a template that is not there: inspect says what it finds.
  let chatTemplate: String?

  init(_ checkpoint: Checkpoint, weightsDigest: String) {
    self.checkpoint = checkpoint
    self.weightsDigest = weightsDigest
    blueprint = Result { () throws(ModelError) in
      let blueprint = try ArchitectureCatalog.blueprint(of: checkpoint)
      for tensor in blueprint.tensors {
        do { _ = try checkpoint.tensor(tensor.name, shape: tensor.shape) } catch { throw .checkpoint(error) }
      }
      return blueprint
    }
    tokenizer = Result { () throws(ModelError) in try LanguageModel.tokenizer(of: checkpoint) }
    chatTemplate = try? LanguageModel.chatTemplates(of: checkpoint)?.text()
  }

  private var container: String {
    let name = checkpoint.container.name + (checkpoint.fileCount == 1 ? "" : ", \(checkpoint.fileCount) files")
    return checkpoint.folder == nil ? name : "Hugging Face folder, \(name)"
  }

  var sheet: FactSheet {
    let tensors = TensorListing(checkpoint)
    var sheet: FactSheet = [("\(checkpoint.path)  (\(container))", "")]
    switch blueprint {
    case .success(let blueprint): sheet += BlueprintFacts(blueprint: blueprint).sheet
    case .failure(let error): sheet.append(("unsupported", explanation(of: error)))
    }
    switch tokenizer {
    case .success(let tokenizer):
      let special = [("BOS", tokenizer.bosID), ("EOS", tokenizer.eosID)].compactMap { name, id in
        id.map { "\(name) \($0) \(quoted(tokenizer.token($0) ?? ""))" }
      }
      sheet.append(("tokenizer", ([tokenizer.kindName] + special + (tokenizer.addsBOS ? ["BOS is added"] : [])).joined(separator: ", ")))
    case .failure(let error): sheet.append(("tokenizer", explanation(of: error)))
    }
    sheet.append(("chat template", chatTemplate.map { "\($0.utf8.count.grouped) bytes, \(SHA256Digest.of($0))" } ?? "none"))
    let numbers = "\(checkpoint.parameterCount.grouped) numbers in \(checkpoint.tensors.count) tensors"
    sheet.append(("weights", "\(numbers), \(tensors.typesInWords), \(tensors.bytes.grouped) bytes"))
    sheet.append(("sha256", weightsDigest))
    sheet.append(("config", checkpoint.configDigest))
    return sheet
  }

  var json: JSONValue {
    let tensors = TensorListing(checkpoint)
    var architecture: JSONValue = .null
    var problem: JSONValue = .null
    switch blueprint {
    case .success(let blueprint): architecture = BlueprintFacts(blueprint: blueprint).json
    case .failure(let error): problem = .string(explanation(of: error))
    }
    var tokenizerValue: JSONValue = .null
    switch tokenizer {
    case .success(let tokenizer):
      tokenizerValue = [
        "kind": .string(tokenizer.kindName), "bos": tokenizer.bosID.map { .integer(Int($0)) } ?? .null,
        "eos": tokenizer.eosID.map { .integer(Int($0)) } ?? .null, "adds_bos": .bool(tokenizer.addsBOS),
      ]
    case .failure(let error): if problem.isNull { problem = .string(explanation(of: error)) }
    }
    return [
      "path": .string(checkpoint.path), "container": .string(container), "weights_sha256": .string(weightsDigest),
      "config_sha256": .string(checkpoint.configDigest), "chat_template_sha256": .optional(chatTemplate.map { SHA256Digest.of($0) }),
      "parameters": .integer(checkpoint.parameterCount), "bytes": .integer(tensors.bytes),
      "element_types": .object(of: tensors.types.map { ($0.type.rawValue, .integer($0.tensors)) }), "architecture": architecture,
      "tokenizer": tokenizerValue, "problem": problem,
    ]
  }
}
