// One page in a browser: its size and theme, what a script in it finds, and what it complained about.

public import Documents
internal import Foundation

/// A page that shows one document.
public struct BrowserPage: Sendable {
  private let browser: Browser
  private let session: String

  static func open(_ address: String, width: Int, in browser: Browser) async throws -> BrowserPage {
    let target = try await browser.send("Target.createTarget", ["url": "about:blank"])
    let attached = try await browser.send(
      "Target.attachToTarget", ["targetId": target["targetId"] ?? .null, "flatten": true])
    let page = BrowserPage(browser: browser, session: attached["sessionId"]?.string ?? "")
    for domain in ["Page", "Runtime", "Log", "Network"] { _ = try await page.send("\(domain).enable") }
    try await page.resize(width: width)
    try await page.show(address)
    return page
  }

  private func send(_ method: String, _ parameters: JSONValue = [:]) async throws -> JSONValue {
    try await browser.send(method, parameters, session: session)
  }

  /// Loads an address and waits until all of it is there.
  private func show(_ address: String) async throws {
    _ = try await send("Page.navigate", ["url": .string(address)])
    for _ in 0..<600 {
      if try await evaluate("document.readyState === 'complete' && location.href !== 'about:blank'").bool == true { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw BrowserError.silent(method: "Page.navigate", seconds: 30)
  }

  /// Loads the document again.
  public func reload() async throws { try await show(try await evaluate("location.href.split('#')[0]").string ?? "") }

  public func resize(width: Int, height: Int = 900) async throws {
    _ = try await send(
      "Emulation.setDeviceMetricsOverride",
      ["width": .integer(width), "height": .integer(height), "deviceScaleFactor": 1, "mobile": false])
  }

  /// What the system is said to prefer: `light` or `dark`.
  public func prefer(_ theme: String) async throws {
    _ = try await send(
      "Emulation.setEmulatedMedia", ["features": [["name": "prefers-color-scheme", "value": .string(theme)]]])
  }

  /// Whether the document's own scripts run; ``evaluate(_:)`` always does.
  public func allowScripts(_ isAllowed: Bool) async throws {
    _ = try await send("Emulation.setScriptExecutionDisabled", ["value": .bool(!isAllowed)])
  }

  /// The value of a JavaScript expression; a promise is waited for.
  public func evaluate(_ expression: String) async throws -> JSONValue {
    let answer = try await send(
      "Runtime.evaluate", ["expression": .string(expression), "returnByValue": true, "awaitPromise": true])
    if let problem = answer["exceptionDetails"] { throw BrowserError.refused(method: "evaluate", message: problem.serialized()) }
    return answer["result"]?["value"] ?? .null
  }

  /// A picture of what is seen, as PNG.
  public func screenshot() async throws -> [UInt8] {
    let answer = try await send("Page.captureScreenshot", ["format": "png"])
    return Array(Data(base64Encoded: answer["data"]?.string ?? "") ?? Data())
  }

  /// Errors and warnings of the page's console, and exceptions in it.
  public func complaints() async -> [String] {
    await browser.events.compactMap { event in
      guard event["sessionId"]?.string == session else { return nil }
      let parameters = event["params"] ?? [:]
      switch event["method"]?.string {
      case "Runtime.exceptionThrown": return parameters.serialized()
      case "Runtime.consoleAPICalled": return ["error", "warning", "assert"].contains(parameters["type"]?.string) ? parameters.serialized() : nil
      case "Log.entryAdded": return ["error", "warning"].contains(parameters["entry"]?["level"]?.string) ? parameters.serialized() : nil
      default: return nil
      }
    }
  }

  /// Everything that the page asked for, the document included.
  public func requests() async -> [String] {
    await browser.events.compactMap { event in
      event["sessionId"]?.string == session && event["method"]?.string == "Network.requestWillBeSent"
        ? event["params"]?["request"]?["url"]?.string : nil
    }
  }
}
