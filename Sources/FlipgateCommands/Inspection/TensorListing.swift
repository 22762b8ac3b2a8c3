// The tensors of a file: all of them, or one line for each kind.

internal import Checkpoints
internal import Documents
internal import Tensors

struct TensorListing {
  private let tensors: [TensorInfo]

  init(_ checkpoint: Checkpoint) { tensors = checkpoint.tensors }

  var bytes: Int { tensors.reduce(0) { $0 + $1.byteRange.count } }

  /// Element types with how many tensors have each, most numbers first: `bf16 × 200, f32 × 3`.
  var types: [(type: ElementType, tensors: Int)] {
    Dictionary(grouping: tensors, by: \.elementType)
      .map { ($0.key, $0.value.count, $0.value.reduce(0) { $0 + $1.elementCount }) }
      .sorted { ($0.2, $1.0.rawValue) > ($1.2, $0.0.rawValue) }.map { ($0.0, $0.1) }
  }

  var typesInWords: String { types.map { types.count == 1 ? $0.type.rawValue : "\($0.type.rawValue) × \($0.tensors)" }.joined(separator: ", ") }

  var json: JSONValue {
    .array(
      tensors.map { tensor in
        [
          "name": .string(tensor.name), "type": .string(tensor.elementType.rawValue), "shape": .array(tensor.shape.map { .integer($0) }),
        ]
      })
  }

  var all: [String] {
    let width = tensors.map { $0.name.count }.max() ?? 0
    return tensors.map { "  \($0.name.padding(to: width + 2))\($0.elementType.rawValue.padding(to: 6))\($0.shape)" }
  }

  /// One line for each kind of tensor: the layer number replaced by how many layers have it.
  var kinds: [String] {
    var order: [String] = []
    var counts: [String: Int] = [:]
    for tensor in tensors {
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
