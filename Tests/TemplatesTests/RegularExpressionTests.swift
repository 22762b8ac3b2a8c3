// Regular expressions against Python's `re` (fixtures/generate/regular_expressions.py), and patterns that would never end.

import Documents
import Testing

private func row(_ value: JSONValue) -> [[Range<Int>?]] {
  (value["spans"]?.array ?? []).map { match in
    (match.array ?? []).map { span in
      guard let start = span.array?.first?.integer, let end = span.array?.last?.integer else { return nil }
      return start..<end
    }
  }
}

@Test func regularExpressionsMatchAsInPython() throws {
  let table = try fixture("templates/regular-expressions.json").array ?? []
  var compared = 0
  for entry in table {
    let pattern = entry["pattern"]?.string ?? ""
    if let replacement = entry["replacement"]?.string {
      let text = entry["text"]?.string ?? ""
      if let output = entry["output"]?.string {
        #expect(try RegularExpression(pattern).replacing(in: text, with: replacement) == output, "\(quoted(pattern)) \(quoted(replacement))")
      } else {
        #expect(throws: RegularExpressionError.self, "\(quoted(pattern)) \(quoted(replacement))") {
          try RegularExpression(pattern).replacing(in: text, with: replacement)
        }
      }
      continue
    }
    if let failure = entry["fails"]?.string {
      #expect(throws: RegularExpressionError.self, "\(quoted(pattern)): \(failure)") { try RegularExpression(pattern) }
      continue
    }
    do {
      let expression = try RegularExpression(pattern)
      for sample in entry["rows"]?.array ?? [] {
        let text = sample["text"]?.string ?? ""
        var steps = RegularExpression.stepLimit
        let found = try expression.allMatches(in: Array(text.unicodeScalars), steps: &steps).map(\.groups)
        #expect(found == row(sample), "\(quoted(pattern)) in \(quoted(text))")
        #expect(try expression.matches(text, whole: true) == (sample["full"] != nil), "\(quoted(pattern)) on all of \(quoted(text))")
        compared += 1
      }
    } catch {
      Issue.record("\(quoted(pattern)): \(error)")
    }
  }
  #expect(compared > 1500)
}

@Test func findAllGivesGroupsAsPython() throws {
  #expect(
    try RegularExpression(#"(-?[$0-9.,]{2,})|(-?[0-9]+)"#).findAll(in: "$3,000 or -12.5 and 7") == [["$3,000", ""], ["-12.5", ""], ["", "7"]])
  #expect(try RegularExpression(#"#### (\-?[0-9\.\,]+)"#).findAll(in: "#### 5\n#### 1,000") == [["5"], ["1,000"]])
  #expect(try RegularExpression("a+").findAll(in: "aabcaaa") == [["aa"], ["aaa"]])
}

/// Patterns that take exponential time by backtracking, or unfold to very large programs.
@Test(arguments: [
  "(a+)+$", "(a|aa)+$", "(a|a)*b", "(.*)*x", "(a*)*b", "(?:a?){40}a{40}$", "((a{1,100}){1,100}){1,100}b", "(?=(a+)+b)", "(a+a+)+b", "(.*.*.*.*)*b",
])
func catastrophicPatternsEnd(_ pattern: String) throws {
  let text = Array((String(repeating: "a", count: 40) + "!").unicodeScalars)
  var steps = 300_000
  do {
    #expect(try RegularExpression(pattern).search(text, steps: &steps) == nil)
  } catch {
    #expect(error.problem == .tooManySteps)
    #expect(steps == 0)
  }
}

@Test(arguments: [
  String(repeating: "(", count: 100_000), String(repeating: "(?:", count: 5000), String(repeating: "a", count: 1 << 17),
  String(repeating: "(a|", count: 4000),
  String(repeating: "(?=", count: 4000) + String(repeating: ")", count: 4000), "a{99999999999999999999}", "[" + String(repeating: "\\", count: 9999),
])
func hostilePatternsAreRefused(_ pattern: String) {
  #expect(throws: RegularExpressionError.self) { try RegularExpression(pattern) }
}

@Test func errorsOfPatternsNameTheirPlace() {
  let error = #expect(throws: RegularExpressionError.self) { try RegularExpression("ab(c") }
  #expect(error?.description == "the regular expression \"ab(c\", character 5: missing ), unterminated subpattern")
}

/// A run that a pattern begins with is tried once, not from every place: 200,000 letters would be 2 * 10^10 steps otherwise.
@Test func aLeadingRunIsTriedOnce() throws {
  let text = Array(String(repeating: "word ", count: 40_000).unicodeScalars)
  var steps = 2_000_000
  #expect(try RegularExpression("(?s).*#### ").search(text, steps: &steps) == nil)
  #expect(try RegularExpression(".*?(x)").search(text, steps: &steps) == nil)
  #expect(try RegularExpression(#"([a-z]*)!"#).search(text, steps: &steps) == nil)
  #expect(try RegularExpression(#"([a-z]*) \1"#).search(text, steps: &steps)?.range == 0..<9)
}

/// Every beginning of every reference pattern compiles or is refused, and searches in bounded steps; none traps.
@Test func noBeginningOfAPatternTraps() throws {
  let text = Array("ab aab \u{130}ſ \n#### 1,2 \"x\"".unicodeScalars)
  for entry in try fixture("templates/regular-expressions.json").array ?? [] {
    var pattern = ""
    for scalar in (entry["pattern"]?.string ?? "").unicodeScalars {
      pattern.unicodeScalars.append(scalar)
      for flags in [RegularExpression.Flags(), [.ignoresCase, .multiline], [.verbose, .ascii, .dotMatchesAll]] {
        var steps = 100_000
        do throws(RegularExpressionError) {
          _ = try RegularExpression(pattern, flags: flags).allMatches(in: text, steps: &steps)
        } catch {
          #expect(!error.description.isEmpty)
        }
      }
    }
  }
}
