// Chat templates against transformers: the same prompt, the same generation blocks, an error where it has one (fixtures/generate/chat_renderings.py).

import Documents
import OrderedCollections
import Templates
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What transformers made of a folder of templates.
struct ChatRenderings: Sendable {
  struct Rendering: Sendable {
    var template: String
    var input: String
    var output: String?
    var generated: [Range<Int>]
    var failure: String?
    var message: String
  }

  var folder: String
  var inputs: OrderedDictionary<String, Conversation> = [:]
  var renderings: [Rendering] = []

  init(_ file: String, folder: String) throws {
    self.folder = folder
    let document = try JSONValue.parse(try Files.read(file), file: file)
    // The generator's date, 2024-07-09T14:05:03.
    let date = CalendarTime(year: 2024, month: 7, day: 9, hour: 14, minute: 5, second: 3)
    var special: [String: String] = [:]
    for (name, token) in document["special_tokens"]?.object ?? [:] { special[name] = token.string }
    for (name, input) in document["inputs"]?.object ?? [:] {
      guard var members = input.object else { continue }
      let messages = try ChatMessage.messages(members.removeValue(forKey: "messages") ?? [])
      let hasPrompt = members.removeValue(forKey: "add_generation_prompt")?.bool ?? false
      let isOpen = members.removeValue(forKey: "continue_final_message")?.bool ?? false
      let tools = members.removeValue(forKey: "tools")?.array
      let documents = members.removeValue(forKey: "documents")?.array
      inputs[name] = Conversation(
        messages, ending: isOpen ? .openMessage : hasPrompt ? .generationPrompt : .complete, tools: tools, documents: documents,
        specialTokens: special,
        variables: members, date: date)
    }
    renderings = (document["renderings"]?.array ?? []).map { row in
      Rendering(
        template: row["template"]?.string ?? "", input: row["input"]?.string ?? "", output: row["output"]?.string,
        generated: (row["generated"]?.array ?? []).compactMap { span in
          guard let start = span.array?.first?.integer, let end = span.array?.last?.integer else { return nil }
          return start..<end
        }, failure: row["fails"]?.string, message: row["message"]?.string ?? "")
    }
  }

  /// Renders everything; returns how many were compared.
  func check() throws -> Int {
    var texts: [String: ChatTemplate] = [:]
    var failures: [String: any Error] = [:]
    for name in Set(renderings.map(\.template)) {
      do {
        texts[name] = try ChatTemplate(try Files.readText(Files.path(name, relativeTo: folder)), name: name)
      } catch {
        failures[name] = error
      }
    }
    for row in renderings {
      guard let conversation = inputs[row.input] else {
        Issue.record("no input \(row.input)")
        continue
      }
      do {
        if let failure = failures[row.template] { throw failure }
        guard let rendering = try texts[row.template]?.rendering(of: conversation) else { continue }
        if let output = row.output {
          #expect(
            rendering.text.utf8.elementsEqual(output.utf8),
            "\(row.template), \(row.input): \(firstDifference(rendering.text, output))")
          let scalars = Array(rendering.text.unicodeScalars)
          let spans = row.generated.map { span in
            let start = scalars[..<span.lowerBound].reduce(0) { $0 + UTF8.width($1) }
            return start..<start + scalars[span].reduce(0) { $0 + UTF8.width($1) }
          }
          #expect(rendering.generated == spans, "\(row.template), \(row.input)")
        } else {
          Issue.record("\(row.template), \(row.input): rendered, but transformers fails: \(row.failure ?? ""): \(row.message)")
        }
      } catch let error as ChatError {
        #expect(row.failure == "ValueError" && row.message.contains("continue_final_message"), "\(row.template), \(row.input): \(error)")
      } catch let error as TemplateError {
        if row.output != nil {
          Issue.record("\(row.template), \(row.input): \(error)")
        } else {
          #expect(isSameKind(error.problem, row), "\(row.template), \(row.input): \(error.problem), \(row.failure ?? ""): \(row.message)")
        }
      }
    }
    return renderings.count
  }

  private func isSameKind(_ problem: TemplateError.Problem, _ row: Rendering) -> Bool {
    switch (row.failure, problem) {
    case ("UndefinedError", .undefined), ("TypeError", .type), ("ValueError", .value), ("ZeroDivisionError", .value): true
    case ("TemplateError", .raised(let message)): message == row.message
    case ("SecurityError", .unsupported), ("TemplateSyntaxError", .syntax), ("TemplateSyntaxError", .unknownTag): true
    case ("TemplateRuntimeError", .unknownFilter), ("TemplateAssertionError", .unknownFilter): true
    // `tojson` of what is not there: Python says TypeError, here the name that is missing.
    case ("TypeError", .undefined): row.message.contains("Undefined")
    default: false
    }
  }
}

/// Where two texts part.
func firstDifference(_ found: String, _ expected: String) -> String {
  let a = Array(found.unicodeScalars)
  let b = Array(expected.unicodeScalars)
  let place = zip(a, b).enumerated().first { $1.0 != $1.1 }?.offset ?? min(a.count, b.count)
  func near(_ scalars: [Unicode.Scalar]) -> String {
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars[max(0, place - 20)..<min(scalars.count, place + 40)])
    return quoted(text)
  }
  return "at \(place): found \(near(a)), expected \(near(b))"
}

@Test func chatTemplatesRenderAsInTransformers() throws {
  let folder = "\(Files.parent(of: #filePath))/../../fixtures/templates"
  // 13 templates, each for 30 conversations.
  #expect(try ChatRenderings(Files.path("renderings.json", relativeTo: folder), folder: folder).check() == 13 * 30)
}

/// Additional: the templates of other projects, in a folder outside of this repository. `FLIPGATE_CHAT_TEMPLATES` names it; its `renderings.json`, or
/// the file that `FLIPGATE_CHAT_RENDERINGS` names, comes from the generator.
@Test(.enabled(if: ProcessInfo.processInfo.environment["FLIPGATE_CHAT_TEMPLATES"] != nil))
func foreignChatTemplatesRenderAsInTransformers() throws {
  let environment = ProcessInfo.processInfo.environment
  let folder = environment["FLIPGATE_CHAT_TEMPLATES"] ?? ""
  let file = environment["FLIPGATE_CHAT_RENDERINGS"] ?? Files.path("renderings.json", relativeTo: folder)
  #expect(try ChatRenderings(file, folder: folder).check() > 0)
}
