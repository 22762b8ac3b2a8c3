// The page around the parts: head, content security policy, the bar on top, landmarks, foot.

internal import Digests

struct HTMLPage {
  var title: String
  var verdict: HTML
  var parts: [HTMLPart]
  var tone: HTMLTone

  func document() -> HTML {
    group {
      HTML(literal: "<!DOCTYPE html>\n")
      tag("html", ["lang": "en"]) {
        head()
        tag("body") {
          tag("a", ["class": "skip", "href": "#content"]) { "Skip to the verdict" }
          bar()
          tag("main", ["id": "content"]) {
            tag("header", ["class": "verdict width"]) { verdict }
            for part in parts { section(part) }
          }
          tag("footer") {
            tag("div", ["class": "width"]) {
              "Made by flipgate from result.json, which holds the same evidence for programs. This page loads nothing from the network."
            }
          }
          tag("script") { HTML(literal: HTMLScript.source) }
        }
      }
      HTML(literal: "\n")
    }
  }

  private func head() -> HTML {
    tag("head") {
      void("meta", ["charset": "utf-8"])
      void("meta", ["http-equiv": "Content-Security-Policy", "content": Self.securityPolicy])
      void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
      void("meta", ["name": "referrer", "content": "no-referrer"])
      void("meta", ["name": "robots", "content": "noindex"])
      // Without an icon of its own, a browser would ask the server for one.
      void("link", ["rel": "icon", "href": "data:,"])
      tag("title") { title }
      tag("style") { HTML(literal: HTMLStyle.sheet) }
    }
  }

  private func bar() -> HTML {
    tag("div", ["class": "bar-top"]) {
      tag("div", ["class": "width"]) {
        tag("span", ["class": "brand"]) {
          HTMLSigns.brand
          "flipgate"
        }
        tag("nav", ["aria-label": "Sections"]) {
          tag("ul") {
            for part in parts { tag("li") { tag("a", ["href": "#\(part.id)"]) { part.title } } }
          }
        }
        tag("div", ["class": "theme", "hidden": ""]) {
          tag("button", ["type": "button", "aria-label": "Switch between light and dark", "title": "Light or dark"]) { HTMLSigns.theme }
        }
      }
    }
  }

  private func section(_ part: HTMLPart) -> HTML {
    tag("div", ["class": "width"]) {
      tag("section", ["class": "part", "id": "\(part.id)", "aria-labelledby": "\(part.id)-title"]) {
        tag("h2", ["id": "\(part.id)-title"]) { part.title }
        part.content
      }
    }
  }

  /// Nothing is loaded, nothing is sent, and only this program's own style and script count; `data:` is the empty icon.
  static let securityPolicy =
    "default-src 'none'; style-src \(source(HTMLStyle.sheet)); script-src \(source(HTMLScript.source)); img-src data:; base-uri 'none'; "
    + "form-action 'none'"

  /// `'sha256-<base64>'`, as the policy names a text that stands in the page.
  private static func source(_ text: StaticString) -> String {
    var bits = 0
    var count = 0
    var base64 = ""
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    for digit in SHA256Digest.of(text.description).dropFirst("sha256:".count) {
      bits = bits << 4 | (digit.hexDigitValue ?? 0)
      count += 4
      if count >= 6 {
        base64.append(alphabet[bits >> (count - 6) & 63])
        count -= 6
        bits &= (1 << count) - 1
      }
    }
    // 256 bits are 42 digits of 6 and 4 more.
    base64.append(alphabet[bits << (6 - count) & 63])
    return "'sha256-\(base64)='"
  }
}
