// Items of the gate in training data: found in every disguise that leaves their words, and nowhere else.

import Adaptation
import Documents
import Foundation
import Tasks
import Testing

@Suite struct OverlapTests {
  static let question =
    "A man in a red jacket climbs a ladder to the roof of a small house, takes a brush out of a bucket and begins to paint the old chimney white."
  static let others = [
    "Two girls carry a heavy table through a narrow door while their mother holds the dog back on the other side of the garden fence.",
    "The cook cuts three onions into thin slices, heats oil in a deep pan and stirs until everything is golden and smells of butter.",
    "After the storm the fishermen found their boats on the beach, turned over and full of sand, but none of the nets was torn.",
  ]

  static func task(_ questions: [String]) -> EvaluationTask {
    let items = questions.enumerated().map { index, text in
      TaskItem(
        identity: "sha256:\(index)", index: index,
        question: .multipleChoice(
          requests: ["He paints it.", "He eats it."].map { LikelihoodRequest(context: text, continuation: " " + $0) },
          choices: ["He paints it.", "He eats it."], gold: [0], unconditional: []), target: "He paints it.")
    }
    return EvaluationTask(
      name: "t", taskDigest: "", dataDigest: "", fewshotCount: 0, items: items, metrics: [], primaryMetric: "acc")
  }

  static func findings(_ text: String, completion: String = "", in questions: [String] = [question] + others) -> [OverlapCheck.Finding] {
    OverlapCheck([task(questions)]).findings(in: [TrainingExample(prompt: text, completion: completion, origin: .line(file: "f", line: 1))])
  }

  static let disguises: [(String, String)] = [
    ("the item itself", question),
    ("upper case", question.uppercased()),
    ("white space", question.replacingOccurrences(of: " ", with: "  \n\t")),
    ("punctuation", question.replacingOccurrences(of: ",", with: " -").replacingOccurrences(of: ".", with: "!!")),
    (
      "full-width letters",
      String(
        String.UnicodeScalarView(
          question.unicodeScalars.map { scalar in
            scalar.value > 0x60 && scalar.value < 0x7B ? UnicodeScalar(scalar.value + 0xFEE0) ?? scalar : scalar
          }))
    ),
    ("inside of other text", "Read this story. " + question + " What will happen next? Answer in one sentence."),
    ("one word changed", question.replacingOccurrences(of: "bucket", with: "bag")),
    ("two words changed", question.replacingOccurrences(of: "jacket", with: "coat").replacingOccurrences(of: "white", with: "grey")),
    ("half of it", "A man in a red jacket climbs a ladder to the roof of a small house, takes a brush out of a bucket"),
  ]

  @Test(arguments: disguises) func disguisedItemsAreFound(_ name: String, _ text: String) {
    let found = Self.findings(text)
    #expect(found.first?.item == "sha256:0", "\(name)")
  }

  @Test func theRightAnswerBehindTheQuestionIsTheSameItem() {
    #expect(Self.findings(Self.question, completion: " He paints it.").first?.kind == .same)
    #expect(Self.findings(Self.question, completion: " He eats it.").first?.kind == .same)
  }

  @Test(arguments: [
    "A man in a blue coat climbs out of a car and waves.",
    "The painter takes a brush out of a bucket and cleans the windows of the school before the children come back from their holidays.",
    "Two girls carry a box.", "", "He paints it.",
  ])
  func otherTextsAreNot(_ text: String) { #expect(Self.findings(text).isEmpty) }

  /// What all items of a task share is its wording, not an item.
  @Test func theTasksOwnWordingDoesNotCount() {
    let wording = "Here is a short story about people and their daily work. Read it with care and choose the ending that fits best. "
    let questions = ([Self.question] + Self.others).map { wording + $0 }
    #expect(Self.findings(wording + "A bird sings.", in: questions).isEmpty)
    #expect(Self.findings(wording + Self.question, in: questions).first?.item == "sha256:0")
  }

  @Test func shortItemsAreFoundWhole() {
    let questions = ["What is the capital of France?", "Who wrote Hamlet and Macbeth?"]
    #expect(Self.findings("Tell me: what is the capital of France", completion: " Paris", in: questions).first?.item == "sha256:0")
    #expect(Self.findings("What is the capital of Spain?", completion: " Madrid", in: questions).isEmpty)
  }

  /// The gate's own training split: templates fill both with the same few words, so that some examples are another item in all but a name.
  @Test func theFixturesTrainingSplitAgainstTheirItems() throws {
    let path = OptimizerTests.fixtures + "/tasks/stories.yaml"
    let check = OverlapCheck(try TaskCatalog.load([path]))
    #expect(check.itemCount == 300)
    let asked = TrainingExample.examples(of: try #require(try TaskCatalog.load([path]).first))
    #expect(check.findings(in: asked).count == 300, "every item is found in itself")
    let trained = TrainingExample.examples(of: try #require(try TaskCatalog.loadTraining([path]).first))
    #expect(check.findings(in: trained).count < trained.count / 4)
  }

  @Test func theErrorNamesLinesAndItems() {
    let error = OverlapError(findings: Self.findings(Self.question), examples: 12)
    #expect(error.description.contains("1 of 12 training examples hold items of the gate"))
    #expect(error.description.contains("f:1 is the same as item 0 of t (sha256:0)"))
  }
}
