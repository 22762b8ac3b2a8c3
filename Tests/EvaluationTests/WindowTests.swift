// Whole texts in windows, as `get_rolling_token_windows` and `make_disjoint_window` of lm-evaluation-harness cut them.

import LanguageModels
import Testing

@testable import Evaluation

@Suite struct WindowTests {
  /// Windows of 10 tokens: each token is predicted once and in order; behind the first window each one reads 10 tokens, the last one's context grows.
  @Test func everyTokenIsPredictedOnce() throws {
    let model = try Lab.engine(Lab.fixture("models/baseline")).model()
    let text = String(repeating: "Zoe put the rope next to the window. ", count: 12)
    let whole = try RequestEncoder(model.tokenizer, contextLength: 10_000, truncation: .error).windows(of: text)
    let tokens = try #require(whole.first).tokens
    #expect(whole.count == 1 && whole[0].continuationStart == 1)
    for length in [10, 16, tokens.count - 2, tokens.count - 1, tokens.count] {
      let windows = try RequestEncoder(model.tokenizer, contextLength: length, truncation: .error).windows(of: text)
      #expect(windows.flatMap { $0.tokens.suffix($0.continuationLength) } == Array(tokens.dropFirst()))
      #expect(windows.first?.continuationStart == 1 && windows.first?.tokens.first == tokens.first)
      for window in windows.dropFirst() { #expect(window.tokens.count == length + 1) }
      for window in windows.dropFirst().dropLast() { #expect(window.continuationStart == 1) }
      var end = 0
      for window in windows {
        end += window.continuationLength
        #expect(Array(tokens[(end + 1 - window.tokens.count)...end]) == window.tokens, "a window is a piece of the text")
      }
    }
  }
}
