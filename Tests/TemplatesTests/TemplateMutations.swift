// Chat templates with letters taken away, doubled and exchanged: each renders or fails with an error, in bounded steps.

import Documents
import OrderedCollections
import Templates
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A small generator of numbers, the same on every machine (Steele et al. 2014, SplitMix64).
private struct Numbers {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(bound))
  }
}

private let splices = [
  "{%", "%}", "{{", "}}", "-", "|", "(", ")", "[", "]", "'", "for x in y", "endif", "loop", ".", "\\", "{#", "0", "~", "recursive", "\u{0}", "é",
]

private func mutated(_ text: [Unicode.Scalar], _ numbers: inout Numbers) -> String {
  var text = text
  for _ in 0...numbers.below(3) {
    if text.isEmpty { break }
    let place = numbers.below(text.count)
    let length = min(numbers.below(12), text.count - place)
    switch numbers.below(4) {
    case 0: text.removeSubrange(place..<place + length)
    case 1: text.insert(contentsOf: text[place..<place + length], at: numbers.below(text.count))
    case 2: text.insert(contentsOf: splices[numbers.below(splices.count)].unicodeScalars, at: place)
    default: text.swapAt(place, numbers.below(text.count))
    }
  }
  var result = ""
  result.unicodeScalars.append(contentsOf: text)
  return result
}

/// `FLIPGATE_MUTATIONS` asks for more rounds than the few of every run, `FLIPGATE_CHAT_TEMPLATES` for other templates.
@Test func mutatedTemplatesFailOrRender() throws {
  let environment = ProcessInfo.processInfo.environment
  let fixtures = "\(Files.parent(of: #filePath))/../../fixtures/templates"
  let folder = environment["FLIPGATE_CHAT_TEMPLATES"] ?? fixtures
  let rounds = environment["FLIPGATE_MUTATIONS"].flatMap(Int.init) ?? 20
  let inputs = try ChatRenderings(Files.path("renderings.json", relativeTo: fixtures), folder: fixtures).inputs
  var limits = TemplateEnvironment.Limits()
  limits.steps = 200_000
  limits.memory = 16 << 20
  var numbers = Numbers(state: 7)
  var rendered = 0
  for name in try Files.list(folder) where name.hasSuffix(".jinja") {
    let text = Array(try Files.readText(Files.path(name, relativeTo: folder)).unicodeScalars)
    for _ in 0..<rounds {
      let template = mutated(text, &numbers)
      let conversation = inputs.values[numbers.below(inputs.count)]
      do {
        _ = try ChatTemplate(template, name: name, limits: limits).render(conversation)
        rendered += 1
      } catch {
        #expect(error is TemplateError || error is ChatError, "\(name): \(error)")
      }
    }
  }
  #expect(rendered > 0)
}
