// The filters: their names, the names of their arguments, and where each is computed.

internal import OrderedCollections

/// The filters of Jinja that are offered here.
enum Filter: String, CaseIterable, Sendable {
  case abs, attr, batch, capitalize, center, count, d, `default`, dictsort, e, escape, first, float, forceescape, format, groupby, indent
  case int, items, join, last, length, list, lower, map, max, min, reject, rejectattr, replace, reverse, round, safe, select, selectattr
  case slice, sort, string, striptags, sum, title, tojson, trim, truncate, unique, upper, urlencode, wordcount
  case regexReplace = "regex_replace"

  /// Jinja's filters that are not offered.
  static let refused: Set<String> = ["filesizeformat", "pprint", "random", "urlize", "wordwrap", "xmlattr"]

  init?(name: String, _ environment: TemplateEnvironment) {
    guard let filter = Filter(rawValue: name), filter != .regexReplace || environment.hasRegexReplace else { return nil }
    self = filter
  }

  /// The names of its arguments, in order.
  var parameters: [String] {
    switch self {
    case .attr: ["name"]
    case .batch: ["linecount", "fill_with"]
    case .slice: ["slices", "fill_with"]
    case .center: ["width"]
    case .d, .default: ["default_value", "boolean"]
    case .dictsort: ["case_sensitive", "by", "reverse"]
    case .float: ["default"]
    case .groupby: ["attribute", "default", "case_sensitive"]
    case .indent: ["width", "first", "blank"]
    case .int: ["default", "base"]
    case .join: ["d", "attribute"]
    case .max, .min, .unique: ["case_sensitive", "attribute"]
    case .replace: ["old", "new", "count"]
    case .round: ["precision", "method"]
    case .sort: ["reverse", "case_sensitive", "attribute"]
    case .sum: ["attribute", "start"]
    case .tojson: ["indent", "ensure_ascii", "separators", "sort_keys"]
    case .trim: ["chars"]
    case .truncate: ["length", "killwords", "end", "leeway"]
    case .regexReplace: ["pattern", "repl", "count"]
    default: []
    }
  }
}

extension Interpreter {
  func apply(_ filter: Filter, to value: Value, _ arguments: CallArguments) throws -> Value {
    try passOver(value)
    let result = try filtered(filter, value, arguments)
    switch result {
    case .list(let elements), .tuple(let elements), .iterator(let elements): try allocate(elements.values.count &* 16)
    default: break
    }
    return result
  }

  private func filtered(_ filter: Filter, _ value: Value, _ arguments: CallArguments) throws -> Value {
    if case .markup(let text) = value {
      switch filter {
      case .safe, .e, .escape, .d, .default: return value
      case .format: break
      default:
        let result = try apply(filter, to: .string(text), arguments)
        return keepsMark(filter) ? try marked(result) : result
      }
    }
    switch filter {
    case .map, .select, .reject, .selectattr, .rejectattr: return try applyEach(filter, to: value, arguments)
    case .format:
      guard arguments.positional.isEmpty || arguments.named.isEmpty else {
        throw Fault.type("can't handle positional and keyword arguments at the same time")
      }
      let values =
        arguments.named.isEmpty
        ? try Value.tuple(arguments.positional) : try .dictionary(arguments.named.map { (.string($0.name), $0.value) })
      return try binary(.modulo, value.isMarked ? value : .string(try text(of: value)), values)
    default: break
    }
    let bound = FilterArguments(
      values: try arguments.unmarked.bound(to: filter.parameters, of: "the filter '\(filter.rawValue)'"), interpreter: self)
    switch filter {
    case .d, .default:
      let isMissing = try value.isUndefined || (bound.flag(1, false) && !value.isTrue)
      return isMissing ? bound[0] ?? .string("") : value
    case .abs, .round, .int, .float, .sum, .min, .max: return try applyNumber(filter, to: value, bound)
    case .capitalize, .center, .e, .escape, .forceescape, .indent, .lower, .replace, .safe, .string, .striptags, .title, .trim, .truncate,
      .upper, .urlencode, .wordcount, .regexReplace:
      return try applyText(filter, to: value, bound)
    default: return try applyCollection(filter, to: value, bound)
    }
  }
}

/// A filter's arguments by place, with Python's checks.
struct FilterArguments {
  let values: [Value?]
  let interpreter: Interpreter

  subscript(_ index: Int) -> Value? { index < values.count ? values[index] : nil }

  func flag(_ index: Int, _ fallback: Bool) throws -> Bool { try self[index].map { try interpreter.isTrue($0) } ?? fallback }

  func integer(_ index: Int, _ fallback: Int) throws -> Int {
    guard let value = self[index] else { return fallback }
    guard let integer = try interpreter.defined(value).integer else {
      throw Fault.type("'\(value.typeName)' object cannot be interpreted as an integer")
    }
    return integer
  }

  func text(_ index: Int, _ fallback: String) throws -> String {
    guard let value = self[index] else { return fallback }
    return try interpreter.text(of: value)
  }

  /// The argument as text, or nil where it is left out or none.
  func optionalText(_ index: Int) throws -> String? {
    guard let value = self[index], !value.isNone else { return nil }
    return try interpreter.text(of: value)
  }
}
