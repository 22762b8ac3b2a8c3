// Python's `re.sub`, for the filter `regex_replace` of lm-evaluation-harness.

internal import Documents

enum RegularExpression {
  /// `re.sub(pattern, replacement, text, count)`; 0 replaces all.
  static func replace(_ pattern: String, in text: String, with replacement: String, count: Int, _ interpreter: Interpreter) throws -> String {
    let expression: Regex<AnyRegexOutput>
    do {
      expression = try Regex(pattern).matchingSemantics(.unicodeScalar).anchorsMatchLineEndings(false)
    } catch {
      throw Fault.value("the pattern \(quoted(pattern)) is no regular expression: \(error)")
    }
    var result = ""
    var position = text.startIndex
    var done = 0
    for match in text.matches(of: expression) {
      if count > 0, done == count { break }
      try interpreter.step()
      result += text[position..<match.range.lowerBound]
      let inserted = try expanded(replacement, match)
      try interpreter.allocate(inserted.utf8.count)
      result += inserted
      position = match.range.upperBound
      done += 1
    }
    result += text[position...]
    return result
  }

  /// `\1`, `\g<1>`, `\g<name>` and the escapes of a replacement.
  private static func expanded(_ replacement: String, _ match: Regex<AnyRegexOutput>.Match) throws -> String {
    let scalars = Array(replacement.unicodeScalars)
    var result = ""
    var index = 0
    func group(_ name: String) throws -> String {
      if let number = Int(name) {
        guard match.output.indices.contains(number) else { throw Fault.value("invalid group reference \(number)") }
        return match.output[number].substring.map { String($0) } ?? ""
      }
      guard let element = match.output.first(where: { $0.name == name }) else { throw Fault.value("unknown group name '\(name)'") }
      return element.substring.map { String($0) } ?? ""
    }
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      guard scalar == "\\", index < scalars.count else {
        result.unicodeScalars.append(scalar)
        continue
      }
      let escape = scalars[index]
      index += 1
      switch escape {
      case "1"..."9":
        var digits = String(escape)
        if index < scalars.count, ("0"..."9").contains(scalars[index]) {
          digits.unicodeScalars.append(scalars[index])
          index += 1
        }
        result += try group(digits)
      case "g":
        guard index < scalars.count, scalars[index] == "<", let end = scalars[index...].firstIndex(of: ">") else {
          throw Fault.value("missing < in group reference")
        }
        result += try group(PythonText.text(of: scalars[(index + 1)..<end]))
        index = end + 1
      default:
        guard let plain = PythonLiteral.unescaped(ArraySlice([scalar, escape])) else { throw Fault.value("bad escape \\\(escape)") }
        result += plain
      }
    }
    return result
  }
}
