// When a server wants to be asked again: `Retry-After` in seconds, or as a date beside the server's own clock.

extension HTTPHead {
  /// The seconds to wait, nil where the server does not say.
  ///
  /// A date is held against the answer's `Date`, so that no clock of this machine is needed (RFC 9110, 10.2.3).
  public var retryAfter: Double? {
    guard let text = headers["Retry-After"]?.trimmingSpaces else { return nil }
    if let seconds = Int(text) { return seconds >= 0 ? Double(seconds) : nil }
    guard let then = HTTPDate.seconds(text), let now = headers["Date"].flatMap({ HTTPDate.seconds($0.trimmingSpaces) }) else { return nil }
    return Double(max(0, then - now))
  }
}

extension String {
  var trimmingSpaces: String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }
}

enum HTTPDate {
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// Unix seconds of `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that servers may still send; nil for any other text.
  static func seconds(_ text: String) -> Int? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), let month = months.firstIndex(of: String(parts[2])),
      let year = Int(parts[3]), (1970...9999).contains(year), (1...31).contains(day)
    else { return nil }
    let time = parts[4].split(separator: ":").map { Int($0) }
    guard time.count == 3, let hour = time[0], let minute = time[1], let second = time[2], (0...23).contains(hour),
      (0...59).contains(minute), (0...60).contains(second)
    else { return nil }
    // Days of the Gregorian calendar, counted in years that begin with March, so that the leap day is the last.
    let shifted = month >= 2 ? year : year - 1
    let dayOfYear = (153 * ((month + 10) % 12) + 2) / 5 + day - 1
    let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    return days * 86_400 + hour * 3600 + minute * 60 + second
  }
}
