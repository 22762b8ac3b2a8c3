import Documents
import Templates
func chat(_ path: String) throws {
  let cases = try JSONValue.parse(try Files.read(path), file: path).array ?? []
  var env = TemplateEnvironment.chat
  env.functions = [.init(name: "strftime_now") { _ in "2024-07-07" }]
  var good = 0, bad = 0, bothFail = 0
  for c in cases {
    let name = c["name"]?.string ?? ""
    do {
      let text = try Template(c["template"]?.string ?? "", name: name, environment: env).render(c["context"] ?? .null)
      if let o = c["output"]?.string { if o.utf8.elementsEqual(text.utf8) { good += 1 } else { bad += 1; print("DIFF", name, "\n  found   ", JSONValue.string(text).serialized().prefix(700), "\n  expected", JSONValue.string(o).serialized().prefix(700)) } }
      else { bad += 1; print("LENIENT", name, c["fails"]?.string ?? "") }
    } catch { if c["output"] != nil { bad += 1; print("FAIL", error) } else { bothFail += 1 } }
  }
  print("same \(good), both fail \(bothFail), differ \(bad)")
}
