// A day in UTC, as waivers name it. Nothing here reads a clock: today's date is handed in.

/// A day of the Gregorian calendar.
public struct CalendarDate: Sendable, Hashable, Comparable, CustomStringConvertible {
  public let year: Int
  public let month: Int
  public let day: Int

  /// A day that exists, years 1 to 9999; nil otherwise.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day) else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// A date written `2026-12-31`; nil for any other text.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2], text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// The UTC day of a Unix time in seconds; times outside the years 1970 to 9999 give the nearest day inside.
  public init(unixTime seconds: Int) {
    // Days since 1970-01-01, counted off by years, then months; 2,932,896 is 9999-12-31.
    var days = min(max(0, seconds / 86_400), 2_932_896)
    var year = 1970
    while true {
      let length = Self.isLeap(year) ? 366 : 365
      if days < length { break }
      days -= length
      year += 1
    }
    var month = 1
    while days >= Self.days(in: month, of: year) {
      days -= Self.days(in: month, of: year)
      month += 1
    }
    self.year = year
    self.month = month
    day = days + 1
  }

  public var description: String {
    "\(String(repeating: "0", count: 4 - "\(year)".count))\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
  }

  public static func < (a: CalendarDate, b: CalendarDate) -> Bool { (a.year, a.month, a.day) < (b.year, b.month, b.day) }

  private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  private static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
