// Python's `random.Random`, so that few-shot examples are those that lm-evaluation-harness draws.

/// The generator of CPython's `random` module: MT19937, seeded with an integer (Matsumoto and Nishimura 1998; CPython 3.11,
/// `Modules/_randommodule.c` and `Lib/random.py`).
struct PythonRandom {
  private static let size = 624
  private var state: [UInt32]
  private var index = size

  /// As `random.Random(seed)`.
  init(seed: UInt32) {
    // init_genrand(19650218), then init_by_array([seed]).
    var state = [UInt32](repeating: 0, count: Self.size)
    state[0] = 19_650_218
    for i in 1..<Self.size { state[i] = 1_812_433_253 &* (state[i - 1] ^ state[i - 1] >> 30) &+ UInt32(i) }
    var i = 1
    for _ in 0..<Self.size {
      state[i] = (state[i] ^ (state[i - 1] ^ state[i - 1] >> 30) &* 1_664_525) &+ seed
      i += 1
      if i >= Self.size {
        state[0] = state[Self.size - 1]
        i = 1
      }
    }
    for _ in 0..<(Self.size - 1) {
      state[i] = (state[i] ^ (state[i - 1] ^ state[i - 1] >> 30) &* 1_566_083_941) &- UInt32(i)
      i += 1
      if i >= Self.size {
        state[0] = state[Self.size - 1]
        i = 1
      }
    }
    state[0] = 0x8000_0000
    self.state = state
  }

  /// The next 32 bits.
  mutating func next() -> UInt32 {
    if index >= Self.size { refill() }
    var value = state[index]
    index += 1
    value ^= value >> 11
    value ^= value << 7 & 0x9D2C_5680
    value ^= value << 15 & 0xEFC6_0000
    return value ^ value >> 18
  }

  private mutating func refill() {
    for i in 0..<Self.size {
      let mixed = state[i] & 0x8000_0000 | state[(i + 1) % Self.size] & 0x7FFF_FFFF
      state[i] = state[(i + 397) % Self.size] ^ mixed >> 1 ^ (mixed & 1 == 1 ? 0x9908_B0DF : 0)
    }
    index = 0
  }

  /// A number from 0 up to `bound`, which is at least 1 and at most 2^32 - 1.
  mutating func below(_ bound: Int) -> Int {
    let bits = Int.bitWidth - bound.leadingZeroBitCount
    while true {
      let value = Int(next() >> UInt32(32 - bits))
      if value < bound { return value }
    }
  }

  /// As `Random.sample(range(population), count)`; nil where `count` is more than there are.
  mutating func sample(_ count: Int, of population: Int) -> [Int]? {
    guard (0...population).contains(count), population < Int(UInt32.max) else { return nil }
    var setSize = 21
    if count > 5 {
      var power = 1
      while power < count * 3 { power *= 4 }
      setSize += power
    }
    if population <= setSize {
      var pool = Array(0..<population)
      return (0..<count).map { taken in
        let place = below(population - taken)
        let chosen = pool[place]
        pool[place] = pool[population - taken - 1]
        return chosen
      }
    }
    var seen: Set<Int> = []
    return (0..<count).map { _ in
      var chosen = below(population)
      while !seen.insert(chosen).inserted { chosen = below(population) }
      return chosen
    }
  }
}
