// Which documents become a question's examples (`lm_eval/api/samplers.py`, 0.4.13).

internal import Documents

/// Chooses few-shot examples, document after document, from one generator.
struct ExampleSampler {
  /// The harness's `--seed` for few-shot sampling where none is given.
  static let seed: UInt32 = 1234

  private let count: Int
  private let sampler: TaskDefinition.Sampler
  private var random = PythonRandom(seed: seed)

  init(_ fewShot: TaskDefinition.FewShot) {
    count = fewShot.count
    sampler = fewShot.sampler
  }

  /// Places in the pool, in the order in which the examples stand in the prompt.
  mutating func choose(from pool: [TaskDocument], for document: TaskDocument, excludingIt: Bool) throws -> [Int] {
    func few(_ available: Int) -> DocumentError {
      DocumentError(location: document.location, key: "num_fewshot", problem: .fewExamples(wanted: count, available: available))
    }
    switch sampler {
    case .first:
      let chosen = Array(pool.indices.lazy.filter { !excludingIt || !pool[$0].isSame(as: document) }.prefix(count))
      guard chosen.count == count else { throw few(chosen.count) }
      return chosen
    case .random:
      guard excludingIt else {
        guard let chosen = random.sample(count, of: pool.count) else { throw few(pool.count) }
        return chosen
      }
      guard let drawn = random.sample(count + 1, of: pool.count) else { throw few(max(0, pool.count - 1)) }
      let chosen = drawn.filter { !pool[$0].isSame(as: document) }.prefix(count)
      if chosen.count == count { return Array(chosen) }
      // The pool holds the document more than once, and more than one was drawn: draw again without any.
      let others = pool.indices.filter { !pool[$0].isSame(as: document) }
      guard let again = random.sample(count, of: others.count) else { throw few(others.count) }
      return again.map { others[$0] }
    }
  }
}
