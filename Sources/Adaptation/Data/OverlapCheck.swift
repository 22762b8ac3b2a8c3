// The gate's items are never trained on: training examples that are one of them, or nearly, are found by their words.

public import Documents
internal import Foundation
public import Tasks
internal import Templates

/// Finds training examples that hold an item of the gate.
///
/// Texts are compared as words: letters and digits, case folded, everything else between them. An item's text is its question without examples and
/// instruction, or its answer where it has no question. An example holds an item if
///
/// - both have the same words (with or without the right answer), or
/// - at least half of the item's distinct runs of 5 words are in the example, runs that a tenth of the task's items (and at least 3) share not counted:
///   they are the task's wording; the same the other way round catches a part of an item that is trained on; or
/// - for an item of 4 to 8 words, those words stand in the example one after the other.
///
/// A changed word takes 5 runs away: of an item of 20 words (16 runs) one may change, of 30 words two. Source of the idea: n-gram overlap as
/// GPT-3's data were checked for contamination by it (Brown et al. 2020, arXiv 2005.14165, appendix C).
public struct OverlapCheck: Sendable {
  /// Words of a run.
  static let run = 5
  /// The share of an item's runs that makes an example hold it.
  static let threshold = 0.5
  /// Items with fewer words than these have too few runs, and are looked for whole.
  static let shortest = 4
  static let short = 9

