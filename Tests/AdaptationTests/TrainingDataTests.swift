// Training data: every form of a line, what is wrong with others and where, and how examples become tokens.

import Checkpoints
import Documents
import Foundation
import LanguageModels
import Tasks
import Templates
import Testing
import Tokenization

@testable import Adaptation

@Suite struct TrainingDataTests {
  static let folder = OptimizerTests.fixtures

  static func write(_ text: String, _ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "flipgate-data-\(UUID().uuidString).jsonl"
    try Files.write(text, to: path)
    defer { Files.remove(path) }
    try body(path)
  }

  /// A template in the manner of ChatML.
  static func chat() throws -> ExampleReader.Chat {
    let text = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
    return ExampleReader.Chat(template: try ChatTemplate(text), specialTokens: [:])
  }

  @Test func everyForm() throws {
    let lines = """
      {"prompt": "2 + 2 =", "completion": " 4"}

      {"text": "A whole text."}
      {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}], "weight": 2}
      {"prompt": [{"role": "user", "content": "Hi"}], "completion": [{"role": "assistant", "content": "Ho"}]}
      """
    try Self.write(lines) { path in
      let file = try ExampleReader(chat: try Self.chat()).read(path)
      #expect(file.examples.map(\.prompt) == ["2 + 2 =", "", "<|user|>Hi<|end|><|assistant|>", "<|user|>Hi<|end|><|assistant|>"])
      #expect(file.examples.map(\.completion) == [" 4", "A whole text.", "Hello<|end|>", "Ho<|end|>"])
      #expect(file.examples.map(\.isComplete) == [true, true, false, false])
      #expect(file.examples.map(\.weight) == [1, 1, 2, 1])
      #expect(file.examples[1].origin == .line(file: path, line: 3))
      #expect(file.digest.hasPrefix("sha256:"))
    }
  }

  static let broken: [(String, String)] = [
    ("{\"text\": \"a\"}\n{\"text\": }", ":2:10: "),
    ("[1]", ":1: this is no training example: found an array"),
    ("{\"question\": \"a\"}", ":1: this is no training example: found an object with the members \"question\""),
    ("{\"prompt\": 3, \"completion\": \"a\"}", ":1: \"prompt\" is a number; expected a text"),
    ("{\"prompt\": \"a\", \"completion\": \"\"}", ":1: there is nothing to learn"),
    ("{\"text\": \"a\", \"weight\": -1}", ":1: \"weight\" is -1; expected a number above 0"),
    ("{\"messages\": []}", ":1: \"messages\" is an empty list"),
    ("{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}", ":1: the example has messages, and the model has no chat template"),
    ("\n\n", "the file holds no examples"),
    ("", "the file holds no examples"),
  ]

  @Test(arguments: broken) func faultsHaveTheirPlace(_ text: String, _ words: String) throws {
    try Self.write(text) { path in
      let error = #expect(throws: (any Error).self) { try ExampleReader().read(path) }
      #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
    }
  }

  static func tokenizer() throws -> Tokenizer { try LanguageModel.tokenizer(of: try Checkpoint(path: folder + "/models/baseline")) }

  @Test func tokensAreThoseThatTheHarnessAsks() throws {
    let tokenizer = try Self.tokenizer()
    let example = TrainingExample(prompt: "The spoon is ", completion: "red.", origin: .line(file: "f", line: 1))
    func encode(completionOnly: Bool, addsEnd: Bool, limit: Int = 100) throws -> EncodedExample? {
      try ExampleEncoder(tokenizer, limit: limit, longExamples: .truncate, completionOnly: completionOnly, addsEnd: addsEnd).encode([example])
        .examples.first
    }
    let whole = try #require(try encode(completionOnly: false, addsEnd: false))
    #expect(whole.tokens == (try tokenizer.encode("The spoon is red.", addSpecialTokens: true)))
    #expect(whole.trained == 1..<whole.tokens.count)
    // The space belongs to the completion.
    #expect(whole.completionStart == (try tokenizer.encode("The spoon is", addSpecialTokens: true)).count)
    #expect(try encode(completionOnly: true, addsEnd: false)?.trained == whole.completionStart..<whole.tokens.count)
    let ended = try #require(try encode(completionOnly: false, addsEnd: true))
    #expect(ended.tokens == whole.tokens + [try #require(tokenizer.eosID)])
    // The prompt loses its beginning, the completion stays.
    let cut = try #require(try encode(completionOnly: true, addsEnd: false, limit: whole.tokens.count - 1))
    #expect(cut.tokens == Array(whole.tokens.dropFirst()) && cut.isTruncated && cut.completionStart == whole.completionStart - 1)
  }

  @Test func longExamplesAreRefusedWhereAskedFor() throws {
    let encoder = ExampleEncoder(try Self.tokenizer(), limit: 3, longExamples: .refuse, completionOnly: false, addsEnd: false)
    let error = #expect(throws: TrainingDataError.self) {
      try encoder.encode([TrainingExample(prompt: "", completion: "One two three four five six", origin: .line(file: "f", line: 7))])
    }
    #expect(error?.description.hasPrefix("f:7: the example has ") == true)
  }

  @Test func aTasksTrainingSplit() throws {
    let task = try #require(try TaskCatalog.loadTraining([Self.folder + "/tasks/stories.yaml"]).first)
    let examples = TrainingExample.examples(of: task)
    #expect(examples.count == 200)
    // The first lines of train.jsonl are the same examples, by the generator.
    let file = try ExampleReader().read(Self.folder + "/tasks/train.jsonl")
    #expect(Array(file.examples.prefix(3)).map { $0.prompt + $0.completion } == examples.prefix(3).map { $0.prompt + $0.completion })
    let error = #expect(throws: TaskLoadError.self) { try TaskCatalog.loadTraining([Self.folder + "/tasks/arithmetic_greedy.yaml"]) }
    #expect(error?.description.contains("names no training_split") == true)
  }

  @Test func splitsKeepEveryExampleOnce() throws {
    let examples = TrainerTests.split(50)
    #expect(examples.training.count == 40 && examples.validation.count == 10)
    #expect(Set((examples.training + examples.validation).map(\.example.completion)).count == 50)
  }
}
