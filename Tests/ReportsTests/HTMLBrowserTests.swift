// The HTML report in a real browser: it loads quietly, fits its window, reads in both themes, filters and sorts, and takes no text for markup.

import BrowserSupport
import Comparison
import Documents
import Policies
import Reports
import Testing

@Suite(.serialized, .timeLimit(.minutes(5))) struct HTMLBrowserTests {
  /// What a page can look like.
  static let pages: [HTMLSample] = [.mixed, .long, .hostile, .many, .remedied]

  @Test(arguments: pages) func loadsQuietlyAndFits(_ sample: HTMLSample) async throws {
    try await Browser.showing(try sample.page()) { page in
      for theme in ["light", "dark"] {
        for width in [320, 400, 1280] {
          try await page.prefer(theme)
          try await page.resize(width: width)
          // Every fold is opened: what is hidden can't overflow.
          let excess = try await page.evaluate(
            "(() => { document.querySelectorAll('details').forEach((d) => d.open = true); return document.scrollingElement.scrollWidth - innerWidth })()"
          )
          #expect(excess.integer.map { $0 <= 0 } == true, "\(excess.serialized()) px too wide at \(width) px, \(theme)")
        }
      }
      let complaints = await page.complaints()
      #expect(complaints == [])
      // The one request is the document's own; `data:,` is its empty icon.
      let requests = await page.requests()
      #expect(requests.filter { !$0.hasPrefix("file:") && $0 != "data:," } == [])
    }
  }

  /// WCAG 2.2, success criterion 1.4.3: 4.5 to 1 for text, 3 to 1 for large text.
  @Test(arguments: ["light", "dark"]) func textsStandOut(_ theme: String) async throws {
    try await Browser.showing(try HTMLSample.remedied.page()) { page in
      try await page.prefer(theme)
      let faint = try await page.evaluate(
        """
        (() => {
          const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
          const light = (colour) => numbers(colour).slice(0, 3).map((v) => v / 255)
            .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const ground = (element) => {
            for (let e = element; e; e = e.parentElement) {
              const colour = getComputedStyle(e).backgroundColor, parts = numbers(colour);
              if (parts.length < 4 || parts[3] === 1) return colour;
            }
            return 'rgb(255, 255, 255)';
          };
          const faint = [];
          for (const element of document.body.querySelectorAll('*')) {
            const isText = Array.from(element.childNodes).some((n) => n.nodeType === 3 && n.data.trim());
            if (!isText || element.closest('script, title, desc, [hidden]')) continue;
            const style = getComputedStyle(element), inSVG = element.namespaceURI.endsWith('svg');
            const [a, b] = [light(inSVG ? style.fill : style.color), light(ground(element))].sort((x, y) => y - x);
            const size = parseFloat(style.fontSize), isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 600);
            if ((a + 0.05) / (b + 0.05) < (isLarge ? 3 : 4.5)) faint.push(element.outerHTML.slice(0, 120) + ((a + 0.05) / (b + 0.05)).toFixed(2));
          }
          return faint;
        })()
        """)
      #expect(faint == [])
    }
  }

  /// Names, captions and ids that people rely on who do not see the page.
  @Test func isAccessible() async throws {
    try await Browser.showing(try HTMLSample.remedied.page()) { page in
      let problems = try await page.evaluate(
        """
        (() => {
          const all = (selector) => Array.from(document.querySelectorAll(selector)), problems = [];
          const check = (holds, what) => { if (!holds) problems.push(what) };
          const ids = all('[id]').map((e) => e.id);
          check(new Set(ids).size === ids.length, 'an id is given twice');
          check(all('h1').length === 1 && all('main').length === 1 && document.title && document.documentElement.lang, 'landmarks');
          for (const table of all('table')) check(table.caption?.textContent && table.querySelectorAll('th:not([scope])').length === 0, 'table');
          for (const svg of all('svg')) check(svg.parentElement.closest('svg') || svg.getAttribute('aria-hidden') || svg.querySelector('title')?.textContent, 'svg');
          for (const input of all('input, select')) check(input.closest('label')?.textContent.trim(), 'input');
          for (const button of all('button')) check(button.textContent.trim() || button.getAttribute('aria-label'), 'button');
          for (const link of all('a[href^="#"]')) check(document.getElementById(link.hash.slice(1)), 'a link leads nowhere: ' + link.hash);
          let level = 1;
          for (const heading of all('h1, h2, h3, h4')) {
            check(+heading.localName[1] <= level + 1 || heading.closest('.item'), 'heading ' + heading.textContent);
            level = +heading.localName[1];
          }
          return problems;
        })()
        """)
      #expect(problems == [])
    }
  }

  @Test func filters() async throws {
    try await Browser.showing(try HTMLSample.many.page()) { page in
      /// How many items show with this value of this field.
      func shown(_ field: String, _ value: String) async throws -> JSONValue {
        try await page.evaluate(
          """
          (async () => {
            const form = document.querySelector('.filters');
            form.reset();
            form.elements['\(field)'].value = '\(value)';
            form.dispatchEvent(new Event('input'));
            await new Promise((done) => setTimeout(done, 200));
            const seen = Array.from(document.querySelectorAll('.item')).filter((item) => item.checkVisibility()).length;
            return [seen, form.querySelector('output').textContent];
          })()
          """)
      }
      // HTMLSample.many: 40 flips on "cooking", each tenth one with the answer "a special answer", slices language=en for even ones, de for odd.
      let everything = try await shown("text", "")
      #expect(everything == [40, "40 shown"])
      let special = try await shown("text", "A SPECIAL")
      #expect(special == [4, "4 of 40 shown"])
      let nothing = try await shown("text", "no such text")
      #expect(nothing == [0, "0 of 40 shown"])
      let german = try await shown("slice", "0")
      #expect(german == [20, "20 of 40 shown"])
    }
  }

  @Test func sortsTables() async throws {
    try await Browser.showing(try HTMLSample.many.page()) { page in
      let orders = try await page.evaluate(
        """
        (() => {
          const table = document.querySelector('#slices table'), head = (n) => table.querySelectorAll('thead th')[n];
          const column = (n) => Array.from(table.tBodies[0].rows).map((row) => row.cells[n].textContent);
          const result = [];
          head(3).querySelector('button').click(); result.push(head(3).getAttribute('aria-sort'), column(1).join());
          head(3).querySelector('button').click(); result.push(head(3).getAttribute('aria-sort'), column(1).join());
          head(1).querySelector('button').click(); result.push(head(3).getAttribute('aria-sort'), column(1).join());
          return result;
        })()
        """)
      // 40 flips and 21 more items, even ones English: 31 items en, 30 de.
      #expect(orders == ["descending", "en,de", "ascending", "de,en", .null, "de,en"])
    }
  }

  @Test func switchesThemeAndOpensLinks() async throws {
    try await Browser.showing(try HTMLSample.many.page()) { page in
      try await page.prefer("light")
      let themes = try await page.evaluate(
        """
        (() => {
          const ground = () => getComputedStyle(document.body).backgroundColor, button = document.querySelector('.theme button'), seen = [ground()];
          button.click(); seen.push(ground()); button.click(); seen.push(ground());
          return [seen[0] === seen[2], seen[0] !== seen[1], !document.querySelector('.theme').hidden];
        })()
        """)
      #expect(themes == [true, true, true])
      let opened = try await page.evaluate(
        """
        (async () => {
          const last = Array.from(document.querySelectorAll('.item')).at(-1), before = last.open;
          location.hash = last.id;
          const isSeen = () => last.getBoundingClientRect().top < innerHeight;
          for (let wait = 0; wait < 50 && !isSeen(); wait += 1) await new Promise((done) => setTimeout(done, 100));
          return [before, last.open, isSeen()];
        })()
        """)
      #expect(opened == [false, true, true])
    }
  }

  @Test func readsWithoutItsScript() async throws {
    try await Browser.showing(try HTMLSample.many.page()) { page in
      try await page.allowScripts(false)
      try await page.reload()
      let seen = try await page.evaluate(
        """
        (() => {
          const seen = (selector) => document.querySelector(selector).checkVisibility();
          return [seen('h1'), seen('.filters'), seen('.theme'), document.querySelectorAll('th button').length, document.querySelectorAll('details.item').length]
        })()
        """)
      #expect(seen == [true, false, false, 0, 40])
      let complaints = await page.complaints()
      #expect(complaints == [])
    }
  }

  /// Text of models and files stays text: it adds no element, runs nothing, and reads as it was written.
  @Test func hostileTextStaysText() async throws {
    try await Browser.showing(try HTMLSample.hostile.page()) { page in
      let found = try await page.evaluate(
        """
        (() => {
          const text = document.body.textContent;
          return {
            ran: 'pwned' in window, scripts: document.querySelectorAll('script').length, styles: document.querySelectorAll('style').length,
            foreign: document.querySelectorAll('img, iframe, object, embed, base, form:not(.filters), b.hostile').length,
            handlers: Array.from(document.querySelectorAll('*')).filter((e) => Array.from(e.attributes).some((a) => a.name.startsWith('on') || /^javascript:/i.test(a.value))).length,
            shown: ['<script>', ']]>', '</style>', '<img src=x', '␀', '\\\\u{202E}', '--><b'].map((piece) => text.includes(piece)),
            controls: /[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]/.test(text),
            cut: text.includes('more characters are in result.json'),
          };
        })()
        """)
      #expect(found["ran"] == false)
      #expect(found["scripts"] == 1)
      #expect(found["styles"] == 1)
      #expect(found["foreign"] == 0)
      #expect(found["handlers"] == 0)
      #expect(found["shown"] == [true, true, true, true, true, true, true])
      #expect(found["controls"] == false)
      #expect(found["cut"] == true)
    }
  }
}