  public struct Finding: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
      case same
      case similar
    }

    /// The place of the example in what was checked.
    public var example: Int
    public var origin: TrainingExample.Origin
    public var task: String
    /// The item's identity.
    public var item: String
    public var itemIndex: Int
    public var kind: Kind
    /// The share of the item's runs (or the example's) that both have; 1 for the same text.
    public var share: Double
  }

  private struct Item {
    var task: String
    var identity: String
    var index: Int
    var words: [String]
    var runs: Set<UInt64>
  }

  private var items: [Item] = []
  /// Digest of all words -> item.
  private var wholes: [UInt64: Int] = [:]
  /// Digest of a run -> the items that have it.
  private var holders: [UInt64: [Int]] = [:]
  /// Digest of a short item's words -> item, by the number of words.
  private var shortItems: [Int: [UInt64: Int]] = [:]

  public init(_ tasks: [EvaluationTask]) {
    for task in tasks { add(task) }
  }

  public var itemCount: Int { items.count }

  private mutating func add(_ task: EvaluationTask) {
    let first = items.count
    for item in task.items {
      let question = Self.question(of: item)
      let words = Self.words(question.isEmpty ? item.target : question)
      guard !words.isEmpty else { continue }
      let place = items.count
      items.append(Item(task: task.name, identity: item.identity, index: item.index, words: words, runs: Self.runs(words)))
      for text in [words] + Self.answers(of: item).map({ words + Self.words($0) }) {
        wholes[Self.digest(text[...])] = wholes[Self.digest(text[...])] ?? place
      }
      if words.count >= Self.shortest, words.count < Self.short { shortItems[words.count, default: [:]][Self.digest(words[...])] = place }
    }
    // What many items share is the task's own wording.
    var counts: [UInt64: Int] = [:]
    for item in items[first...] { for run in item.runs { counts[run, default: 0] += 1 } }
    let limit = max(3, (items.count - first + 9) / 10)
    for place in first..<items.count {
      items[place].runs = items[place].runs.filter { (counts[$0] ?? 0) < limit || items.count - first < 3 }
      guard items[place].words.count >= Self.short else { continue }
      for run in items[place].runs { holders[run, default: []].append(place) }
    }
  }

  /// The examples that hold an item: one finding an example, for the item that it is most like.
  public func findings(in examples: [TrainingExample]) -> [Finding] {
    examples.indices.compactMap { index in
      match(examples[index]).map { place, kind, share in
        let item = items[place]
        return Finding(
          example: index, origin: examples[index].origin, task: item.task, item: item.identity, itemIndex: item.index, kind: kind, share: share)
      }
    }
  }

  private func match(_ example: TrainingExample) -> (place: Int, kind: Finding.Kind, share: Double)? {
    let words = Self.words(example.prompt + " " + example.completion)
    for text in [words, Self.words(example.prompt), Self.words(example.completion)] where !text.isEmpty {
      if let place = wholes[Self.digest(text[...])] { return (place, .same, 1) }
    }
    for (length, digests) in shortItems.sorted(by: { $0.key < $1.key }) where words.count >= length {
      for start in 0...(words.count - length) {
        if let place = digests[Self.digest(words[start..<start + length])] { return (place, .similar, 1) }
      }
    }
    let runs = Self.runs(words)
    var shared: [Int: Int] = [:]
    for run in runs { for place in holders[run] ?? [] { shared[place, default: 0] += 1 } }
    var best: (place: Int, share: Double)?
    for (place, count) in shared {
      // The other way round only for examples of some length: three runs may be a figure of speech.
      let ofExample = runs.count >= 8 ? Double(count) / Double(runs.count) : 0
      let share = max(Double(count) / Double(items[place].runs.count), ofExample)
      guard share >= Self.threshold else { continue }
      if let known = best, known.share > share || (known.share == share && known.place < place) { continue }
      best = (place, share)
    }
    return best.map { ($0.place, .similar, $0.share) }
  }

  // MARK: Texts

  /// The question alone: the last thing that the user says, without instruction and examples.
  private static func question(of item: TaskItem) -> String {
    if case .rolling(let text) = item.question { return text }
    let asked = item.prompts.first?.turns.last { $0.role == .user }?.content
    if let asked { return asked }
    switch item.question {
    case .multipleChoice(let requests, _, _, _): return requests.first?.context ?? ""
    case .likelihood(let request): return request.context
    case .generation(let request, _): return request.context
    case .rolling(let text): return text
    case .unaskable: return ""
    }
  }

  private static func answers(of item: TaskItem) -> [String] {
    switch item.question {
    case .multipleChoice(_, let choices, _, _): choices
    case .likelihood(let request): [request.continuation]
    case .rolling, .unaskable: []
    case .generation(_, let references): references
    }
  }

  /// Letters and digits of any script in their compatibility form (NFKC), lower case; what stands between them parts words, but for apostrophes.
  static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    for scalar in text.precomposedStringWithCompatibilityMapping.lowercased().unicodeScalars {
      if scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar.properties.generalCategory == .nonspacingMark {
        word.unicodeScalars.append(scalar)
      } else if scalar != "'" && scalar != "\u{2019}", !word.isEmpty {
        words.append(word)
        word = ""
      }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  private static func runs(_ words: [String]) -> Set<UInt64> {
    guard words.count >= run else { return [] }
    return Set((0...(words.count - run)).map { digest(words[$0..<$0 + run]) })
  }

  /// FNV-1a over the words with a mark between them.
  private static func digest(_ words: ArraySlice<String>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for word in words {
      for byte in word.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      hash = (hash ^ 0xFF) &* 0x100_0000_01B3
    }
    return hash
  }
}

/// Training data that holds items of the gate.
public struct OverlapError: Diagnostic {
  public var findings: [OverlapCheck.Finding]
  public var examples: Int

  public init(findings: [OverlapCheck.Finding], examples: Int) {
    self.findings = findings
    self.examples = examples
  }

  public var description: String {
    let shown = findings.prefix(10).map { finding in
      "  \(finding.origin) is \(finding.kind == .same ? "the same as" : "like") item \(finding.itemIndex) of \(visible(finding.task)) (\(visible(finding.item)))"
        + (finding.kind == .similar ? ", \(Int((finding.share * 100).rounded())) % of its runs of words" : "")
    }
    return
      "\(findings.count) of \(examples) training examples hold items of the gate, which would then judge what was trained on; "
      + "take them out, or let --drop-overlap (drop_overlap in a policy) leave them out\n" + shown.joined(separator: "\n")
      + (findings.count > 10 ? "\n  and \(findings.count - 10) more" : "")
  }
}
