// Keys of a task file to a definition: metrics with their options.

internal import Documents
internal import Metrics

extension TaskReader {
  mutating func metrics(_ kind: ResponseKind) -> [any Metric] {
    guard let node = value("metric_list") else { return MetricCatalog.defaults(for: kind) }
    guard let entries = node.sequence, !entries.isEmpty else {
      report(node.location, .wrongKind(key: "metric_list", found: node.kindName, expected: "a list of metrics"))
      return []
    }
    var metrics: [any Metric] = []
    for entry in entries {
      guard let metric = metric(entry, kind) else { continue }
      if metrics.contains(where: { $0.name == metric.name }) {
        report(entry.location, .member("the metric \(quoted(metric.name)) is listed twice; leave one of them out"))
      } else {
        metrics.append(metric)
      }
    }
    return metrics
  }

  private mutating func metric(_ entry: YAMLNode, _ kind: ResponseKind) -> (any Metric)? {
    guard let pairs = entry.mapping else {
      report(
        entry.location,
        .wrongKind(key: "metric_list", found: "a list with \(entry.kindName) in it", expected: "mappings with the key \"metric\""))
      return nil
    }
    for (key, value) in pairs where value.tag == "!function" {
      check([(key, value)], against: [:], inside: "metric_list")
      return nil
    }
    guard let node = entry["metric"] else {
      report(entry.location, .missingKey("metric", why: "it names the metric"))
      return nil
    }
    guard node.tag == nil, let name = string("metric", node) else { return nil }
    let metric: any Metric
    if let fetched = entry["hf_evaluate"], fetched.json.bool == true {
      report(fetched.location, .unsupported(key: "hf_evaluate", reason: "metrics are not fetched; use a built-in one"))
      return nil
    }
    let options = pairs.compactMap { pair in
      pair.key.text.flatMap { KnownKeys.metric.contains($0) ? nil : (name: $0, value: pair.value.json) }
    }
    do {
      metric = try MetricCatalog.metric(named: name, options: options, patterns: PythonPatterns())
    } catch {
      report(node.location, .metric(name), cause: error)
      return nil
    }
    guard metric.scores.contains(kind) else {
      let known = MetricCatalog.all.filter { $0.scores.contains(kind) }.map(\.name)
      report(node.location, .unknownValue(key: "metric", found: name, known: known))
      return nil
    }
    if let aggregation = entry["aggregation"], aggregation.tag == nil, aggregation.text != metric.aggregation.name {
      report(
        aggregation.location,
        .unknownValue(key: "aggregation", found: aggregation.text ?? aggregation.kindName, known: [metric.aggregation.name]))
    }
    if let direction = entry["higher_is_better"], direction.json.bool != metric.higherIsBetter {
      report(
        direction.location,
        .unknownValue(
          key: "higher_is_better", found: direction.text ?? direction.kindName, known: [metric.higherIsBetter ? "true" : "false"]))
    }
    return metric
  }
}
