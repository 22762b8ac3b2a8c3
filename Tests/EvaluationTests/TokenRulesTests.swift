// What a task sets goes before what the model's makers set, also where it sets no rule.

import LanguageModels
import Tasks
import Testing

@testable import Evaluation

@Suite struct TokenRulesTests {
  @Test func aTaskGoesBeforeTheModel() {
    var defaults = GenerationDefaults()
    (defaults.repetitionPenalty, defaults.noRepeatLength) = (1.1, 3)
    func rules(_ penalty: Double?, _ length: Int?) -> TokenRules {
      TokenRules(GenerationSettings(until: [], repetitionPenalty: penalty, noRepeatNGram: length), defaults)
    }
    #expect(rules(nil, nil) == TokenRules(repetitionPenalty: 1.1, noRepeatLength: 3))
    #expect(rules(1.5, 2) == TokenRules(repetitionPenalty: 1.5, noRepeatLength: 2))
    #expect(rules(1, 0) == TokenRules())
    defaults = GenerationDefaults()
    #expect(rules(nil, nil) == TokenRules())
  }
}
