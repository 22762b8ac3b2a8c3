// `flipgate merge`: shards into one record.

internal import ArgumentParser
internal import Records

struct MergeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Put the records of all shards together.",
    discussion: """
      Every shard must be there; an unfinished record is accepted as long as no item is missing in the end.

      EXAMPLE:
        $ flipgate merge shard-1.jsonl shard-2.jsonl --output merged.jsonl
      """)

  @Argument(help: ArgumentHelp("The shards' records.", valueName: "record"))
  var records: [String]

  @Option(name: [.long, .short], help: ArgumentHelp("Where the merged record is written.", valueName: "record"))
  var output: String

  @OptionGroup var messages: OutputOptions

  func run() async throws {
    let read = try records.map { (file: $0, record: try RecordReader.read($0, allowIncomplete: true)) }
    let merged = try RecordMerge.merge(read)
    try RecordWriter.write(merged, to: output)
    if !messages.quiet { Console.output(RecordSummary.text(merged, path: output)) }
  }
}
