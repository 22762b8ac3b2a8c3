// Chunks of the same bytes in two tokenizations, and the divergence of their likelihoods.

import Documents
import Foundation
import Testing
import Tokenization

@testable import Adaptation

@Suite struct ObjectiveChunkTests {
  private static let references = (try? JSONValue.parse(Files.readText(ObjectiveGoldens.folder + "/chunks.json")))?["cases"]?.array ?? []

  @Test func divergenceMatchesPyTorch() throws {
    #expect(Self.references.count == 108)
    for reference in Self.references {
      func number(_ key: String) throws -> Double { try #require(reference[key]?.double) }
      let matching = ChunkMatching(temperature: try number("tau"), weight: 1)
      let (value, slope) = matching.divergence(teacher: try number("teacher"), student: try number("student"))
      // The terms cancel where the two are nearly equal: f64 then leaves about 1e-16 of what is subtracted.
      #expect(abs(value - (try number("value"))) <= 1e-9 * abs(try number("value")) + 1e-15)
      #expect(abs(slope - (try number("slope"))) <= 1e-9 * abs(try number("slope")) + 1e-15)
    }
  }

  @Test func certaintyHasAFiniteCost() {
    let pairs: [(Double, Double)] = [(0, 0), (-5, 0), (0, -5), (-1e300, 0), (0, -1e300), (-1e300, -1e300)]
    for (teacher, student) in pairs {
      let (value, slope) = ChunkMatching().divergence(teacher: teacher, student: student)
      #expect(value.isFinite && slope.isFinite && value >= 0)
    }
  }

  /// A random cut of `bytes` bytes into tokens, some ends unknown, some tokens without bytes.
  private func spans(_ bytes: Int, _ numbers: inout SeededNumbers) -> TokenSpans {
    var spans = TokenSpans(ends: [], isEmpty: [])
    var end = 0
    while end < bytes {
      if numbers.int(below: 8) == 0 {
        spans.ends.append(end)
        spans.isEmpty.append(true)
      }
      end = min(bytes, end + 1 + numbers.int(below: 5))
      spans.ends.append(numbers.int(below: 6) == 0 && end < bytes ? nil : end)
      spans.isEmpty.append(false)
    }
    return spans
  }

  /// The byte at which a token begins; nil where that is not known.
  private func start(_ spans: TokenSpans, _ place: Int) -> Int? {
    for before in (0..<place).reversed() where !spans.isEmpty[before] { return spans.ends[before] }
    return 0
  }

  @Test func chunksCoverTheSameBytes() {
    var numbers = SeededNumbers(seed: 7)
    var count = 0
    for _ in 0..<500 {
      let bytes = 1 + numbers.int(below: 60)
      let (student, teacher) = (spans(bytes, &numbers), spans(bytes, &numbers))
      let chunks = ChunkAlignment(student: student, teacher: teacher).chunks
      count += chunks.count
      var (lastStudent, lastTeacher) = (0, 0)
      for chunk in chunks {
        #expect(chunk.student.lowerBound >= max(1, lastStudent) && chunk.teacher.lowerBound >= max(1, lastTeacher))
        (lastStudent, lastTeacher) = (chunk.student.upperBound, chunk.teacher.upperBound)
        let first = start(student, chunk.student.lowerBound)
        #expect(first != nil && first == start(teacher, chunk.teacher.lowerBound))
        let end = student.ends[chunk.student.upperBound - 1]
        #expect(end != nil && end == teacher.ends[chunk.teacher.upperBound - 1])
        // The smallest: no end in common inside.
        let inside = Set(student.ends[chunk.student].dropLast().compactMap { $0 })
        #expect(inside.isDisjoint(with: teacher.ends[chunk.teacher].dropLast().compactMap { $0 }))
        #expect(!student.isEmpty[chunk.student].contains(true) && !teacher.isEmpty[chunk.teacher].contains(true))
      }
    }
    #expect(count > 500)
  }

  @Test func oneTokenizationHasAChunkForEachToken() {
    let spans = TokenSpans(ends: [0, 3, 4, 9, 9], isEmpty: [true, false, false, false, true])
    let chunks = ChunkAlignment(student: spans, teacher: spans).chunks
    #expect(chunks == (1...3).map { TokenChunk(student: $0..<$0 + 1, teacher: $0..<$0 + 1) })
  }

  @Test func firstTokensAreNotPredicted() {
    // "Hello world": the student has Hello| world with a token before, the teacher Hel|lo| wor|ld without one.
    let student = TokenSpans(ends: [0, 5, 11], isEmpty: [true, false, false])
    let teacher = TokenSpans(ends: [3, 5, 9, 11], isEmpty: [false, false, false, false])
    let alignment = ChunkAlignment(student: student, teacher: teacher)
    #expect(alignment.chunks == [TokenChunk(student: 2..<3, teacher: 2..<4)])
    let said = [-1, -0.5, -0.25].map { TokenVerdict(logProbability: $0, isRight: $0 > -1) }
    // Row 10 holds the student's first token; tokens 2 and 3 of the teacher are said at places 1 and 2.
    #expect(alignment.aligned(firstRow: 10, verdicts: said) == [AlignedChunk(rows: 11..<12, logProbability: -0.75, isRight: true)])
    #expect(alignment.aligned(firstRow: 10, verdicts: []).isEmpty)
  }

  static let texts = [
    "The quick brown fox jumps over the lazy dog.", "naïve café – 12 345,60 €", "日本語のテキスト🙂👩‍👩‍👧 end", "  two  spaces\n\nand\tlines  ", "x", "",
    "Lily and Tom went to the park. They saw a red ball.",
  ]

  @Test(arguments: ["baseline", "candidate"])
  func endsOfTokensInRealText(_ model: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../fixtures/models").standardized.path
    let tokenizer = try Tokenizer(huggingFace: folder + "/" + model)
    for text in Self.texts {
      let ids = try tokenizer.encode(text, addSpecialTokens: true)
      let spans = try tokenizer.spans(of: ids, in: text)
      #expect(spans.ends.count == ids.count)
      // Byte-level tokens: the last one ends where the text does, and the tokens between two ends decode to the bytes there.
      let bytes = Array(text.utf8)
      #expect(spans.ends.compactMap { $0 }.last ?? 0 == bytes.count, "\(text)")
      var (piece, start): ([Int32], Int) = ([], 0)
      for (place, id) in ids.enumerated() where !spans.isEmpty[place] {
        piece.append(id)
        guard let end = spans.ends[place] else { continue }
        #expect(Array(try tokenizer.decode(piece, skipSpecialTokens: false).utf8) == Array(bytes[start..<end]))
        (piece, start) = ([], end)
      }
    }
  }
}
