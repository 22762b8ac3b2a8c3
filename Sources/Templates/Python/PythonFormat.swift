// Python's two ways of filling in a format: `'%s' % x` and `'{}'.format(x)`.

internal import OrderedCollections

enum PythonFormat {
  /// The widest field, and the most digits.
  private static let widthLimit = 10_000

  /// How one value is laid out: what stands between `%` and its letter, or behind the colon.
  private struct Layout {
    var fill: UnicodeScalar = " "
    var alignment: UnicodeScalar?
    var sign: UnicodeScalar?
    var isAlternate = false
    var width = 0
    var hasGroups = false
    var precision: Int?
    var kind: UnicodeScalar?

    func padded(_ text: String, isNumber: Bool) -> String {
      guard alignment != "=" else {
        let prefix = text.unicodeScalars.first.flatMap { "+- ".unicodeScalars.contains($0) ? String($0) : nil } ?? ""
        let digits = PythonText.text(of: text.unicodeScalars.dropFirst(prefix.unicodeScalars.count))
        return prefix + PythonText.padded(digits, width: width - prefix.utf8.count, fill: String(fill), alignment: ">")
      }
      return PythonText.padded(text, width: width, fill: String(fill), alignment: Character(alignment ?? (isNumber ? ">" : "<")))
    }

    func signed(_ digits: String, isNegative: Bool) -> String {
      (isNegative ? "-" : sign.map { $0 == "-" ? "" : String($0) } ?? "") + digits
    }
  }

  // MARK: - '%s' % x

  static func percent(_ format: String, _ value: Value, _ interpreter: Interpreter) throws -> String {
    var reader = Reader(Array(format.unicodeScalars))
    var values: [Value] = if case .tuple(let elements) = value { elements.values.reversed() } else { [value] }
    var result = ""
    var usesMapping = false
    while let scalar = reader.next() {
      guard scalar == "%" else {
        result.unicodeScalars.append(scalar)
        continue
      }
      if reader.skip("%") {
        result += "%"
        continue
      }
      var layout = Layout()
      var argument: Value?
      if reader.skip("(") {
        let key = reader.text { $0 != ")" }
        guard reader.skip(")") else { throw Fault.value("incomplete format key") }
        guard case .dictionary(let dictionary) = value else { throw Fault.type("format requires a mapping") }
        guard let member = dictionary.members[.string(key)] else { throw Fault.value("'\(key)'") }
        argument = member
        usesMapping = true
      }
      while let flag = reader.peek, "#0- +".unicodeScalars.contains(flag) {
        reader.position += 1
        switch flag {
        case "-": layout.alignment = "<"
        case "0": if layout.alignment == nil { (layout.fill, layout.alignment) = ("0", "=") }
        case "+": layout.sign = "+"
        case " ": if layout.sign == nil { layout.sign = " " }
        default: layout.isAlternate = true
        }
      }
      func take() throws -> Value {
        guard let next = argument ?? values.popLast() else { throw Fault.type("not enough arguments for format string") }
        return next
      }
      layout.width = try reader.number() ?? 0
      if reader.skip(".") { layout.precision = try reader.number() ?? 0 }
      guard let kind = reader.next() else { throw Fault.value("incomplete format") }
      if layout.alignment == "<" { layout.fill = " " }
      result += try percentField(try interpreter.defined(try take()), kind, layout)
      try interpreter.allocate(layout.width)
    }
    if !values.isEmpty, !usesMapping {
      if case .dictionary = value {} else { throw Fault.type("not all arguments converted during string formatting") }
    }
    return result
  }

