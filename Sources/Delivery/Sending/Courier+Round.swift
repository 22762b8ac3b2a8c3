// A round of messages: all at once, what fails is kept, and told in the order of the policy.

internal import Documents

extension Courier {
  /// Sends all notices, side by side; what does not arrive is kept in the spool, what does is taken out of it.
  ///
  /// - Parameter spool: nil where there is no report folder to keep anything in.
  /// - Returns: what did not arrive, in the order of the notices, and what could not be kept.
  public func deliver(_ notices: [Notice], keepingFailures spool: Spool?) async -> [NoticeFailure] {
    let failures = await withTaskGroup(of: (Int, NoticeFailure?).self) { group in
      for (place, notice) in notices.enumerated() {
        group.addTask {
          do throws(NoticeFailure) {
            try await send(notice)
            return (place, nil)
          } catch {
            return (place, error)
          }
        }
      }
      var found: [Int: NoticeFailure] = [:]
      for await (place, failure) in group { found[place] = failure }
      return found
    }
    return notices.enumerated().compactMap { place, notice -> NoticeFailure? in
      guard var failure = failures[place] else {
        spool?.remove(notice)
        return nil
      }
      guard let spool else { return failure }
      var kept = notice
      // A file that was sent in vain for years says no more than one that says "often".
      kept.attempts = min(notice.attempts, 1_000_000) + failure.attempts
      kept.lastError = failure.reason
      do throws(FileError) {
        try spool.keep(kept)
        failure.keptAt = spool.path(of: notice)
      } catch {
        failure.keepingFailed = error
      }
      return failure
    }
  }
}
