// Folders, caches and hubs for the tests.

import Documents
import Foundation
import LoopbackServer
import ModelHub
import Synchronization
import Testing
import Transfers

/// A folder that goes away with the test.
final class Folder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "flipgate-hub-" + UUID().uuidString
    try Files.makeDirectory(path)
  }

  // What is left in a temporary folder is the system's to remove.
  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Everything below the folder: a file's contents, `-> target` of a link. Locks are left out: they say nothing of what is kept.
  var contents: [String: String] {
    var found: [String: String] = [:]
    for case let name as String in FileManager.default.enumerator(atPath: path) ?? .init() where !name.hasPrefix(".locks") {
      let full = path + "/" + name
      if let target = Files.linkTarget(of: full) {
        found[name] = "-> " + target
      } else if !Files.isDirectory(full) {
        found[name] = (try? Files.readText(full)) ?? "binary"
      }
    }
    return found
  }
}

enum Sample {
  static let commit = "0123456789abcdef0123456789abcdef01234567"
  static let other = "0123456789abcdef0123456789abcdef76543210"
  static let repository = "models--org--name"

  /// 3 MB that don't repeat with a period of a power of two.
  static let weights = (0..<3_000_000).map { UInt8(truncatingIfNeeded: ($0 / 251) ^ ($0 &* 7)) }

  static let files: [HubServer.File] = [
    .init("README.md", "# name"), .init("config.json", "{\"model_type\":\"llama\"}"), .init("tokenizer.json", "{\"a\":1}"),
    // Two files with the same contents are one blob.
    .init("tokenizer_config.json", "{}"), .init("special_tokens_map.json", "{}"), .init("chat_template.jinja", "{{ messages }}"),
    .init("additional_chat_templates/tools.jinja", "{{ tools }}"), large,
    .init("pytorch_model.bin", [1, 2, 3], isLarge: true), .init("onnx/model.onnx", [4], isLarge: true), .init("flax_model.msgpack", [5]),
  ]

  static let large = HubServer.File("model.safetensors", weights, isLarge: true)

  /// The files of ``files`` that a model needs.
  static let usable = [
    "additional_chat_templates/tools.jinja", "chat_template.jinja", "config.json", "model.safetensors", "special_tokens_map.json", "tokenizer.json",
    "tokenizer_config.json",
  ]

  /// A cache with one snapshot, as huggingface_hub lays it out.
  static func cache(
    _ files: [String: String], commit: String = commit, revisions: [String] = ["main"], repository: String = repository, in folder: Folder
  ) throws {
    let base = "\(folder.path)/\(repository)"
    for (name, text) in files {
      let blob = String(text.utf8.count) + "-" + name.replacingOccurrences(of: "/", with: "-")
      try Files.write(text, to: "\(base)/blobs/\(blob)")
      let upwards = String(repeating: "../", count: 2 + name.filter { $0 == "/" }.count)
      try Files.makeLink(at: "\(base)/snapshots/\(commit)/\(name)", to: upwards + "blobs/" + blob)
    }
    for revision in revisions { try Files.write(commit, to: "\(base)/refs/\(revision)") }
  }

  static let whole = ["config.json": "{}", "model.safetensors": "w", "tokenizer.json": "t"]

  static func settings(_ folder: Folder, _ more: [String: String] = [:]) -> HubSettings {
    HubSettings(environment: ["HF_HUB_CACHE": folder.path].merging(more) { $1 }, home: folder.path)
  }

  /// What `locate` says, as a text to look into.
  static func failure(_ hub: ModelHub, _ name: String) async -> String {
    do { return "found \(try await hub.locate(name).path)" } catch { return explanation(of: error) }
  }
}

/// A model hub's client whose pauses are kept and not taken, and whose progress can be looked at.
final class Fetching: Sendable {
  private let paused = Mutex<[Double]>([])
  private let told = Mutex<[DownloadProgress]>([])
  private let stop = Atomic<Bool>(false)

  var pauses: [Double] { paused.withLock { $0 } }
  var progress: [DownloadProgress] { told.withLock { $0 } }

  /// - Parameter limit: the run is stopped when so many bytes have come over the network.
  func hub(
    _ server: HubServer, _ folder: Folder, _ more: [String: String] = [:], stall: Double = 30, stoppingAfter limit: Int = .max
  ) -> ModelHub {
    var client = HTTPClient(userAgent: "flipgate-tests/1", isCancelled: { self.stop.load(ordering: .relaxed) })
    client.stallTimeout = stall
    client.connectTimeout = 30
    let retries = RetryPolicy(
      attempts: 4, longestPause: 300, jitter: { 0.5 },
      sleep: { seconds in
        // Waiting for another's lock is short and real.
        if seconds < 1 { try await Task.sleep(for: .seconds(seconds / 4)) } else { self.paused.withLock { $0.append(seconds) } }
      })
    let downloads = ModelHub.Downloads(client: client, retries: retries) { progress in
      self.told.withLock { $0.append(progress) }
      if progress.bytesFetched >= limit { self.stop.store(true, ordering: .relaxed) }
    }
    return ModelHub(settings: Sample.settings(folder, ["HF_ENDPOINT": server.origin].merging(more) { $1 }), downloads: downloads)
  }
}
