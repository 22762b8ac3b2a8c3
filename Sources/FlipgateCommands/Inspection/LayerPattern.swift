// In which layers something is so, in words: everywhere, every fourth, five of six.

/// Layers by a property, in the order in which its values first come.
struct LayerPattern<Value: Hashable> {
  let count: Int
  let groups: [(value: Value, layers: [Int])]

  init<Layer>(_ layers: [Layer], _ property: (Layer) -> Value) {
    count = layers.count
    var order: [Value] = []
    var found: [Value: [Int]] = [:]
    for (index, layer) in layers.enumerated() {
      let value = property(layer)
      if found[value] == nil { order.append(value) }
      found[value, default: []].append(index)
    }
    groups = order.map { ($0, found[$0] ?? []) }
  }

  /// Where a group's layers are; empty where it has all.
  func place(of layers: [Int]) -> String {
    if layers.count == count { return "" }
    if let step = step(of: layers) { return "in every \(Self.ordinal(step)) layer" }
    let others = Array(Set(0..<count).subtracting(layers)).sorted()
    if let step = step(of: others) { return "in \(step - 1) of \(step) layers" }
    if layers == Array(0..<layers.count) { return "in the first \(layers.count) of \(count) layers" }
    if layers == Array((count - layers.count)..<count) { return "in the last \(layers.count) of \(count) layers" }
    return "in \(layers.count) of \(count) layers"
  }

  /// Each value in words with its place, joined.
  func words(_ word: (Value) -> String?) -> String {
    groups.compactMap { group in
      word(group.value).map { text in
        let place = place(of: group.layers)
        return place.isEmpty ? text : "\(text) \(place)"
      }
    }.joined(separator: ", ")
  }

  /// n where these are every n-th layer, counted from 1.
  private func step(of layers: [Int]) -> Int? {
    guard let first = layers.first, first > 0, layers.count > 1 || count < 2 * (first + 1) else { return nil }
    let step = first + 1
    return layers == Array(stride(from: first, to: count, by: step)) ? step : nil
  }

  private static func ordinal(_ number: Int) -> String {
    switch (number % 100, number % 10) {
    case (11...13, _): "\(number)th"
    case (_, 1): "\(number)st"
    case (_, 2): "\(number)nd"
    case (_, 3): "\(number)rd"
    default: "\(number)th"
    }
  }
}
