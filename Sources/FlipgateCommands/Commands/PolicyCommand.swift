// `flipgate policy`: a policy in sentences, one from history, and the schema of the format.

internal import ArgumentParser
internal import Comparison
internal import Documents
internal import Metrics
internal import Policies
internal import Records

struct PolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Explain a policy, suggest one from history, or print the schema of policies.",
    subcommands: [ExplainCommand.self, SuggestCommand.self, SchemaCommand.self])
}

extension PolicyCommand {
  struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "explain", abstract: "Say in sentences what a policy allows, and which counts would pass.",
      discussion: """
        EXAMPLE:
          $ flipgate policy explain policy.yaml --record current.jsonl
        """)

    @Argument(help: ArgumentHelp("The policy.", valueName: "file"))
    var policy: String

    @Option(help: ArgumentHelp("Work out the counts for so many items in every task and slice.", valueName: "n"))
    var items: PositiveArgument?

    @Option(help: ArgumentHelp("Work out the counts for the items of a run record or log.", valueName: "record"))
    var record: String?

    @OptionGroup var logs: LogOptions

    func validate() throws {
      if items != nil, record != nil { throw ValidationError("give --items or --record: a record says itself how many items it holds") }
    }

    func run() async throws {
      let policy = try Policy.load(policy, knownMetrics: MetricCatalog.all.map(\.name))
      var supply = items.map { ItemSupply.each($0.value) }
      if let record { supply = ItemSupply(try RecordedRun(path: record, format: logs.format.format)) }
      Console.output(policy.explanation(on: supply).joined(separator: "\n"))
    }
  }

  struct SuggestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "suggest", abstract: "Suggest budgets from the records of earlier updates.",
      discussion: """
        Each record is compared with the one before. Two records of the same weights show the noise of an engine. The policy allows what was: \
        it is a place to start from.

        EXAMPLE:
          $ flipgate policy suggest --from current.jsonl next.jsonl --output suggested.yaml
        """)

    @Option(name: .customLong("from"), parsing: .upToNextOption, help: ArgumentHelp("Run records or logs, the oldest first.", valueName: "records"))
    var records: [String]

    @Option(help: ArgumentHelp("Confidence of the bounds.", valueName: "ratio"))
    var level = RatioArgument(value: 0.95)

    @Option(name: [.long, .short], help: ArgumentHelp("Write to a file, not to standard output.", valueName: "file"))
    var output: String?

    @OptionGroup var logs: LogOptions

    func validate() throws {
      if records.count < 2 { throw ValidationError("--from takes two records or more: an update is a record and the one before") }
      if !(level.value > 0.5 && level.value < 1) { throw ValidationError("--level is above 0.5 and below 1") }
    }

    func run() async throws {
      var updates: [Comparison] = []
      for (old, new) in zip(records, records.dropFirst()) {
        let sides = try await logs.read(old, new)
        let settings = ComparisonSettings(level: level.value)
        let comparison = try Comparison.compare(sides.0, sides.1, settings: settings, fetchesTexts: false)
        if let difference = comparison.differences.first(where: \.isInvalidating) {
          Console.error(
            "\(visible(old)) and \(visible(new)) can't be compared: \(difference.aspect) is \(quoted(difference.baseline)) on one side and "
              + "\(quoted(difference.candidate)) on the other")
          throw CommandExit(status: .undecided)
        }
        updates.append(comparison)
      }
      let suggestion = PolicySuggestion(updates, level: level.value, knownMetrics: MetricCatalog.all.map(\.name))
      if suggestion.isEmpty {
        Console.error("the records have no item in common that both scored, so there is nothing to suggest budgets from")
        throw CommandExit(status: .undecided)
      }
      if let output {
        try Files.write(suggestion.text, to: output)
      } else {
        Console.output(String(suggestion.text.dropLast()))
      }
    }
  }

  struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "schema", abstract: "Print the JSON schema (draft-07) of policies, for editors.",
      discussion: """
        EXAMPLE:
          $ flipgate policy schema
        """)

    func run() async throws { Console.output(PolicySchema.document, layout: .indented) }
  }
}
