// Days that exist, and the day of a Unix time.

import Policies
import Testing

@Suite struct CalendarDateTests {
  @Test(arguments: ["2026-12-31", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"])
  func existing(_ text: String) { #expect(CalendarDate(text)?.description == text) }

  @Test(arguments: [
    "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-4-30", "26-04-30", "2026/04/30", "2026-04-30 ",
    "+026-04-30",
    "2026-04", "", "tomorrow", "２０２６-04-30",
  ])
  func notADay(_ text: String) { #expect(CalendarDate(text) == nil) }

  /// From `date -u -d @N +%F`.
  @Test(arguments: [
    (0, "1970-01-01"), (86_399, "1970-01-01"), (86_400, "1970-01-02"), (951_782_400, "2000-02-29"), (1_798_675_200, "2026-12-31"),
    (253_402_300_799, "9999-12-31"), (Int.max, "9999-12-31"), (Int.min, "1970-01-01"),
  ])
  func unixTime(_ seconds: Int, _ day: String) { #expect(CalendarDate(unixTime: seconds).description == day) }

  @Test func order() {
    let days = ["2025-12-31", "2026-01-01", "2026-01-02", "2026-02-01"].compactMap { CalendarDate($0) }
    #expect(days == days.sorted())
  }
}
