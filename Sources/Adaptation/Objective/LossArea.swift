// The memory in which one worker takes a block of rows through the vocabulary.

internal import Tensors

/// Logits of a block for the student and one teacher at a time, and the block's hidden states and gradients.
final class LossArea: Sendable {
  /// What an area fits.
  struct Shape: Hashable {
    var rows: Int
    var student: Vocabulary
    /// In the order old, new; nil where it does not teach by distributions.
    var teachers: [Vocabulary?]

    struct Vocabulary: Hashable {
      var width: Int
      var slices: [Range<Int>]

      init(_ vocabulary: any VocabularyProjection) {
        width = vocabulary.width
        slices = (0..<vocabulary.count).map { vocabulary.range($0) }
      }
    }
  }

  let shape: Shape
  let scratch = ScratchMemory()
  /// `[rows, width]`
  let hidden: Matrix
  /// `[rows, width]`
  let gradient: Matrix
  /// `[rows, slice]`, a matrix a slice: logits, then gradients.
  let logits: [Matrix]
  /// The same for old and new teacher: one memory where their vocabularies are alike.
  let teacherLogits: [[Matrix]]
  /// `[rows, width]` of each teacher.
  let teacherHidden: [Matrix?]

  init(_ shape: Shape) throws(TensorError) {
    func matrices(_ vocabulary: Shape.Vocabulary) throws(TensorError) -> [Matrix] {
      try vocabulary.slices.map { (slice) throws(TensorError) in try Matrix(rows: shape.rows, columns: slice.count) }
    }
    self.shape = shape
    hidden = try Matrix(rows: shape.rows, columns: shape.student.width)
    gradient = try Matrix(rows: shape.rows, columns: shape.student.width)
    logits = try matrices(shape.student)
    var known: [[Range<Int>]: [Matrix]] = [:]
    var all: [[Matrix]] = []
    for teacher in shape.teachers {
      guard let teacher else {
        all.append([])
        continue
      }
      let made = if let shared = known[teacher.slices] { shared } else { try matrices(teacher) }
      known[teacher.slices] = made
      all.append(made)
    }
    teacherLogits = all
    teacherHidden = try shape.teachers.map { (teacher) throws(TensorError) in
      try teacher.map { (teacher) throws(TensorError) in try Matrix(rows: shape.rows, columns: teacher.width) }
    }
  }
}
