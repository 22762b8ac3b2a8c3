// Templates against PyPI jinja2: the same text, or an error where Jinja has one (fixtures/generate/template_renderings.py).

import Documents
import OrderedCollections
import Templates
import Testing

/// One template with what jinja2 made of it.
struct ReferenceRendering: Sendable, CustomTestStringConvertible {
  var template: String
  var environment: TemplateEnvironment
  var context: JSONValue
  var output: String?
  var failure: String?
  var testDescription: String { quoted(template) }

  static let all: [ReferenceRendering] = {
    do {
      let document = try fixture("tasks-golden/templates.json")
      let environments = ["tasks": TemplateEnvironment.taskPrompts, "chat": .chat, "jinja": TemplateEnvironment()]
      return (document["cases"]?.array ?? []).map { entry in
        let name = entry["environment"]?.string ?? ""
        return ReferenceRendering(
          template: entry["template"]?.string ?? "", environment: environments[name] ?? TemplateEnvironment(),
          context: document["contexts"]?[name] ?? .null, output: entry["output"]?.string, failure: entry["fails"]?.string)
      }
    } catch {
      Issue.record(error)
      return []
    }
  }()
}

/// A JSON file under `fixtures/`.
func fixture(_ name: String) throws -> JSONValue {
  let path = "\(Files.parent(of: #filePath))/../../fixtures/\(name)"
  return try JSONValue.parse(try Files.read(path), file: path)
}

@Test func theTableOfReferenceRenderingsIsThere() { #expect(ReferenceRendering.all.count > 180) }

@Test(arguments: ReferenceRendering.all)
func rendersAsJinja(_ reference: ReferenceRendering) throws {
  if let output = reference.output {
    let text = try Template(reference.template, environment: reference.environment).render(reference.context)
    #expect(text.utf8.elementsEqual(output.utf8), "found \(quoted(text)), expected \(quoted(output))")
  } else {
    let error = #expect(throws: TemplateError.self) {
      try Template(reference.template, environment: reference.environment).render(reference.context)
    }
    // Undefined names are told in Jinja's words.
    if let failure = reference.failure, failure.hasPrefix("UndefinedError: '"), case .undefined(let text)? = error?.problem {
      #expect("UndefinedError: " + text == failure)
    }
  }
}
