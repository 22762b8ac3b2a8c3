// `flipgate inspect`: what is in a checkpoint.

internal import ArgumentParser
internal import Checkpoints
internal import Documents
internal import LanguageModels
internal import Tensors
internal import Tokenization

struct InspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what is in a checkpoint: architecture, tokenizer, digests, tensors.")

  @Argument(help: ArgumentHelp("A Hugging Face checkpoint folder, or a .gguf, .safetensors or pytorch_model.bin file.", valueName: "model"))
  var model: String

  @Flag(help: "Write JSON.")
  var json = false

  @Flag(name: .customLong("all-tensors"), help: "List every tensor, not one line for each kind.")
  var allTensors = false

  @OptionGroup var output: OutputOptions

  func run() async throws {
    let checkpoint = try Checkpoint(path: model)
    let inspection = Inspection(checkpoint, weightsDigest: try checkpoint.weightsDigest(), configDigest: checkpoint.configDigest)
    if json { Console.output(inspection.json, layout: .indented) } else { Console.output(inspection.text(listsAll: allTensors)) }
  }
}

/// What `inspect` says of a checkpoint.
struct Inspection {
  let checkpoint: Checkpoint
  let weightsDigest: String
  let configDigest: String
  let blueprint: Result<DecoderBlueprint, ModelError>
  let tokenizer: Result<Tokenizer, ModelError>

  init(_ checkpoint: Checkpoint, weightsDigest: String, configDigest: String) {
    self.checkpoint = checkpoint
    self.weightsDigest = weightsDigest
    self.configDigest = configDigest
    blueprint = Result { () throws(ModelError) in
      let blueprint = try ArchitectureCatalog.blueprint(of: checkpoint)
      for tensor in blueprint.tensors {
        do { _ = try checkpoint.tensor(tensor.name, shape: tensor.shape) } catch { throw .checkpoint(error) }
      }
      return blueprint
    }
    tokenizer = Result { () throws(ModelError) in try LanguageModel.tokenizer(of: checkpoint) }
  }

  private var container: String {
    let name = checkpoint.container.name + (checkpoint.fileCount == 1 ? "" : ", \(checkpoint.fileCount) files")
    return checkpoint.folder == nil ? name : "Hugging Face folder, \(name)"
  }

  private var bytes: Int { checkpoint.tensors.reduce(0) { $0 + $1.byteRange.count } }

  var json: JSONValue {
    var architecture: JSONValue = .null
    var problem: JSONValue = .null
    switch blueprint {
    case .success(let blueprint):
      architecture = [
        "name": .string(blueprint.architecture), "vocabulary": .integer(blueprint.vocabularySize),
        "hidden": .integer(blueprint.hiddenWidth), "feed_forward": .integer(blueprint.feedForwardWidth),
        "layers": .integer(blueprint.layers.count), "heads": .integer(blueprint.attention.heads),
        "key_value_heads": .integer(blueprint.attention.keyValueHeads), "head_width": .integer(blueprint.attention.headWidth),
        "context": .integer(blueprint.contextLength), "rotary_theta": blueprint.layers.compactMap(\.attention.rotary).first.map { .number(Double($0.theta)) } ?? .null,
        "tied_embeddings": .bool(blueprint.isTied),
      ]
    case .failure(let error): problem = .string(explanation(of: error))
    }
    var tokenizerValue: JSONValue = .null
    if case .success(let tokenizer) = tokenizer {
      tokenizerValue = [
        "kind": .string(tokenizer.kindName), "bos": tokenizer.bosID.map { .integer(Int($0)) } ?? .null,
        "eos": tokenizer.eosID.map { .integer(Int($0)) } ?? .null, "adds_bos": .bool(tokenizer.addsBOS),
      ]
    } else if case .failure(let error) = tokenizer, problem.isNull {
      problem = .string(explanation(of: error))
    }
    return [
      "path": .string(checkpoint.path), "container": .string(container), "weights_sha256": .string(weightsDigest),
      "config_sha256": .string(configDigest), "parameters": .integer(checkpoint.parameterCount), "bytes": .integer(bytes),
      "architecture": architecture, "tokenizer": tokenizerValue, "problem": problem,
      "tensors": .array(
        checkpoint.tensors.map { tensor in
          [
            "name": .string(tensor.name), "type": .string(tensor.elementType.rawValue),
            "shape": .array(tensor.shape.map { .integer($0) }),
          ]
        }),
    ]
  }

  func text(listsAll: Bool) -> String {
    var lines = ["\(checkpoint.path)  (\(container))"]
    func add(_ name: String, _ value: String) { lines.append("  " + name.padding(to: 14) + value) }
    switch blueprint {
    case .success(let b):
      add("architecture", "\(b.architecture), \(b.layers.count) layers, hidden \(b.hiddenWidth), feed-forward \(b.feedForwardWidth)")
      add(
        "attention",
        "\(b.attention.heads) heads of \(b.attention.headWidth), \(b.attention.keyValueHeads) for keys and values")
      add("context", "\(b.contextLength) tokens")
      add("vocabulary", "\(b.vocabularySize)\(b.isTied ? ", embeddings tied" : "")")
    case .failure(let error): add("unsupported", explanation(of: error).replacing("\n", with: "\n" + String(repeating: " ", count: 16)))
    }
    switch tokenizer {
    case .success(let tokenizer):
      let special = [("BOS", tokenizer.bosID), ("EOS", tokenizer.eosID)].compactMap { name, id in
        id.map { "\(name) \($0) \(quoted(tokenizer.token($0) ?? ""))" }
      }
      add("tokenizer", ([tokenizer.kindName] + special + (tokenizer.addsBOS ? ["BOS is added"] : [])).joined(separator: ", "))
    case .failure(let error): add("tokenizer", explanation(of: error).replacing("\n", with: "\n" + String(repeating: " ", count: 16)))
    }
    add("weights", "\(checkpoint.parameterCount.grouped) in \(checkpoint.tensors.count) tensors, \(bytes.grouped) bytes")
    add("sha256", weightsDigest)
    add("config", configDigest)
    lines.append("")
    lines += listsAll ? tensorLines : kindLines
    return lines.joined(separator: "\n")
  }

  private var tensorLines: [String] {
    let width = checkpoint.tensors.map { $0.name.count }.max() ?? 0
    return checkpoint.tensors.map { "  \($0.name.padding(to: width + 2))\($0.elementType.rawValue.padding(to: 6))\($0.shape)" }
  }

  /// One line for each kind of tensor: the layer number replaced by how many layers have it.
  private var kindLines: [String] {
    var order: [String] = []
    var counts: [String: Int] = [:]
    for tensor in checkpoint.tensors {
      let name = tensor.name.split(separator: ".").map { Int($0) == nil ? String($0) : "*" }.joined(separator: ".")
      let key = "\(name)\u{0}\(tensor.elementType.rawValue)\u{0}\(tensor.shape)"
      if counts[key] == nil { order.append(key) }
      counts[key, default: 0] += 1
    }
    let rows = order.map { key in (key.split(separator: "\u{0}").map(String.init), counts[key] ?? 0) }
    let width = rows.map { $0.0[0].count }.max() ?? 0
    return rows.map { parts, count in
      "  \(parts[0].padding(to: width + 2))\(parts[1].padding(to: 6))\(parts[2])\(count > 1 ? "  × \(count)" : "")"
    }
  }
}

extension String {
  /// The text with spaces behind it up to a width.
  func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

extension Int {
  /// `12,345,678`
  var grouped: String {
    var digits = String(magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (self < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
  }
}
