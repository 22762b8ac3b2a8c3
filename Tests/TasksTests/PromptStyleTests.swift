// Prompts through chat templates: open answers, system messages that a template refuses, and what joins continuations to them.

import Documents
import OrderedCollections
import Templates
import Testing

@testable import Tasks

private func task(_ lines: String) throws -> EvaluationTask {
  let folder = try TemporaryFolder(["task.yaml": taskText(lines), "data.jsonl": twoDocuments])
  return try #require(try TaskCatalog.load([folder["task.yaml"]]).first)
}

private func style(_ template: String, system: String? = nil, turns: Bool = false) throws -> PromptStyle {
  PromptStyle(
    systemInstruction: system,
    chat: PromptStyle.Chat(template: try ChatTemplate(template), specialTokens: ["eos_token": "</s>"], examplesAsTurns: turns))
}

private let tags =
  "{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"

@Test func choicesFollowTheGenerationPromptWithoutADelimiter() throws {
  let task = try task("description: \"Say. \"")
  guard case .multipleChoice(let requests, _, _, _) = try task.question(of: task.items[0], in: try style(tags, system: "Be brief.")) else {
    Issue.record("no choices")
    return
  }
  #expect(
    requests == ["a", "b"].map { LikelihoodRequest(context: "<system>Be brief.\n\nSay. </s><user>first</s><assistant>", continuation: $0) })
  #expect(
    task.question(plain: 0)
      == .multipleChoice(
        requests: ["a", "b"].map { LikelihoodRequest(context: "Say. first", continuation: " " + $0) }, choices: ["a", "b"], gold: [0],
        unconditional: []))
}

@Test func anAnswerThatIsBegunStaysOpen() throws {
  let task = try task("output_type: generate_until\ngen_prefix: \"So:\"\ndoc_to_target: \"{{c[gold]}}\"\ndoc_to_choice: null")
  guard case .generation(let request, let references) = try task.question(of: task.items[1], in: try style(tags)) else {
    Issue.record("no generation")
    return
  }
  #expect(request.context == "<user>second</s><assistant>So:" && references == ["b"])
}

@Test func examplesAreTurnsOrOneMessage() throws {
  let lines = "num_fewshot: 1\nfewshot_config: {sampler: first_n, samples: [{q: zero, c: [x, y], gold: 1}]}"
  let task = try task(lines)
  let context = "<user>zero</s><assistant>y</s><user>first</s><assistant>"
  #expect(try style(tags, turns: true).context(of: task.items[0].prompts[0]) == context)
  #expect(try style(tags).context(of: task.items[0].prompts[0]) == "<user>zero y\n\nfirst</s><assistant>")
  #expect(task.items[0].prompts[0].text() == "zero y\n\nfirst")
}

/// As the harness: a template that raises is asked again without the system message.
@Test func aRefusedSystemMessageIsLeftOut() throws {
  let refusing = "{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}" + tags
  let prompt = Prompt(instruction: "Say.", turns: [Prompt.Turn(role: .user, content: "x")])
  #expect(try style(refusing).context(of: prompt) == "<user>x</s><assistant>")
  #expect(throws: TemplateError.self) { try style("{{ raise_exception('never') }}").context(of: prompt) }
  // Python's own errors are none of Jinja's.
  #expect(throws: TemplateError.self) { try style("{% if messages[0].role == 'system' %}{{ 1 // 0 }}{% endif %}" + tags).context(of: prompt) }
}

@Test func identitiesDoNotDependOnTheChatTemplate() throws {
  let task = try task("")
  _ = try task.question(of: task.items[0], in: try style(tags))
  #expect(task.items[0].identity.hasPrefix("sha256:"))
}

extension EvaluationTask {
  fileprivate func question(plain index: Int) -> TaskItem.Question { items[index].question }
}
