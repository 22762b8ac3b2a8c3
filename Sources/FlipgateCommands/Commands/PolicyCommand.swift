// `flipgate policy`: a policy in sentences, and the schema of its format.

internal import ArgumentParser
internal import Documents
internal import Metrics
internal import Policies
internal import Records

struct PolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Explain a policy, or print the schema of policies.",
    subcommands: [ExplainCommand.self, SchemaCommand.self])
}

extension PolicyCommand {
  struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "explain", abstract: "Say in sentences what a policy allows, and which counts would pass.")

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

  struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "schema", abstract: "Print the JSON schema (draft-07) of policies, for editors.")

    func run() async throws { Console.output(PolicySchema.document, layout: .indented) }
  }
}
