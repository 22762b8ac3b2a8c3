// A moment as records and messages write it.

package enum Timestamp {
  /// `2026-11-23T04:05:06Z` for a Unix time in seconds.
  package static func rfc3339(_ seconds: Int) -> String {
    let day = max(0, seconds) % 86_400
    let parts = [day / 3600, day / 60 % 60, day % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
    return "\(CalendarDate(unixTime: seconds))T\(parts.joined(separator: ":"))Z"
  }
}
