// The harness's rules of encoding: trailing white space goes to the continuation.

import Tasks
import Testing

@testable import Evaluation

@Suite struct RequestEncoderTests {
  /// Python: `n = len(c) - len(c.rstrip())`, then `c[:-n]` and `c[-n:] + continuation` (lm-evaluation-harness `_encode_pair`).
  @Test(arguments: [
    ("Question:", " yes", "Question:", " yes"),
    ("Question: ", "yes", "Question:", " yes"),
    ("Question:\n\n", "yes", "Question:", "\n\nyes"),
    ("a\u{00A0}\u{3000} ", "b", "a", "\u{00A0}\u{3000} b"),
    ("a\u{1F}", "b", "a", "\u{1F}b"),
    ("a\u{200B}", "b", "a\u{200B}", "b"),
    ("  ", "b", "", "  b"),
  ])
  func trailingSpacesMove(context: String, continuation: String, expectedContext: String, expectedContinuation: String) {
    let moved = RequestEncoder.moveTrailingSpaces(LikelihoodRequest(context: context, continuation: continuation))
    #expect(moved.context == expectedContext)
    #expect(moved.continuation == expectedContinuation)
  }
}
