// Templates that no one should trust: each stops with an error, none traps or runs away.

import Documents
import OrderedCollections
import Templates
import Testing

struct HostileTemplate: Sendable, CustomTestStringConvertible {
  var template: String
  var testDescription: String { quoted(template) }

  static let all: [HostileTemplate] = [
    "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
    "{{ range(1000000000) }}", "{{ range(0, 9223372036854775807, 9223372036854775806)|list }}x{{ range(100001) }}",
    "{{ 'x' * 1000000000000 }}", "{{ 'x' * 9223372036854775807 }}", "{{ [1] * 9223372036854775807 }}", "{{ ('x' * 1000000) * 1000000 }}",
    "{% set ns = namespace(x='x') %}{% for i in range(64) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% set ns = namespace(x=[]) %}{% for i in range(1000) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(90) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
    "{% set ns = namespace() %}{% set ns.x = ns %}", "{% set ns = namespace() %}{{ [ns] }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{% macro m(n) %}{% if n %}{{ m(n) }}{% endif %}{% endmacro %}{{ m(1) }}",
    "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "{{ 9223372036854775807 + 1 }}", "{{ -9223372036854775807 - 2 }}", "{{ 9223372036854775808 }}",
    "{{ (-9223372036854775807 - 1) // -1 }}",
    "{{ -(-9223372036854775807 - 1) }}", "{{ 3 ** 64 }}", "{{ 9223372036854775807 * 2 }}", "{{ (-9223372036854775807 - 1)|abs }}",
    "{{ 'a'.center(9223372036854775807) }}", "{{ 'a'|indent(99999999999) }}", "{{ 'a'.zfill(1000000000000) }}", "{{ '%1000000000d' % 1 }}",
    "{{ '{:1000000000}'.format(1) }}", "{{ 'aaaa'.replace('a', 'x' * 100000000).replace('x', 'y' * 1000) }}",
    "{{ 'ab'.replace('', 'x' * 200000000) }}",
    "{{ [1]|batch(9223372036854775807, 'x')|list }}", "{{ [1]|slice(9223372036854775807)|list }}", "{{ 'x'.split('') }}",
    "{{ " + String(repeating: "(", count: 20_000) + "1" + String(repeating: ")", count: 20_000) + " }}",
    "{{ " + String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000) + " }}",
    "{{ " + String(repeating: "not ", count: 20_000) + "1 }}", "{{ " + String(repeating: "-", count: 20_000) + "1 }}",
    "{{ 1" + String(repeating: " + 1", count: 20_000) + " }}", "{{ a" + String(repeating: ".a", count: 20_000) + " }}",
    "{{ a" + String(repeating: "|e", count: 20_000) + " }}", "{{ 1" + String(repeating: " if 1 else 1", count: 10_000) + " }}",
    String(repeating: "{% if 1 %}", count: 10_000) + String(repeating: "{% endif %}", count: 10_000),
    String(repeating: "{% for a in b %}", count: 10_000), "{% set " + String(repeating: "(", count: 20_000), "{{", "{%", "{#", "{% raw %}",
    "{{ '", "{{ '\\",
    "{{ '\\u12' }}", "{{ '\\N{DASH}' }}", "{{ ''.__class__.__mro__ }}", "{{ lipsum() }}", "{% include '/etc/passwd' %}",
    "{% import 'x' as y %}",
    "{{ self.x }}", "{{ cycler.__init__ }}", "{% do x %}", "{{ caller() }}", "{% break %}", "{{ 'a'|attr('__class__') + 1 }}",
    "{{ ('a' * 64 ~ '!')|regex_replace('(a+)+$', 'b') }}", "{{ ('a' * 40)|regex_replace('(a|a)*b', 'c') }}",
    "{{ ('a' * 100000)|regex_replace('', 'x' * 100000) }}", "{{ 'a'|regex_replace('(', 'b') }}", "{{ 'a'|regex_replace('a', '\\\\2') }}",
    "{{ 'a'|regex_replace('((a{1,999}){1,999}){1,999}b', '') * 999999999 }}",
    "{% set s = 'x' * 4000000 %}{% for i in range(9999) %}{% if 'y' in s %}{% endif %}{% endfor %}",
    "{% set s = 'x' * 4000000 %}{% for i in range(9999) %}{% if s[5] == 'y' or s.find('yy') > 0 %}{% endif %}{% endfor %}",
    "{% set s = [1] * 40000 %}{% for i in range(9999) %}{% set q = s|reverse|list %}{% endfor %}",
    "{% set s = [1] * 40000 %}{% for i in range(9999) %}{% if 2 in s or s == [2] %}{% endif %}{% endfor %}",
    "{{ 1 % 0 }}", "{{ 1.5 // 0 }}",
    "{{ {[1]: 2} }}", "{{ {}[[]] + 1 }}", "{{ 'abc'[1:2:0] }}", "{{ raise_exception('x') }}",
  ].map { HostileTemplate(template: $0) }
}

@Test(arguments: HostileTemplate.all)
func hostileTemplatesStop(_ hostile: HostileTemplate) {
  var environment = TemplateEnvironment.taskPrompts
  environment.limits.steps = 200_000
  environment.limits.memory = 8 << 20
  #expect(throws: TemplateError.self) { try Template(hostile.template, environment: environment).render(["b": ["x"]]) }
}

/// Every beginning of every reference template compiles or fails; none traps.
@Test func noBeginningOfATemplateTraps() {
  for reference in ReferenceRendering.all {
    var text = ""
    for scalar in reference.template.unicodeScalars {
      text.unicodeScalars.append(scalar)
      do {
        _ = try Template(text, environment: reference.environment).render(reference.context)
      } catch {
        #expect(error is TemplateError)
      }
    }
  }
}

@Test(arguments: [
  ("a\n {{ x }}", 2, 5, "'x' is undefined"), ("{{ d.a }}", 1, 5, "'dict object' has no attribute 'a'"),
  ("a\r\n\r\n{% iff %}", 3, 1, "there is no tag \"iff\"; did you mean \"if\"?"),
  ("{{ 'é' | upperr }}", 1, 10, "there is no filter \"upperr\"; did you mean \"upper\"?"),
  ("{{ 1 is evn }}", 1, 9, "there is no test \"evn\"; did you mean \"even\"?"),
  ("{{ 'a'|pprint }}", 1, 8, "the filter 'pprint' is not supported in templates here"),
  ("{% if 1 %}\n", 1, 1, "the tag that begins here has no {% endif %}"),
  ("{{ 1 2 }}", 1, 6, "found 2, expected an operator or the end of the expression, '}}'"),
])
func errorsNameTheirPlace(_ template: String, _ line: Int, _ column: Int, _ sentence: String) {
  let error = #expect(throws: TemplateError.self) {
    try Template(template, name: "t", environment: .taskPrompts).render(["d": [:]])
  }
  #expect(error?.description == "t, line \(line), column \(column): \(sentence)")
}

@Test func expressionsHaveValues() throws {
  let context: JSONValue = ["a": "x", "b": [1, 2.5, nil]]
  #expect(try Template("{{ [a, b] }}").value(context) == ["x", [1, 2.5, nil]])
  #expect(try Template(" {{ a }}").value(context) == nil)
  #expect(PythonLiteral.parse("[ 'a', \"b\" 'c', (1,), {'k': -2.5e1}, None, True, ] ") == ["a", "bc", [1], ["k": -25.0], nil, true])
  for text in ["", "[1", "x", "1 2", "__import__('os')", "['a' 1]", "01", "[,]"] { #expect(PythonLiteral.parse(text) == nil, "\(text)") }
}
