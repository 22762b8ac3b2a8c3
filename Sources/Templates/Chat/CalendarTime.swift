// A date and time of day as a value, printed as Python's `datetime.strftime` does in the C locale.

/// A moment of the Gregorian calendar without a time zone: what a template prints as "today".
public struct CalendarTime: Sendable, Hashable {
  public let year: Int
  public let month: Int
  public let day: Int
  public let hour: Int
  public let minute: Int
  public let second: Int

  /// - Parameters:
  ///   - year: 1 to 9999.
  /// - Returns: nil where there is no such day or time.
  public init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    guard (1...9999).contains(year), (1...12).contains(month), (1...Self.days(inMonth: month, of: year)).contains(day),
      (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// 1 for January 1.
  private var dayOfYear: Int { (1..<month).reduce(day) { $0 + Self.days(inMonth: $1, of: year) } }

  /// Days since Monday, January 1 of year 1, of the first day of a year.
  private static func dayNumber(ofYear year: Int) -> Int {
    let past = year - 1
    return past * 365 + past / 4 - past / 100 + past / 400
  }

  /// 0 for Monday.
  private var weekday: Int { (Self.dayNumber(ofYear: year) + dayOfYear - 1) % 7 }

  /// Year and week of ISO 8601: week 1 holds the year's first Thursday.
  private var isoWeek: (year: Int, week: Int) {
    let week = (dayOfYear - 1 - weekday + 10) / 7
    if week < 1 { return (year - 1, Self.weeks(in: year - 1)) }
    if week > Self.weeks(in: year) { return (year + 1, 1) }
    return (year, week)
  }

  private static func weeks(in year: Int) -> Int {
    let first = dayNumber(ofYear: max(year, 1)) % 7
    return first == 3 || (first == 2 && isLeap(year)) ? 53 : 52
  }

  private static let dayNames = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
  private static let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
  ]

  /// The text of a format such as `%d %b %Y`, with glibc's flags (`%-d`, `%_d`, `%^a`).
  ///
  /// The time has no zone: `%z` and `%Z` print nothing. What is no directive stays as it stands.
  public func formatted(_ format: String) -> String {
    let scalars = Array(format.unicodeScalars)
    var result = ""
    var index = 0
    while index < scalars.count {
      guard scalars[index] == "%" else {
        result.unicodeScalars.append(scalars[index])
        index += 1
        continue
      }
      var end = index + 1
      var flag: UnicodeScalar?
      while end < scalars.count, "-_0^#".unicodeScalars.contains(scalars[end]) {
        flag = scalars[end]
        end += 1
      }
      if end < scalars.count, let text = field(scalars[end], flag) {
        result += text
      } else {
        result.unicodeScalars.append(contentsOf: scalars[index..<min(end + 1, scalars.count)])
      }
      index = end + 1
    }
    return result
  }

  private func field(_ directive: UnicodeScalar, _ flag: UnicodeScalar?) -> String? {
    func number(_ value: Int, _ width: Int, _ fill: String = "0") -> String {
      let digits = String(value)
      let padding = flag == "-" ? "" : flag == "_" ? " " : flag == "0" ? "0" : fill
      return padding.isEmpty ? digits : String(repeating: padding, count: max(0, width - digits.count)) + digits
    }
    func name(_ text: some StringProtocol) -> String { flag == "^" || flag == "#" ? text.uppercased() : String(text) }
    let twelve = hour % 12 == 0 ? 12 : hour % 12
    switch directive {
    case "a": return name(Self.dayNames[weekday].prefix(3))
    case "A": return name(Self.dayNames[weekday])
    case "b", "h": return name(Self.monthNames[month - 1].prefix(3))
    case "B": return name(Self.monthNames[month - 1])
    case "C": return number(year / 100, 2)
    case "d": return number(day, 2)
    case "e": return number(day, 2, " ")
    case "f": return "000000"
    case "G": return number(isoWeek.year, 1)
    case "g": return number(isoWeek.year % 100, 2)
    case "H": return number(hour, 2)
    case "I": return number(twelve, 2)
    case "j": return number(dayOfYear, 3)
    case "k": return number(hour, 2, " ")
    case "l": return number(twelve, 2, " ")
    case "m": return number(month, 2)
    case "M": return number(minute, 2)
    case "n": return "\n"
    case "p": return flag == "#" ? (hour < 12 ? "am" : "pm") : hour < 12 ? "AM" : "PM"
    case "P": return hour < 12 ? "am" : "pm"
    case "S": return number(second, 2)
    case "t": return "\t"
    case "u": return number(weekday + 1, 1)
    case "U": return number((dayOfYear + 6 - (weekday + 1) % 7) / 7, 2)
    case "V": return number(isoWeek.week, 2)
    case "w": return number((weekday + 1) % 7, 1)
    case "W": return number((dayOfYear + 6 - weekday) / 7, 2)
    case "y": return number(year % 100, 2)
    // glibc does not pad years.
    case "Y": return number(year, 1)
    case "z", "Z": return ""
    case "%": return "%"
    case "c": return formatted("%a %b %e %H:%M:%S %Y")
    case "D", "x": return formatted("%m/%d/%y")
    case "F": return formatted("%Y-%m-%d")
    case "r": return formatted("%I:%M:%S %p")
    case "R": return formatted("%H:%M")
    case "T", "X": return formatted("%H:%M:%S")
    default: return nil
    }
  }
}
