// Policies that lie beside each other, in a folder that goes away with its test.

import Documents
import Foundation
import Policies

final class PolicyFolder {
  let path: String

  init(_ files: [String: String]) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "flipgate-policies-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path()
    for (name, text) in files { try Files.write(text, to: path + "/" + name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }  // A folder that stays is swept with all temporary files.

  func load(_ name: String) throws -> Policy { try Policy.load(path + "/" + name) }

  /// The faults of a file, without the folder in front of names.
  func faults(_ name: String) -> [String] {
    do {
      _ = try load(name)
      return []
    } catch let error as PolicyError {
      return error.problems.map { $0.description.replacing(path + "/", with: "") }
    } catch {
      return ["\(error)"]
    }
  }
}
