// Python's notion of white space, case and lines, by code point: what its `str` methods do (CPython 3.11, Objects/unicodeobject.c).

internal import Documents

/// The methods of Python's `str` that templates and task definitions rely on.
public enum PythonText {
  /// `str.isspace` of one code point, which is also `\s` of Python's `re`.
  public static func isSpace(_ scalar: UnicodeScalar) -> Bool {
    CharacterKind.space.contains(scalar)
  }

  /// `\w` of Python's `re`: `isalnum` or the underscore.
  static func isWordCharacter(_ scalar: UnicodeScalar) -> Bool {
    CharacterKind.word.contains(scalar)
  }

  /// `str.isdigit`: at least one code point, and all of them decimal digits or digits.
  public static func isDigits(_ text: String) -> Bool {
    !text.isEmpty
      && text.unicodeScalars.allSatisfy { scalar in
        if scalar.value < 0x80 { return ("0"..."9").contains(scalar) }
        return scalar.properties.numericType == .decimal || scalar.properties.numericType == .digit
      }
  }

  /// `str.strip()`, or of the code points in `characters`.
  public static func strip(_ text: String, characters: String? = nil, start: Bool = true, end: Bool = true) -> String {
    let set = characters.map { Array($0.unicodeScalars) }
    func drops(_ scalar: UnicodeScalar) -> Bool { set?.contains(scalar) ?? isSpace(scalar) }
    var scalars = Substring(text).unicodeScalars
    if start { while let first = scalars.first, drops(first) { scalars.removeFirst() } }
    if end { while let last = scalars.last, drops(last) { scalars.removeLast() } }
    return String(scalars)
  }

  /// `str.lower`, with the Greek final sigma.
  public static func lower(_ text: String) -> String {
    if let ascii = mappedASCII(text, { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }) { return ascii }
    let scalars = Array(text.unicodeScalars)
    var result = ""
    for index in scalars.indices { result += lower(scalars, index) }
    return result
  }

  /// `str.upper`.
  public static func upper(_ text: String) -> String {
    if let ascii = mappedASCII(text, { (0x61...0x7A).contains($0) ? $0 & 0xDF : $0 }) { return ascii }
    return text.unicodeScalars.reduce(into: "") { $0 += $1.properties.uppercaseMapping }
  }

  /// `str.capitalize`: the first code point in title case, the rest in lower case.
  public static func capitalize(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var result = ""
    for index in scalars.indices { result += index == 0 ? scalars[index].properties.titlecaseMapping : lower(scalars, index) }
    return result
  }

  /// `str.title`: every run of cased code points begins in title case.
  public static func title(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var result = ""
    var isInWord = false
    for index in scalars.indices {
      result += isInWord ? lower(scalars, index) : scalars[index].properties.titlecaseMapping
      isInWord = isCased(scalars[index])
    }
    return result
  }

  static func swapCase(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var result = ""
    for index in scalars.indices {
      let scalar = scalars[index]
      result +=
        scalar.properties.isUppercase
        ? lower(scalars, index) : scalar.properties.isLowercase ? scalar.properties.uppercaseMapping : String(scalar)
    }
    return result
  }

  private static func isCased(_ scalar: UnicodeScalar) -> Bool {
    scalar.properties.isUppercase || scalar.properties.isLowercase || scalar.properties.generalCategory == .titlecaseLetter
  }

  /// Lower case of one code point: a capital sigma at the end of a word is the final one.
  private static func lower(_ scalars: [UnicodeScalar], _ index: Int) -> String {
    guard scalars[index] == "\u{3A3}" else { return scalars[index].properties.lowercaseMapping }
    let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
    let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
    return before.map(isCased) == true && after.map(isCased) != true ? "\u{3C2}" : "\u{3C3}"
  }

  /// The text with each byte mapped, or nil if it is not ASCII.
  private static func mappedASCII(_ text: String, _ map: (UInt8) -> UInt8) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      if byte >= 0x80 { return nil }
      bytes.append(map(byte))
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
