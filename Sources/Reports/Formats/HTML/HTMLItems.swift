// The items that users would notice, worst first: each can be linked, folded, filtered by task, slice, kind and text.

internal import Comparison
internal import Documents
internal import Policies

struct HTMLItems {
  let items: [ReportedItem]
  /// Names in the order in which filters offer them; an item's place among them stands in its element.
  private let tasks: [String]
  private let slices: [String]
  private let slicePlaces: [String: Int]

  /// The most names that a filter offers.
  static let optionLimit = 300
  /// How many items stand open.
  static let openLimit = 3

  init(_ result: GateResult) {
    items = result.worstItems
    let named = Set(items.map(\.task))
    tasks = Array(result.tasks.map(\.task).filter(named.contains).prefix(Self.optionLimit))
    slices = Array(Set(items.lazy.flatMap(\.sliceNames)).sorted().prefix(Self.optionLimit))
    slicePlaces = Dictionary(uniqueKeysWithValues: slices.enumerated().map { ($1, $0) })
  }

  func part(bytes: Int) -> HTMLPart? {
    if items.isEmpty { return nil }
    let filters = filters()
    var identifiers = HTMLIdentifiers()
    let taskPlaces = Dictionary(tasks.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let list = HTMLList(Array(items.enumerated()), bytes: bytes - filters.count) { place, item in
      let id = identifiers.id("item-\(HTMLText.slug(item.task))-\(HTMLText.slug(item.shortName))")
      return HTMLItem(item: item, id: id).html(
        task: taskPlaces[item.task], slices: item.sliceNames.compactMap { slicePlaces[$0] }, isOpen: place < Self.openLimit)
    }
    let flips = items.count { $0.flip == .negative }
    let drops = items.count - flips
    let what = [
      flips > 0 ? "\(HTMLText.items(flips)) went from right to wrong" : "",
      drops > 0 ? "\(HTMLText.items(drops)) lost more of a score than a budget allows" : "",
    ].filter { !$0.isEmpty }.joined(separator: ", ")
    return HTMLPart(
      id: "items", title: "Items",
      content: group {
        tag("p", ["class": "intro"]) { "\(what). \(flips > 0 ? "The surest wrong answers" : "The largest losses") come first." }
        filters
        tag("div", ["class": "items"]) { list.html }
        list.rest("items")
      })
  }

  // MARK: Filters

  /// Hidden until the script shows them: without it they would do nothing.
  private func filters() -> HTML {
    let kinds = ItemKind.allCases.filter { kind in items.contains { $0.kind == kind } }
    return tag("form", ["class": "filters", "hidden": "", "role": "search", "aria-label": "Filter items"]) {
      if tasks.count > 1 { select("task", "Task", "All tasks", tasks.enumerated().map { ("\($0)", $1) }) }
      if !slices.isEmpty { select("slice", "Slice", "All slices", slices.enumerated().map { ("\($0)", $1) }) }
      if kinds.count > 1 { select("kind", "Kind", "All kinds", kinds.map { ($0.rawValue, $0.word) }) }
      tag("label", ["class": "search"]) {
        tag("span", ["class": "hidden-text"]) { "Text" }
        void("input", ["type": "search", "name": "text", "placeholder": "Search in answers", "autocomplete": "off"])
      }
      tag("output", ["aria-live": "polite"]) {}
    }
  }

  private func select(_ name: String, _ label: String, _ everything: String, _ options: [(value: String, name: String)]) -> HTML {
    tag("label") {
      tag("span", ["class": "hidden-text"]) { label }
      tag("select", ["name": name]) {
        tag("option", ["value": ""]) { everything }
        for option in options { tag("option", ["value": option.value]) { HTMLText.name(option.name) } }
      }
    }
  }
}

/// Why an item is shown.
enum ItemKind: String, CaseIterable {
  case flip
  case drop

  var word: String {
    switch self {
    case .flip: "Right → wrong"
    case .drop: "Lost score"
    }
  }
}

extension ReportedItem {
  var kind: ItemKind { flip == .negative ? .flip : .drop }

  /// `field=value` of each slice that the item is in.
  var sliceNames: [String] {
    (document["slices"]?.members ?? []).prefix(20).compactMap { field, value in
      value.string.map { "\(HTMLText.name(field))=\(HTMLText.name($0))" }
    }
  }
}
