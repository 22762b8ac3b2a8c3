// Keys of a task file to a definition: pipelines of filters.

internal import Documents

extension TaskReader {
  /// The pipelines of `filter_list`; without one the first answer is taken.
  mutating func filters() -> [FilterPipeline]? {
    guard let node = value("filter_list") else { return [.none] }
    guard let entries = node.sequence, !entries.isEmpty else {
      report(node.location, .wrongKind(key: "filter_list", found: node.kindName, expected: "a list of pipelines, each with \"name\" and \"filter\""))
      return nil
    }
    var pipelines: [FilterPipeline] = []
    for entry in entries {
      guard let pipeline = pipeline(entry) else { continue }
      if pipelines.contains(where: { $0.name == pipeline.name }) {
        report(entry.location, .member("the filter pipeline \(quoted(pipeline.name)) is listed twice; rename one of them"))
      } else {
        pipelines.append(pipeline)
      }
    }
    return pipelines.count == entries.count ? pipelines : nil
  }

  private mutating func pipeline(_ entry: YAMLNode) -> FilterPipeline? {
    guard let pairs = entry.mapping else {
      report(
        entry.location,
        .wrongKind(key: "filter_list", found: "a list with \(entry.kindName) in it", expected: "mappings with \"name\" and \"filter\""))
      return nil
    }
    check(pairs, against: KnownKeys.filterPipeline, inside: "filter_list")
    guard let name = entry["name"].flatMap({ string("name", $0) }), let nodes = entry["filter"]?.sequence else {
      report(entry.location, .missingKey(entry["name"] == nil ? "name" : "filter", why: "a pipeline has a name and a list of filters"))
      return nil
    }
    var steps: [(name: String, options: [(name: String, value: JSONValue)])] = []
    for node in nodes {
      guard let step = step(node) else { return nil }
      steps.append(step)
    }
    do {
      return try FilterPipeline(name: name, steps: steps)
    } catch {
      report(entry.location, .filter(name), cause: error)
      return nil
    }
  }

  private mutating func step(_ node: YAMLNode) -> (name: String, options: [(name: String, value: JSONValue)])? {
    guard let pairs = node.mapping, let function = node["function"] else {
      report(node.location, .missingKey("function", why: "it names the filter"))
      return nil
    }
    for (key, value) in pairs where value.tag == "!function" {
      check([(key, value)], against: [:], inside: "filter_list")
      return nil
    }
    guard let name = string("function", function) else { return nil }
    return (name, pairs.compactMap { pair in pair.key.text.flatMap { $0 == "function" ? nil : (name: $0, value: pair.value.json) } })
  }

  /// Filters of answers that are likelihoods: taking the first of one is all that can be done.
  mutating func likelihoodFilters() -> [FilterPipeline]? {
    for entry in value("filter_list")?.sequence ?? [] {
      for function in entry["filter"]?.sequence ?? [] where function["function"]?.text != "take_first" {
        report(
          function.location,
          .unsupported(key: "filter_list", reason: "likelihoods are scored as they are; only the function take_first leaves them so"))
      }
    }
    return [.none]
  }
}
