// Two tokenizations of one text cut into the smallest stretches that end at the same bytes in both.

/// A stretch of text that some tokens of one tokenizer and some of another cover exactly.
public struct TokenChunk: Sendable, Hashable {
  /// Places in the student's tokens.
  public var student: Range<Int>
  /// Places in the teacher's tokens.
  public var teacher: Range<Int>

  public init(student: Range<Int>, teacher: Range<Int>) {
    self.student = student
    self.teacher = teacher
  }
}

/// The common chunks of two tokenizations, in the order of the text.
///
/// Chunks do not overlap. Each begins and ends where both have a token's end (or the text's beginning), with none in common between. A stretch that holds
/// a token without bytes in its middle on either side is left out, as is one that holds the first token of a sequence, which nobody predicts.
public struct ChunkAlignment: Sendable, Hashable {
  public let chunks: [TokenChunk]

  public init(student: TokenSpans, teacher: TokenSpans) {
    let (mine, others) = (Self.stops(student), Self.stops(teacher))
    var found: [TokenChunk] = []
    var (i, j) = (0, 0)
    var (firstMine, firstOther) = (mine.first?.start ?? 0, others.first?.start ?? 0)
    // Both lists ascend strictly in their bytes: a merge.
    while i < mine.count, j < others.count {
      if mine[i].byte < others[j].byte {
        i += 1
      } else if mine[i].byte > others[j].byte {
        j += 1
      } else {
        let chunk = TokenChunk(student: firstMine..<mine[i].end, teacher: firstOther..<others[j].end)
        if Self.isWhole(chunk.student, student), Self.isWhole(chunk.teacher, teacher) { found.append(chunk) }
        i += 1
        j += 1
        firstMine = i < mine.count ? mine[i].start : 0
        firstOther = j < others.count ? others[j].start : 0
      }
    }
    chunks = found
  }

  /// A place where a chunk may end.
  private struct Stop {
    var byte: Int
    /// The first token with bytes behind the stop before.
    var start: Int
    /// Behind the last token before the stop.
    var end: Int
  }

  private static func stops(_ spans: TokenSpans) -> [Stop] {
    var stops: [Stop] = []
    var start: Int?
    for (place, end) in spans.ends.enumerated() where !spans.isEmpty[place] {
      start = start ?? place
      guard let end, end > stops.last?.byte ?? 0, let first = start else { continue }
      stops.append(Stop(byte: end, start: first, end: place + 1))
      start = nil
    }
    return stops
  }

  private static func isWhole(_ range: Range<Int>, _ spans: TokenSpans) -> Bool {
    !range.isEmpty && range.lowerBound > 0 && range.allSatisfy { !spans.isEmpty[$0] }
  }

  /// The chunks as the loss takes them.
  ///
  /// - Parameters:
  ///   - firstRow: the row of the batch that holds the sequence's first token; row `firstRow + k - 1` predicts token k.
  ///   - verdicts: what the teacher says of its own tokens: at k, of token k + 1.
  public func aligned(firstRow: Int, verdicts: [TokenVerdict]) -> [AlignedChunk] {
    chunks.compactMap { chunk in
      guard chunk.teacher.upperBound - 1 <= verdicts.count else { return nil }
      let said = verdicts[chunk.teacher.lowerBound - 1..<chunk.teacher.upperBound - 1]
      return AlignedChunk(
        rows: firstRow + chunk.student.lowerBound - 1..<firstRow + chunk.student.upperBound - 1,
        logProbability: min(0, said.reduce(0) { $0 + $1.logProbability }), isRight: said.allSatisfy(\.isRight))
    }
  }
}
