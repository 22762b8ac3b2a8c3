// docs/supported-models.md says what the catalogue says; FLIPGATE_UPDATE_DOCS=1 writes it anew.

import Documents
import Foundation
import Testing

@testable import LanguageModels

@Suite struct SupportedModelsTests {
  static let path = URL(filePath: Fixtures.root).deletingLastPathComponent().appending(path: "docs/supported-models.md").path

  @Test func theDocumentIsTheCatalogue() throws {
    let text = Self.document
    if ProcessInfo.processInfo.environment["FLIPGATE_UPDATE_DOCS"] == "1" { try Files.write(text, to: Self.path) }
    #expect(try Files.readText(Self.path) == text, "stale: run this test with FLIPGATE_UPDATE_DOCS=1")
  }

  @Test func theCatalogueIsInOrderAndComplete() throws {
    let names = ArchitectureCatalog.all.map(\.name)
    #expect(names == names.sorted() && Set(names).count == names.count)
    for family in ArchitectureCatalog.all { #expect(!family.models.isEmpty && !family.paper.isEmpty && family.reference.hasSuffix(".py")) }
    // A family's file is named after its type, and every such file is in the catalogue.
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Sources/LanguageModels/Architectures").path
    let types = ArchitectureCatalog.all.map { String(describing: type(of: $0)) }
    let files = try Files.list(folder).filter { $0.hasSuffix(".swift") }.map { String($0.dropLast(6)) }
    for type in types { #expect(files.contains(type), "\(type).swift") }
    for file in files where try Files.readText("\(folder)/\(file).swift").contains(": Architecture {") {
      #expect(types.contains(file), "\(file) is no line of the catalogue")
    }
  }

  private static var document: String {
    var lines = [
      "# Supported models", "",
      "<!-- Made from the catalogue by SupportedModelsTests; change Sources/LanguageModels/Architectures, then run the tests with",
      "     FLIPGATE_UPDATE_DOCS=1. -->", "",
      """
      A checkpoint is read as it lies on disk: a Hugging Face folder (`config.json` and its weights, whole or in shards) or a GGUF file, in F32, F16, \
      BF16 or, in GGUF, the quantisations Q8_0, Q4_0, Q4_1, Q5_0, Q5_1 and Q2_K to Q6_K. `flipgate inspect MODEL` says what a checkpoint is, and why it \
      can't be used where it can't. Each family is held to the logits of transformers, within 1e-4 in f32, by checkpoints under `fixtures/families`.
      """, "",
      "LoRA adapters as PEFT writes them go on any Hugging Face folder: rsLoRA, DoRA, patterns of rank and alpha, modules held whole, embeddings,",
      "single tokens, biases. `flipgate inspect ADAPTER` explains one, `flipgate inspect MODEL --adapter ADAPTER` says whether it fits.", "",
      "| family | models | `model_type` | GGUF | paper | reference |", "|---|---|---|---|---|---|",
    ]
    func code(_ names: [String]) -> String { names.isEmpty ? "-" : names.map { "`\($0)`" }.joined(separator: ", ") }
    for family in ArchitectureCatalog.all {
      lines.append(
        "| \(family.name) | \(family.models) | \(code(family.modelTypes)) | \(code(family.ggufArchitectures)) | \(family.paper) | `\(family.reference)` |"
      )
    }
    lines += ["", "References are below `src/transformers/models` of transformers.", "", "## Notes", ""]
    for family in ArchitectureCatalog.all { lines += family.notes.map { "- **\(family.name)**: \($0)" } }
    return lines.joined(separator: "\n") + "\n"
  }
}
