// Results whose every foreign text is hostile: names, paths, digests, answers, keys.

import Documents
import Policies
import Reports

enum HostileResult {
  /// What would act in some format if it got there as it is.
  static let fragments: [String] = [
    "<script>alert(1)</script>", "</script><img src=x onerror=alert(1)>", "]]>", "--><!--", "&amp;&#64;", "\u{1B}[31m\u{1B}]8;;http://evil\u{7}",
    "\n::set-output name=verdict::passed", "::error::pwned", "##[command]rm", "##vso[task.setvariable]x", "###[group]", "@everyone", "@org/team",
    "\u{202E}reversed\u{2066}", "\u{0}", "\u{FFFE}\u{FFFF}", "\u{FFFD}", "\u{9B}31m", "\u{85}\u{2028}\u{2029}", "\r\n", "\r", "\n", "\t", "`", "```",
    "````\n",
    "~~~\n", "|", "\\|", "\\", "\"", "'", "![x](http://evil/x.png)", "[x](javascript:alert(1))", "http://evil.example", "www.evil.example",
    "a@b.example", "#1", "GH-1", "=HYPERLINK(\"http://evil\")", "+1", "-1", "@SUM(1)", "{\"a\":1}", "%0A::error::x", "\u{E000}", "\u{200B}\u{FEFF}",
    "e\u{301}",
    "👩‍🚀", "漢字", "עברית", "<details>", "</summary>", "</details>\n\n", "\n# heading\n", "\n- item", "1. x", "$x$", ":smile:", "GITHUB_OUTPUT<<EOF\n",
    "EOF",
    "\u{1}\u{2}\u{8}\u{B}\u{C}\u{7F}", "&lt;", "%", ",", ":", "null", "NaN", "",
  ]

  /// `count` results, each with fragments drawn by a seed, among them one of a million characters.
  static func texts(_ count: Int) -> [String] {
    var state: UInt64 = 0x5EED
    func next(_ bound: Int) -> Int {
      // SplitMix64.
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Int((z ^ (z >> 31)) >> 33) % bound
    }
    return (0..<count).map { _ in (0...next(6)).map { _ in fragments[next(fragments.count)] }.joined() }
  }

  static let million = String(repeating: "<b>`|@", count: 166_667)

  /// The sample's document; made once, for its intervals take time.
  private static let sample = Result { try remedied().json }

  /// The sample after a remedy that repairs it.
  static func remedied() throws -> GateResult {
    let repaired = Array(repeating: Answers(baseline: "a warm oven", candidate: "a warm oven"), count: 12)
    return try result(mixed, policy: everyOutcomePolicy).remedied(
      by: .init(path: "out/adapter", digest: "sha256:" + String(repeating: "d", count: 64), rank: 16, parameters: 1_024),
      .init(
        examples: 80, tokens: 4_000, steps: 2, seconds: 1.5, bestStep: 2,
        curve: [
          .init(step: 1, epoch: 0.5, loss: 0.75, validationLoss: nil, learningRate: 0.0005),
          .init(step: 2, epoch: 1, loss: 0.5, validationLoss: 1.25, learningRate: 0.00025),
        ]),
      sweep: Remedy.Sweep(
        tokens: 400, candidate: .init(right: 300, negativeFlips: 12),
        entries: [
          .init(
            recipe: "mask=student-wrong", path: "out/adapter.sweep/1", digest: "sha256:a", figures: .init(right: 299, negativeFlips: 9),
            validationLoss: 1.5, steps: 2, seconds: 1.5, isOnFrontier: false),
          .init(
            recipe: "mask=always-old", path: "out/adapter.sweep/2", digest: "sha256:b", figures: .init(right: 302, negativeFlips: 3),
            validationLoss: 1.25, steps: 2, seconds: 1.5, isOnFrontier: true),
        ], failures: [.init(recipe: "rank=64", reason: "training diverged at step 3")], chosen: 1),
      judged: try result(repaired, policy: everyOutcomePolicy), decides: false)
  }

  /// Results that all formats are tried on, one a text.
  static let all = Result { try (fragments + texts(40)).map { try make($0) } }

  /// The sample with every outcome, a text put in front of all its foreign texts, which stay as different as they were.
  static func make(_ text: String, numbers: JSONValue? = nil) throws -> GateResult {
    var document = Walk(text: text, numbers: numbers).hostile(try sample.get(), key: "")
    // A finding of each level, for the sample has few.
    let findings = Finding.Level.allCases.map { level -> JSONValue in
      ["kind": "errors", "level": .string(level.rawValue), "task": .string(text + "cooking"), "message": .string("an error: " + text)]
    }
    document = .object(of: (document.members ?? []).map { ($0.key, $0.key == "findings" ? .array(findings) : $0.value) })
    return try GateResult(json: document, file: "result.json")
  }

  /// Puts the text everywhere but into the words that the format itself defines.
  private struct Walk {
    var text: String
    var numbers: JSONValue?

    static let words: Set<String> = [
      "format", "verdict", "unit", "limit", "status", "action", "kind", "level", "state", "flip", "filter", "interval_method", "recipe",
    ]
    /// Objects whose keys are foreign.
    static let named: Set<String> = ["metrics", "scores", "slices"]

    func hostile(_ value: JSONValue, key: String) -> JSONValue {
      switch value {
      case .string(let string): Self.words.contains(key) ? value : .string(text + string)
      case .array(let elements): .array(elements.map { hostile($0, key: $0.object == nil ? key : "") })
      case .object:
        .object(
          of: (value.members ?? []).map { name, member in
            (Self.named.contains(key) ? text + name : name, hostile(member, key: Self.named.contains(key) ? "" : name))
          })
      case .integer where key != "version": numbers ?? value
      case .number: numbers ?? value
      case .null, .bool, .integer: value
      }
    }
  }
}
