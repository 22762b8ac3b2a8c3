// The modules of a base that an adapter can change, found by the names that transformers has for them.

/// Where in a model a change applies: two places can read one tensor, where embedding and unembedding are tied.
enum AdaptationSite: Hashable, Sendable {
  /// A tensor of the checkpoint, by name.
  case tensor(String)
  case embedding
  case unembedding
}

/// The modules of a blueprint by name.
struct BaseModules {
  struct Module {
    /// As the checkpoint calls it, without `.weight`.
    var name: String
    var site: AdaptationSite
    /// Of a linear map its rows, of an embedding the vocabulary.
    var outputs: Int
    var inputs: Int
    /// An expert's, or the router's.
    var isOfMixture = false
  }

  let family: String
  let isTied: Bool
  /// Linear maps and the embedding, in the order of the data flow; each once.
  private(set) var modules: [Module] = []
  /// All tensors: canonical name to the reference.
  private var tensors: [String: TensorReference] = [:]
  private var places: [String: Int] = [:]

  /// What stands before the layers: a model saved from within another one lacks it, or has another.
  private static let roots = [
    "model.language_model.", "language_model.model.", "language_model.", "model.decoder.", "decoder.", "transformer.", "gpt_neox.", "model.",
  ]

  /// A name without the part that differs between ways of saving a model.
  static func canonical(_ name: String) -> String {
    roots.first(where: name.hasPrefix).map { String(name.dropFirst($0.count)) } ?? name
  }

  init(_ blueprint: DecoderBlueprint) {
    family = blueprint.architecture
    isTied = blueprint.isTied
    let embedding = blueprint.embedding.tokens
    add(Module(name: Self.module(of: embedding), site: .embedding, outputs: embedding.outputs, inputs: embedding.inputs))
    let mixed = Set(
      blueprint.layers.flatMap { layer in
        if case .mixture = layer.feedForward { layer.feedForward.linears.map(\.weight.name) } else { [String]() }
      })
    for linear in blueprint.linears {
      let weight = linear.weight
      add(
        Module(
          name: Self.module(of: weight), site: .tensor(weight.name), outputs: weight.extent.rows, inputs: weight.extent.columns,
          isOfMixture: mixed.contains(weight.name)))
    }
    let vocabulary = blueprint.unembedding.vocabulary.weight
    let name = isTied ? "lm_head" : Self.module(of: vocabulary)
    add(Module(name: name, site: .unembedding, outputs: vocabulary.outputs, inputs: vocabulary.inputs))
    if isTied { places["embed_out"] = modules.count - 1 }
    for tensor in blueprint.tensors { tensors[Self.canonical(tensor.name)] = tensor }
  }

  private mutating func add(_ module: Module) {
    let name = Self.canonical(module.name)
    if places[name] != nil { return }
    places[name] = modules.count
    modules.append(module)
  }

  private static func module(of weight: TensorReference) -> String {
    weight.name.hasSuffix(".weight") ? String(weight.name.dropLast(7)) : weight.name
  }

  /// The linear map or embedding of a name.
  func module(_ name: String) -> Module? { places[Self.canonical(name)].map { modules[$0] } }

  /// Any tensor of the model: a norm's, a bias.
  func tensor(_ name: String) -> TensorReference? { tensors[Self.canonical(name)] }

  /// Names that a misspelt one can be compared with.
  var names: [String] { modules.map(\.name) }

  /// The last parts of the names, each once: what people list as targets.
  var kinds: [String] {
    var seen: Set<String> = []
    return modules.compactMap { $0.name.split(separator: ".").last.map(String.init) }.filter { seen.insert($0).inserted }
  }
}