  private static func percentField(_ value: Value, _ kind: UnicodeScalar, _ layout: Layout) throws -> String {
    var layout = layout
    switch kind {
    case "s", "r", "a":
      var text = kind == "s" ? value.text : value.representation
      if let precision = layout.precision { text = PythonText.text(of: text.unicodeScalars.prefix(precision)) }
      if layout.alignment == nil || layout.alignment == "=" { (layout.alignment, layout.fill) = (">", " ") }
      return layout.padded(text, isNumber: false)
    case "d", "i", "u":
      guard let number = value.integer ?? value.number.flatMap({ Int(exactly: $0.rounded(.towardZero)) }) else {
        throw Fault.type("%d format: a real number is required, not \(value.typeName)")
      }
      var digits = String(number.magnitude)
      if let precision = layout.precision { digits = String(repeating: "0", count: max(0, precision - digits.count)) + digits }
      return layout.padded(layout.signed(digits, isNegative: number < 0), isNumber: true)
    case "x", "X", "o":
      guard let number = value.integer else { throw Fault.type("%\(kind) format: an integer is required, not \(value.typeName)") }
      layout.kind = kind
      return layout.padded(layout.signed(radixDigits(number.magnitude, layout), isNegative: number < 0), isNumber: true)
    case "f", "F", "e", "E", "g", "G":
      guard let number = value.number else { throw Fault.type("must be real number, not \(value.typeName)") }
      layout.kind = kind
      return layout.padded(layout.signed(floatDigits(number.magnitude, layout), isNegative: number.sign == .minus), isNumber: true)
    case "c":
      if case .string(let text) = value, text.unicodeScalars.count == 1 { return layout.padded(text, isNumber: true) }
      guard let number = value.integer, let code = UInt32(exactly: number), let scalar = UnicodeScalar(code) else {
        throw Fault.type("%c requires int or char")
      }
      return layout.padded(String(scalar), isNumber: true)
    default: throw Fault.value("unsupported format character '\(kind)'")
    }
  }

  private static func radixDigits(_ number: UInt, _ layout: Layout) -> String {
    switch layout.kind {
    case "x": (layout.isAlternate ? "0x" : "") + String(number, radix: 16)
    case "X": (layout.isAlternate ? "0X" : "") + String(number, radix: 16, uppercase: true)
    case "o": (layout.isAlternate ? "0o" : "") + String(number, radix: 8)
    default: (layout.isAlternate ? "0b" : "") + String(number, radix: 2)
    }
  }

  private static func floatDigits(_ number: Double, _ layout: Layout) -> String {
    guard number.isFinite else { return number.isNaN ? "nan" : "inf" }
    let precision = layout.precision ?? 6
    switch layout.kind {
    case "e": return DecimalText.exponential(number, places: precision)
    case "E": return DecimalText.exponential(number, places: precision).uppercased()
    case "g": return DecimalText.general(number, precision: precision)
    case "G": return DecimalText.general(number, precision: precision).uppercased()
    default: return DecimalText.fixed(number, places: precision)
    }
  }

  // MARK: - '{}'.format(x)

