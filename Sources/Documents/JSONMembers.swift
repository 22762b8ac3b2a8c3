// Objects built from and read as pairs, in order.

internal import OrderedCollections

extension JSONValue {
  /// An object of the pairs in their order; of a repeated key the last value stays.
  public static func object(of pairs: some Sequence<(String, JSONValue)>) -> JSONValue {
    .object(OrderedDictionary(pairs, uniquingKeysWith: { _, last in last }))
  }

  /// The pairs of an object in their order; nil where this is no object.
  public var members: [(key: String, value: JSONValue)]? {
    if case .object(let members) = self { members.map { ($0.key, $0.value) } } else { nil }
  }
}
