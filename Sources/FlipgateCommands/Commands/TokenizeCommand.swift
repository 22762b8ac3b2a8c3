// `flipgate tokenize`: what the tokenizer does with a text.

internal import ArgumentParser
internal import Checkpoints
internal import Documents
internal import LanguageModels
internal import Tokenization

struct TokenizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize", abstract: "Show the tokens of a text.",
    discussion: """
      EXAMPLE:
        $ flipgate tokenize models/current "Zoe has a red cup." --json
      """)

  @Argument(help: ModelOptions.argument)
  var model: String

  @Argument(help: ArgumentHelp("The text.", valueName: "text"))
  var text: String?

  @Option(help: ArgumentHelp("Read the text from a file.", valueName: "file"))
  var file: String?

  @Flag(name: .customLong("no-special"), help: "Add no special tokens around the text.")
  var noSpecial = false

  @Flag(help: "Write JSON: {\"ids\":[..],\"tokens\":[..],\"decoded\":\"..\"}.")
  var json = false

  @OptionGroup var models: ModelOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if (text == nil) == (file == nil) { throw ValidationError("give either a text or --file, not both") }
  }

  func run() async throws {
    let tokenizer = try LanguageModel.tokenizer(of: try Checkpoint(path: try await models.path(of: model, output)))
    let bytes = try file.map { try Files.read($0) } ?? Array((text ?? "").utf8)
    let ids = try tokenizer.encode(bytes, addSpecialTokens: !noSpecial)
    let tokens = ids.map { tokenizer.token($0) ?? "" }
    if json {
      let value: JSONValue = [
        "ids": .array(ids.map { .integer(Int($0)) }), "tokens": .array(tokens.map { .string($0) }),
        "decoded": .string(try tokenizer.decode(ids, skipSpecialTokens: false)),
      ]
      Console.output(value)
    } else {
      let width = ids.map { String($0).count }.max() ?? 0
      Console.output(
        zip(ids, tokens).map { id, token in
          String(repeating: " ", count: width - String(id).count) + "\(id)  \(quoted(token))"
        }.joined(separator: "\n"))
      Console.output("\(ids.count) tokens")
    }
  }
}
