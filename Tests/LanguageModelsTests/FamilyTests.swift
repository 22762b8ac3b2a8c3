// Every family of the catalogue holds the contract, from Hugging Face folders and from GGUF.

import Foundation
import Testing

@testable import LanguageModels

@Suite struct FamilyTests {
  static let checkpoints: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: Fixtures.path("families"))) ?? []  // an empty list fails below
    return names.sorted()
  }()

  static let cases = checkpoints.flatMap { name in MatrixLibrariesInBuild.names.map { (name, $0) } }

  @Test(arguments: cases)
  func holdsTheContract(_ checkpoint: String, library: String) throws {
    try FamilyContract(path: Fixtures.path("families/\(checkpoint)"), library: library).check()
  }

  /// A family without a checkpoint here, or a container of it, would go untested.
  @Test func everyFamilyHasACheckpoint() throws {
    var folders: Set<String> = []
    var files: Set<String> = []
    for name in Self.checkpoints {
      let blueprint = try LanguageModel.blueprint(path: Fixtures.path("families/\(name)"))
      if name.hasSuffix(".gguf") { files.insert(blueprint.architecture) } else { folders.insert(blueprint.architecture) }
    }
    for family in ArchitectureCatalog.all {
      #expect(folders.contains(family.name), "no Hugging Face folder of \(family.name)")
      if !family.ggufArchitectures.isEmpty { #expect(files.contains(family.name), "no GGUF file of \(family.name)") }
    }
  }
}
