// `flipgate inspect`: what is in a checkpoint or an adapter, and whether the two fit.

internal import ArgumentParser
internal import Checkpoints
internal import Documents
internal import LanguageModels

struct InspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what is in a checkpoint or adapter: family, sizes, how its layers differ, tokenizer, digests.",
    discussion: """
      With --adapter, the exit status is 2 where the adapter does not fit the checkpoint.

      EXAMPLE:
        $ flipgate inspect models/current --json
      """)

  @Argument(help: ModelOptions.argument)
  var model: String

  @Option(help: ArgumentHelp("A LoRA adapter: say whether it fits the checkpoint.", valueName: "dir"))
  var adapter: String?

  @Flag(help: "Write JSON.")
  var json = false

  @Flag(name: .customLong("all-tensors"), help: "List every tensor, not one line for each kind.")
  var allTensors = false

  @OptionGroup var models: ModelOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    do {
      if adapter == nil, Adapter.isAdapter(model), !Files.exists(Files.path("config.json", relativeTo: model)) {
        let inspection = AdapterInspection(try Adapter(path: model))
        show(inspection.json, inspection.sheet, TensorListing(inspection.adapter.weights))
        return
      }
      let checkpoint = try Checkpoint(path: try await models.path(of: model, output))
      let inspection = Inspection(checkpoint, weightsDigest: try checkpoint.weightsDigest())
      guard let adapter else { return show(inspection.json, inspection.sheet, TensorListing(checkpoint)) }
      let opened = AdapterInspection(try Adapter(path: adapter))
      try opened.adapter.check(fits: try inspection.blueprint.get(), of: checkpoint)
      show(
        inspection.json.adding("adapter", opened.json), inspection.sheet + [("", "")] + opened.sheet + [("", "the adapter fits the checkpoint")],
        TensorListing(opened.adapter.weights))
    } catch {
      // Machines get a document all the same; what went wrong also goes where errors go.
      if json { Console.output(["path": .string(model), "problem": .string(explanation(of: error))], layout: .indented) }
      throw error
    }
  }

  private func show(_ value: JSONValue, _ sheet: FactSheet, _ tensors: TensorListing) {
    if json {
      Console.output(value.adding("tensors", tensors.json), layout: .indented)
    } else {
      Console.output((sheet.lines + [""] + (allTensors ? tensors.all : tensors.kinds)).joined(separator: "\n"))
    }
  }
}

/// Names and values, one below the other; a value may have several lines. Names without a value are headings.
typealias FactSheet = [(name: String, value: String)]

extension FactSheet {
  var lines: [String] {
    map { name, value in
      if name.isEmpty { return value.isEmpty ? "" : "  \(value)" }
      if value.isEmpty { return name }
      return "  " + name.padding(to: 14) + value.replacing("\n", with: "\n" + String(repeating: " ", count: 16))
    }
  }
}

extension JSONValue {
  /// An object with one more member.
  func adding(_ key: String, _ value: JSONValue) -> JSONValue { .object(of: (members ?? []).map { ($0.key, $0.value) } + [(key, value)]) }
}

extension String {
  /// The text with spaces behind it up to a width.
  func padding(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
}

extension Int {
  /// `12,345,678`
  var grouped: String {
    var digits = String(magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (self < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
  }
}
