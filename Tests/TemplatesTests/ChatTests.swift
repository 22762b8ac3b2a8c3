// Conversations, the choice among templates, dates, and what a chat template is not allowed.

import Documents
import OrderedCollections
import Templates
import Testing

private let hello = ChatMessage(role: .user, content: "Hello")

@Test func messagesKeepTheirMembers() throws {
  let json = try JSONValue.parse(#"{"weight":1.0,"role":"assistant","content":null,"tool_calls":[{"id":"a"}],"name":"x"}"#)
  let message = try ChatMessage(json)
  #expect(Array(message.members.keys) == ["weight", "role", "tool_calls", "name"])
  #expect(message.role == .assistant && message.content == nil && message.text == nil && message.toolCalls == [["id": "a"]])
  let parts = try ChatMessage(["role": "user", "content": [["type": "text", "text": "a"], ["type": "image"], ["type": "text", "text": "b"]]])
  #expect(parts.text == "ab")
}

@Test(arguments: [
  ("[1]", "messages[0]: found a number, expected an object with \"role\" and \"content\""),
  ("{}", "messages: found an object, expected an array of messages"),
  (#"[{"content":"x"}]"#, "messages[0]: there is no \"role\"; a message needs one such as \"system\", \"user\" or \"assistant\""),
  (#"[{"role":3}]"#, "messages[0].role: found a number, expected a text"),
  (#"[{"role":"user","content":3}]"#, "messages[0].content: found a number, expected a text or an array of parts"),
  (#"[{"role":"user","content":["x"]}]"#, "messages[0].content[0]: found a string, expected an object with \"role\" and \"content\""),
])
func malformedMessagesAreNamed(_ json: String, _ sentence: String) throws {
  let value = try JSONValue.parse(json)
  let error = #expect(throws: ChatError.self) { try ChatMessage.messages(value) }
  #expect(error?.description == sentence)
}

@Test func anEmptyConversationIsRefused() throws {
  let template = try ChatTemplate("x")
  #expect(throws: ChatError.self) { try template.render(Conversation([])) }
}

@Test func variablesGoBeforeSpecialTokens() throws {
  let template = try ChatTemplate("{{ bos_token }}{{ eos_token }}{{ tools }}{{ documents }}{{ add_generation_prompt }}{{ custom }}")
  let conversation = Conversation(
    [hello], ending: .generationPrompt, specialTokens: ["bos_token": "<s>", "eos_token": "</s>"], variables: ["bos_token": "B", "custom": 1])
  #expect(try template.render(conversation) == "B</s>NoneNoneTrue1")
}

/// transformers cuts at its mark: behind the text where the template keeps spaces, behind the trimmed text where it does not.
@Test(arguments: [
  ("{% for m in messages %}[{{ m.content }}]{% endfor %}", "[Hello][Sure, "),
  ("{% for m in messages %}[{{ m.content|trim }}]{% endfor %}", "[Hello][Sure,"),
])
func theLastMessageCanStayOpen(_ text: String, _ expected: String) throws {
  let conversation = Conversation([hello, ChatMessage(role: .assistant, content: "Sure, ")], ending: .openMessage)
  #expect(try ChatTemplate(text).render(conversation) == expected)
}

@Test func aDroppedMessageCannotStayOpen() throws {
  let open = Conversation([hello], ending: .openMessage)
  #expect(throws: ChatError(place: "messages[0]", problem: .continuationLost)) { try ChatTemplate("no content").render(open) }
  let silent = Conversation([try ChatMessage(["role": "assistant"])], ending: .openMessage)
  #expect(throws: ChatError.self) { try ChatTemplate("x").render(silent) }
}

@Test func generatedTextIsFound() throws {
  // "é" takes two bytes: the block begins behind "<é>", at byte 4.
  let rendering = try ChatTemplate("<é>{% generation %}a{{ messages[0].content }}{% endgeneration %}!").rendering(of: Conversation([hello]))
  #expect(rendering.text == "<é>aHello!" && rendering.generated == [4..<10])
}

@Test func aTemplateIsChosenByNameOrTools() throws {
  var several = ChatTemplateSet(source: "m")
  for (name, text) in [("default", "D"), ("tool_use", "T"), ("rag", "R")] { several[name] = text }
  #expect(try several.text() == "D")
  #expect(try several.text(withTools: true) == "T")
  #expect(try several.text(named: "rag", withTools: true) == "R")
  let set = several
  #expect(throws: ChatError(place: "m", problem: .noTemplate(named: "rga", among: ["default", "tool_use", "rag"]))) {
    try set.text(named: "rga")
  }
  several["default"] = nil
  let rest = several
  #expect(throws: ChatError(place: "m", problem: .noDefaultTemplate(among: ["tool_use", "rag"]))) { try rest.text() }
}

/// `datetime(...).strftime(...)` of CPython 3.11 on glibc.
@Test(arguments: [
  (2024, 7, 9, "%a %A %b %B %d %-d %e|%y %Y %j %U %W %V %G %u %w %C", "Tue Tuesday Jul July 09 9  9|24 2024 191 27 28 28 2024 2 2 20"),
  (2021, 1, 3, "%F %D %j %U %W %V %G %u %w %^a %%", "2021-01-03 01/03/21 003 01 00 53 2020 7 0 SUN %"),
  (2020, 12, 31, "%x %c %V %G %j %-m %_d", "12/31/20 Thu Dec 31 14:05:03 2020 53 2020 366 12 31"),
  (1, 1, 1, "%A %j %G", "Monday 001 1"), (2024, 2, 29, "%H:%M:%S %I %p %T %R %r %f %q %", "14:05:03 02 PM 14:05:03 14:05 02:05:03 PM 000000 %q %"),
])
func datesPrintAsInPython(_ year: Int, _ month: Int, _ day: Int, _ format: String, _ text: String) throws {
  let date = try #require(CalendarTime(year: year, month: month, day: day, hour: 14, minute: 5, second: 3))
  #expect(date.formatted(format) == text)
}

@Test func aDateIsGivenOrMissed() throws {
  let template = try ChatTemplate("{{ strftime_now('%Y') }}")
  #expect(CalendarTime(year: 2023, month: 2, day: 29) == nil && CalendarTime(year: 2024, month: 13, day: 1) == nil)
  #expect(try template.render(Conversation([hello], date: CalendarTime(year: 2024, month: 2, day: 29))) == "2024")
  let error = #expect(throws: TemplateError.self) { try template.render(Conversation([hello])) }
  #expect(error?.description.contains("none is given") == true)
}

/// Every way for a chat template to run away ends with an error.
@Test(arguments: [
  "{% for i in range(10**9) %}x{% endfor %}", "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
  "{% macro m(x) %}{{ m(x ~ x) }}{% endmacro %}{{ m('a') }}",
  "{% set ns = namespace(t='ab') %}{% for i in range(99) %}{% set ns.t = ns.t + ns.t %}{% endfor %}",
  "{% for a in [1] recursive %}{{ loop([1, 2]) }}{% endfor %}", "{{ strftime_now('%A' * 100000000) }}",
  "{% generation %}{{ 'x' * 10**9 }}{% endgeneration %}",
  "{{ ('<' * 10000000)|e|e|e|e }}", "{% set ns = namespace(_x=1) %}", "{% set ns = namespace() %}{% set ns.__class__ = 1 %}",
  "{{ messages.append(1) }}",
  "{% for i in [1] %}{% generation %}{% break %}{% endgeneration %}{% endfor %}",
])
func hostileChatTemplatesStop(_ text: String) {
  var limits = TemplateEnvironment.Limits()
  limits.steps = 200_000
  limits.memory = 32 << 20
  #expect(throws: TemplateError.self) {
    try ChatTemplate(text, limits: limits).render(Conversation([hello], date: CalendarTime(year: 2024, month: 1, day: 1)))
  }
}
