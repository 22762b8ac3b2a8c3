// Keys of a task file to a definition: metrics, and filters of answers.

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
    check(pairs, against: KnownKeys.metric, inside: "metric_list")
    guard let node = entry["metric"] else {
      report(entry.location, .missingKey("metric", why: "it names the metric"))
      return nil
    }
    guard node.tag == nil, let name = string("metric", node) else { return nil }
    let metric: any Metric
    do {
      metric = try MetricCatalog.metric(named: name)
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

  /// Filters of answers that are likelihoods: taking the first of one is all that can be done.
  mutating func checkFilters() {
    guard let list = value("filter_list")?.sequence else { return }
    for entry in list {
      for function in entry["filter"]?.sequence ?? [] where function["function"]?.text != "take_first" {
        report(
          function.location,
          .unsupported(key: "filter_list", reason: "likelihoods are scored as they are; only the function take_first leaves them so"))
      }
    }
  }
}
