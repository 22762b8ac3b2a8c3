// Every hostile file is refused with words that say what is wrong; every odd but legal one opens (fixtures/generate/hostile_files.py).

import Checkpoints
import Documents
import Foundation
import Tensors
import Testing

/// A case of `fixtures/hostile/cases.json`.
struct HostileCase: Decodable, Sendable, CustomTestStringConvertible {
  var path: String
  var what: String
  /// What the error must say; nothing for a file that is legal.
  var words: [String]

  var testDescription: String { "\(path): \(what)" }
  var file: String { Fixtures.path("hostile/\(path)") }

  static let all: [HostileCase] = {
    do {
      return try JSONDecoder().decode([HostileCase].self, from: Data(try Fixtures.bytes("hostile/cases.json")))
    } catch {
      return []  // `everyFileIsACase` fails then
    }
  }()
}

@Suite struct HostileFileTests {
  @Test func everyFileIsACase() throws {
    for folder in ["safetensors", "gguf", "torch", "folders"] {
      let listed = HostileCase.all.map(\.path).filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.count + 1)) }
      #expect(try Files.list(Fixtures.path("hostile/\(folder)")) == listed.sorted())
    }
  }

  @Test(arguments: HostileCase.all.filter { !$0.words.isEmpty })
  func isRefusedWithWords(hostile: HostileCase) {
    do {
      _ = try Checkpoint(path: hostile.file)
      Issue.record("was opened")
    } catch {
      let text = explanation(of: error)
      #expect(error is any Diagnostic)
      // Of parts, each may be the one that is named.
      #expect(text.hasPrefix(hostile.file.split(separator: "-0000")[0]), "the error names another file: \(text)")
      for word in hostile.words { #expect(text.contains(word), "\(text)") }
      #expect(text.utf8.count < 2000)
      #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    }
  }

  @Test(arguments: HostileCase.all.filter(\.words.isEmpty))
  func isLegal(hostile: HostileCase) throws {
    let checkpoint = try Checkpoint(path: hostile.file)
    for tensor in checkpoint.tensors where tensor.elementType.isReal {
      #expect(try checkpoint.floats(of: tensor) == [Float](repeating: 0, count: tensor.elementCount))
    }
    #expect(try checkpoint.weightsDigest().hasPrefix("sha256:"))
  }

  /// A process by itself opens every case: its memory may grow by the largest file and a megabyte, whatever the files claim.
  @Test func noCaseTakesMemory() async {
    await #expect(processExitsWith: .success) {
      /// `VmPeak`, the address space at its largest, and `VmHWM`, the resident memory at its largest, in bytes.
      func peak(_ field: String) throws -> Int {
        let status = try Files.readText("/proc/self/status")
        let line = status.split(separator: "\n").first { $0.hasPrefix(field + ":") }
        return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
      }
      let cases = HostileCase.all
      // The legal ones first: they load what code and tables need.
      for hostile in cases where hostile.words.isEmpty { _ = try Checkpoint(path: hostile.file) }
      let before = (space: try peak("VmPeak"), resident: try peak("VmHWM"))
      for hostile in cases {
        do {
          _ = try Checkpoint(path: hostile.file)
        } catch {
          _ = explanation(of: error)
        }
      }
      let growth = (space: try peak("VmPeak") - before.space, resident: try peak("VmHWM") - before.resident)
      // The largest file has some 65,600 bytes. Resident memory also holds the pages of code that run for the first time.
      if cases.isEmpty || before.resident == 0 || growth.space > 65_600 + (1 << 20) || growth.resident > 8 << 20 { exit(1) }
    }
  }
}