  static func format(_ format: String, _ arguments: CallArguments, _ interpreter: Interpreter) throws -> String {
    var reader = Reader(Array(format.unicodeScalars))
    var result = ""
    var automatic = 0
    while let scalar = reader.next() {
      if scalar == "{" && reader.skip("{") {
        result += "{"
      } else if scalar == "}" {
        guard reader.skip("}") else { throw Fault.value("Single '}' encountered in format string") }
        result += "}"
      } else if scalar == "{" {
        let field = reader.text { $0 != "}" }
        guard reader.skip("}") else { throw Fault.value("expected '}' before end of string") }
        let colon = field.firstIndex(of: ":")
        var name = String(colon.map { field[..<$0] } ?? Substring(field))
        var conversion: String?
        if let mark = name.firstIndex(of: "!") {
          conversion = String(name[name.index(after: mark)...])
          name = String(name[..<mark])
        }
        guard name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else {
          throw Fault(.unsupported("an attribute or index in a format field"))
        }
        var value: Value
        if name.isEmpty || Int(name) != nil {
          let index = Int(name) ?? automatic
          if name.isEmpty { automatic += 1 }
          guard arguments.positional.indices.contains(index) else {
            throw Fault.value("Replacement index \(index) out of range for positional args tuple")
          }
          value = arguments.positional[index]
        } else {
          guard let named = arguments.named.last(where: { $0.name == name }) else { throw Fault.value("'\(name)'") }
          value = named.value
        }
        value = try interpreter.defined(value)
        if let conversion { value = .string(conversion == "r" ? value.representation : value.text) }
        result += try self.field(value, colon.map { String(field[field.index(after: $0)...]) } ?? "", interpreter)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// One value by a format specification: `[[fill]align][sign][#][0][width][,][.precision][type]`.
  private static func field(_ value: Value, _ specification: String, _ interpreter: Interpreter) throws -> String {
    if specification.isEmpty { return value.text }
    var reader = Reader(Array(specification.unicodeScalars))
    var layout = Layout()
    if reader.scalars.count > 1, "<>^=".unicodeScalars.contains(reader.scalars[1]) {
      layout.fill = reader.scalars[0]
      layout.alignment = reader.scalars[1]
      reader.position = 2
    } else if let first = reader.peek, "<>^=".unicodeScalars.contains(first) {
      layout.alignment = first
      reader.position = 1
    }
    if let sign = reader.peek, "+- ".unicodeScalars.contains(sign) {
      layout.sign = sign
      reader.position += 1
    }
    layout.isAlternate = reader.skip("#")
    if reader.skip("0"), layout.alignment == nil { (layout.fill, layout.alignment) = ("0", "=") }
    layout.width = try reader.number() ?? 0
    layout.hasGroups = reader.skip(",")
    if reader.skip(".") { layout.precision = try reader.number() }
    layout.kind = reader.next()
    guard reader.peek == nil else { throw Fault.value("Invalid format specifier '\(specification)'") }
    try interpreter.allocate(layout.width)
    return try text(of: value, layout)
  }

  private static func text(of value: Value, _ layout: Layout) throws -> String {
    func mismatch() -> Fault {
      .value("Unknown format code '\(layout.kind.map { String($0) } ?? "")' for object of type '\(value.typeName)'")
    }
    if case .string(let text) = value {
      guard layout.kind == nil || layout.kind == "s" else { throw mismatch() }
      return layout.padded(layout.precision.map { PythonText.text(of: text.unicodeScalars.prefix($0)) } ?? text, isNumber: false)
    }
    switch layout.kind {
    case nil, "d", "x", "X", "o", "b", "n":
      if let number = value.integer {
        let isDecimal = layout.kind == nil || layout.kind == "d" || layout.kind == "n"
        let digits = isDecimal ? String(number.magnitude) : radixDigits(number.magnitude, layout)
        return layout.padded(layout.signed(layout.hasGroups ? grouped(digits) : digits, isNegative: number < 0), isNumber: true)
      }
      guard case .float(let number) = value, layout.kind == nil else { throw mismatch() }
      var text = DecimalText.representation(number.magnitude)
      if let precision = layout.precision { text = DecimalText.general(number.magnitude, precision: precision) }
      return layout.padded(layout.signed(layout.hasGroups ? grouped(text) : text, isNegative: number < 0), isNumber: true)
    case "f", "F", "e", "E", "g", "G", "%":
      guard let number = value.number else { throw mismatch() }
      let digits = floatDigits(layout.kind == "%" ? number.magnitude * 100 : number.magnitude, layout)
      let text = (layout.hasGroups ? grouped(digits) : digits) + (layout.kind == "%" ? "%" : "")
      return layout.padded(layout.signed(text, isNegative: number.sign == .minus), isNumber: true)
    default: throw mismatch()
    }
  }

  /// Commas between thousands.
  private static func grouped(_ digits: String) -> String {
    let whole = digits.prefix { $0.isNumber }
    var result = ""
    for (index, digit) in whole.enumerated() {
      if index > 0, (whole.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return result + digits.dropFirst(whole.count)
  }

  private struct Reader {
    let scalars: [UnicodeScalar]
    var position = 0

    init(_ scalars: [UnicodeScalar]) { self.scalars = scalars }

    var peek: UnicodeScalar? { position < scalars.count ? scalars[position] : nil }

    mutating func next() -> UnicodeScalar? {
      guard let scalar = peek else { return nil }
      position += 1
      return scalar
    }

    mutating func skip(_ scalar: UnicodeScalar) -> Bool {
      guard peek == scalar else { return false }
      position += 1
      return true
    }

    mutating func text(while condition: (UnicodeScalar) -> Bool) -> String {
      let start = position
      while let scalar = peek, condition(scalar) { position += 1 }
      return PythonText.text(of: scalars[start..<position])
    }

    mutating func number() throws -> Int? {
      let digits = text { ("0"..."9").contains($0) }
      if digits.isEmpty { return nil }
      guard let number = Int(digits), number <= PythonFormat.widthLimit else {
        throw Fault(.limit("a format asks for more than \(PythonFormat.widthLimit) characters"))
      }
      return number
    }
  }
}
