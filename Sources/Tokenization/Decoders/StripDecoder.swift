// Takes up to so many of a character off the start and the end of each token.

struct StripDecoder: Decoder {
  static let typeName = "Strip"
  let content: UInt32
  let start: Int
  let stop: Int

  init(_ content: UInt32, start: Int, stop: Int) {
    self.content = content
    self.start = start
    self.stop = stop
  }

  init(_ config: ComponentConfig) throws(TokenizerError) {
    content = try config.scalar("content")
    start = try config.required("start").count()
    stop = try config.required("stop").count()
  }

  func decode(_ tokens: inout [[UInt8]]) {
    for index in tokens.indices {
      let token = tokens[index]
      var from = 0
      var to = token.count
      var left = start
      while left > 0, from < to, case (let value, let width) = scalar(token, at: from), value == content {
        from += width
        left -= 1
      }
      left = stop
      while left > 0, from < to, case let last = previousScalar(token, before: to), scalar(token, at: last).value == content {
        to = last
        left -= 1
      }
      if to - from < token.count { tokens[index] = Array(token[from..<to]) }
    }
  }
}

extension ComponentConfig {
  /// A number of characters.
  func count() throws(TokenizerError) -> Int {
    let count = try integer()
    if count < 0 { throw error(.wrongKind(found: "\(count)", expected: "a number of characters")) }
    return count
  }
}
