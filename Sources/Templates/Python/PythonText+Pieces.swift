// Cutting and joining text as Python's `str` does: find, replace, split, lines.

extension PythonText {
  /// Number of code points, as `len` counts.
  public static func length(_ text: String) -> Int { text.unicodeScalars.count }

  /// Byte offsets of `part` in `text`, not overlapping, at most `limit` of them.
  static func offsets(of part: [UInt8], in text: [UInt8], limit: Int = .max) -> [Int] {
    var found: [Int] = []
    guard let first = part.first, text.count >= part.count else { return found }
    var index = 0
    while index <= text.count - part.count, found.count < limit {
      if text[index] == first, text[index..<index + part.count].elementsEqual(part) {
        found.append(index)
        index += part.count
      } else {
        index += 1
      }
    }
    return found
  }

  static func contains(_ text: String, _ part: String) -> Bool {
    part.isEmpty || !offsets(of: Array(part.utf8), in: Array(text.utf8), limit: 1).isEmpty
  }

  static func count(_ text: String, _ part: String) -> Int {
    part.isEmpty ? length(text) + 1 : offsets(of: Array(part.utf8), in: Array(text.utf8)).count
  }

  /// The code point index of the first or last occurrence, or -1.
  static func find(_ text: String, _ part: String, last: Bool = false) -> Int {
    let scalars = Array(text.unicodeScalars)
    let wanted = Array(part.unicodeScalars)
    guard scalars.count >= wanted.count else { return -1 }
    let starts = 0...(scalars.count - wanted.count)
    func matches(_ start: Int) -> Bool { scalars[start..<start + wanted.count].elementsEqual(wanted) }
    return (last ? starts.last(where: matches) : starts.first(where: matches)) ?? -1
  }

  /// What stands before the last occurrence of `part`, and what behind it; nil where there is none.
  static func cut(_ text: String, atLast part: String) -> (before: String, after: String)? {
    let bytes = Array(text.utf8)
    guard let offset = offsets(of: Array(part.utf8), in: bytes).last else { return nil }
    return (String(decoding: bytes[..<offset], as: UTF8.self), String(decoding: bytes[(offset + part.utf8.count)...], as: UTF8.self))
  }

  /// `str.replace`; an empty `part` stands between all code points. A negative count means all.
  public static func replace(_ text: String, _ part: String, with replacement: String, count: Int = -1) -> String {
    let limit = count < 0 ? Int.max : count
    if part.isEmpty {
      var result = ""
      var done = 0
      for scalar in text.unicodeScalars {
        if done < limit {
          result += replacement
          done += 1
        }
        result.unicodeScalars.append(scalar)
      }
      return done < limit ? result + replacement : result
    }
    let bytes = Array(text.utf8)
    let length = part.utf8.count
    let found = offsets(of: Array(part.utf8), in: bytes, limit: limit)
    if found.isEmpty { return text }
    var result: [UInt8] = []
    var position = 0
    for offset in found {
      result += bytes[position..<offset]
      result += replacement.utf8
      position = offset + length
    }
    result += bytes[position...]
    return String(decoding: result, as: UTF8.self)
  }

  /// `str.split(separator, limit)` or, from the right, `str.rsplit`; the separator is not empty.
  static func split(_ text: String, separator: String, limit: Int = -1, fromRight: Bool = false) -> [String] {
    let bytes = Array(text.utf8)
    let length = separator.utf8.count
    var found: [Int]
    if fromRight {
      let reversed = offsets(of: separator.utf8.reversed(), in: bytes.reversed(), limit: limit < 0 ? .max : limit)
      found = reversed.map { bytes.count - $0 - length }.reversed()
    } else {
      found = offsets(of: Array(separator.utf8), in: bytes, limit: limit < 0 ? .max : limit)
    }
    found.append(bytes.count)
    var pieces: [String] = []
    var position = 0
    for offset in found {
      pieces.append(String(decoding: bytes[position..<offset], as: UTF8.self))
      position = offset + length
    }
    return pieces
  }

  /// `str.split()`: at runs of white space, without empty pieces.
  static func words(_ text: String, limit: Int = -1, fromRight: Bool = false) -> [String] {
    var scalars = Array(text.unicodeScalars)
    if fromRight { scalars.reverse() }
    var words: [[UnicodeScalar]] = []
    var index = 0
    while true {
      while index < scalars.count, isSpace(scalars[index]) { index += 1 }
      if index == scalars.count { break }
      if limit >= 0, words.count == limit {
        words.append(Array(scalars[index...]))
        break
      }
      let start = index
      while index < scalars.count, !isSpace(scalars[index]) { index += 1 }
      words.append(Array(scalars[start..<index]))
    }
    let texts = words.map { Self.text(of: fromRight ? $0.reversed() : $0) }
    return fromRight ? texts.reversed() : texts
  }

  /// `str.splitlines`.
  static func lines(_ text: String, keepsEnds: Bool = false) -> [String] {
    let scalars = Array(text.unicodeScalars)
    var lines: [String] = []
    var start = 0
    var index = 0
    while index < scalars.count {
      switch scalars[index].value {
      case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029:
        let end = scalars[index] == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n" ? index + 2 : index + 1
        lines.append(Self.text(of: scalars[start..<(keepsEnds ? end : index)]))
        start = end
        index = end
      default: index += 1
      }
    }
    if start < scalars.count { lines.append(Self.text(of: scalars[start...])) }
    return lines
  }

  static func text(of scalars: some Sequence<UnicodeScalar>) -> String {
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    return text
  }

  /// The text padded with `fill` to a width in code points.
  static func padded(_ text: String, width: Int, fill: String = " ", alignment: Character) -> String {
    let missing = width - length(text)
    if missing <= 0 { return text }
    // CPython's str.center puts the odd one to the left when the width is odd, too.
    let left = alignment == "<" ? 0 : alignment == ">" ? missing : missing / 2 + (missing & width & 1)
    return String(repeating: fill, count: left) + text + String(repeating: fill, count: missing - left)
  }

  /// Order by code point, which is the order of the UTF-8 bytes.
  static func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }
  static func same(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }
}
