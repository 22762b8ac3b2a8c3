// The old model where it has a tokenizer of its own: it teaches by the likelihoods of stretches of text that both tokenizers cut alike.

internal import LanguageModels
internal import Tokenization

/// The old model's chunks for the student's sequences, made once for each.
final class ForeignTeacher {
  private let teacher: FrozenTeacher
  private let student: Tokenizer
  /// By the student's tokens: chunks whose rows count from 0.
  private var known: [[Int32]: [AlignedChunk]] = [:]
  /// So many sequences without a single chunk mean that there will be none.
  private static let patience = 32
  private var withoutChunks = 0

  init(_ teacher: FrozenTeacher, student: Tokenizer) {
    self.teacher = teacher
    self.student = student
  }

  /// Removes the teacher's files.
  func close() { teacher.cache.remove() }

  /// The chunks of a batch, rows counted over all of it.
  func chunks(of examples: [EncodedExample]) throws -> [AlignedChunk] {
    var chunks: [AlignedChunk] = []
    var firstRow = 0
    for example in examples {
      for var chunk in try self.chunks(of: example) {
        chunk.rows = chunk.rows.lowerBound + firstRow..<chunk.rows.upperBound + firstRow
        chunks.append(chunk)
      }
      firstRow += example.tokens.count
    }
    return chunks
  }

  private func chunks(of example: EncodedExample) throws -> [AlignedChunk] {
    if let known = known[example.tokens] { return known }
    let text =
      example.isTruncated ? try student.decode(example.tokens, skipSpecialTokens: true) : example.example.prompt + example.example.completion
    // What the old model's context has no room for is not taught.
    let tokens = Array(try teacher.model.tokenizer.encode(text, addSpecialTokens: true).prefix(teacher.model.blueprint.contextLength))
    var chunks: [AlignedChunk] = []
    if tokens.count > 1 {
      let alignment = ChunkAlignment(
        student: try student.spans(of: example.tokens, in: text), teacher: try teacher.model.tokenizer.spans(of: tokens, in: text))
      chunks = alignment.aligned(firstRow: 0, verdicts: try teacher.verdicts(of: [tokens]))
    }
    if chunks.isEmpty { withoutChunks += 1 }
    known[example.tokens] = chunks
    if withoutChunks >= Self.patience, withoutChunks == known.count { throw TrainingError.nothingInCommon(sequences: withoutChunks) }
    return chunks
  }
}
