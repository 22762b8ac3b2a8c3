// What requests take from the process: its name, its signals, and the certificates that its environment names.

internal import Delivery
internal import Foundation
internal import Gate
internal import Transfers

extension HTTPClient {
  /// Requests of the process; the first Ctrl-C ends them.
  static func process(_ environment: [String: String]) -> HTTPClient {
    var client = HTTPClient(userAgent: "flipgate/\(FlipgateVersion.program)", isCancelled: { Interruption.isRequested })
    // What curl and OpenSSL read: companies with their own certificates set one of them.
    client.certificates = ["CURL_CA_BUNDLE", "SSL_CERT_FILE"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    return client
  }
}

extension Courier {
  /// Messages of the process: its environment holds their addresses and secrets.
  static var process: Courier {
    let environment = ProcessInfo.processInfo.environment
    let start = ContinuousClock.now
    return Courier(
      client: .process(environment), environment: { environment[$0] }, now: { Int(Date().timeIntervalSince1970) },
      clock: { (ContinuousClock.now - start) / .seconds(1) }, jitter: { Double.random(in: 0...1) }, sleep: Interruption.sleep)
  }
}
