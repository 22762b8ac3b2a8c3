// Models by name, as a user types them: from the cache, and with --download from a hub on this machine.

import Documents
import Foundation
import LoopbackServer
import Records
import Testing

@Suite(.serialized) struct ModelNameTests {
  static let commit = "0123456789abcdef0123456789abcdef01234567"

  /// A hub with a checkpoint of the repository's fixtures under `org/name` and a GGUF file beside it.
  static func hub(
    _ model: String = "baseline", interference: @escaping HubServer.Interference = { _, _, _ in nil }
  ) throws -> HubServer {
    let folder = Program.fixture("models/" + model)
    let files = try Files.list(folder).map { HubServer.File($0, try Files.read(folder + "/" + $0), isLarge: $0.hasSuffix(".safetensors")) }
    let gguf = HubServer.File("model-q4_0.gguf", try Files.read(Program.fixture("models/baseline-q4_0.gguf")), isLarge: true)
    return try HubServer("org/name", commit: commit, files + [gguf], interference: interference)
  }

  static func environment(_ hub: HubServer, _ folder: TemporaryFolder) -> [String: String] {
    ["HF_ENDPOINT": hub.origin, "HF_HUB_CACHE": folder.path("hub"), "HF_HOME": folder.path("home"), "HF_TOKEN": "", "HF_HUB_OFFLINE": ""]
  }

  static func run(_ arguments: [String], _ hub: HubServer, _ folder: TemporaryFolder) throws -> ProgramRun {
    try Program.run(arguments, environment: environment(hub, folder))
  }

  @Test func aModelIsFetchedOnceAndFoundAgain() throws {
    let (folder, hub) = (try TemporaryFolder(), try Self.hub())
    let before = try Self.run(["inspect", "org/name"], hub, folder)
    #expect(before.status == 2 && before.errors.contains("--download would fetch it"), "\(before.errors)")
    #expect(hub.hub.requests.isEmpty)
    let fetched = try Self.run(["inspect", "org/name", "--download", "--json"], hub, folder)
    #expect(fetched.status == 0, "\(fetched.errors)")
    #expect(fetched.errors.contains("org/name: asking the hub") && fetched.errors.contains("org/name: fetched "), "\(fetched.errors)")
    let direct = try Program.run(["inspect", Program.fixture("models/baseline"), "--json"])
    let (byName, byPath) = (try JSONValue.parse(fetched.output), try JSONValue.parse(direct.output))
    #expect(byName["weights_sha256"] == byPath["weights_sha256"] && byName["tensors"] == byPath["tensors"] && byName["problem"]?.isNull == true)
    let asked = hub.hub.requests.count
    for name in ["org/name", "org/name@main", "org/name@\(Self.commit)", "org/name@01234567"] {
      let found = try Self.run(["tokenize", name, "Zoe put the rope", "--json"], hub, folder)
      #expect(found.status == 0 && found.errors.isEmpty, "\(found.errors)")
    }
    #expect(hub.hub.requests.count == asked)
    // The GGUF file was not asked for, and is fetched by its name alone.
    #expect(hub.store.requests.count == 1)
    let gguf = try Self.run(["inspect", "org/name:model-q4_0.gguf", "--download", "--quiet"], hub, folder)
    #expect(gguf.status == 0 && gguf.errors.isEmpty && gguf.output.contains("GGUF"), "\(gguf.errors)")
    #expect(hub.store.requests.count == 2)
  }

  @Test func recordsNameTheCommit() throws {
    let (folder, hub) = (try TemporaryFolder(), try Self.hub())
    let evaluated = try Self.run(
      [
        "evaluate", "--model", "org/name", "--download", "--tasks", Program.fixture("tasks/stories.yaml"), "--output", folder.path("a.jsonl"),
        "--limit", "2", "--no-cache", "--no-progress",
      ], hub, folder)
    #expect(evaluated.status == 0 && evaluated.errors.isEmpty, "\(evaluated.errors)")
    #expect(try RecordReader.read(folder.path("a.jsonl")).header.model.name == "org/name@0123456789ab")
    let probe = try Self.run(["probe", "org/name", "--prompt", "Zoe put the", "--max-tokens", "2", "--json"], hub, folder)
    #expect(probe.status == 0, "\(probe.errors)")
  }

  @Test func theGateTakesNames() throws {
    let (folder, hub) = (try TemporaryFolder(), try Self.hub())
    let gate = [
      "run", "--policy", Program.fixture("quickstart.yaml"), "--candidate", Program.fixture("models/candidate"), "--report-dir",
      folder.path("report"), "--no-cache", "--baseline",
    ]
    let named = try Self.run(gate + ["org/name", "--download", "--no-progress"], hub, folder)
    #expect(named.status == 1 && named.output.contains("org/name@0123456789ab"), "\(named.output)\(named.errors)")
    let lost = try Self.run(gate + ["org/nmae", "--no-progress"], hub, folder)
    #expect(lost.status == 2 && lost.errors.contains("the baseline can't be evaluated") && lost.errors.contains("did you mean \"org/name\"?"))
    #expect(try Files.readText(folder.path("report/junit.xml")).contains("org/nmae"))
  }

  @Test func refusalsHaveTheirStatus() throws {
    let folder = try TemporaryFolder()
    let gated = try Self.hub { _, _, _ in HubServer.refusal(403, code: "GatedRepo", message: "Ask for access.") }
    let refused = try Self.run(["inspect", "org/name", "--download", "--no-progress"], gated, folder)
    #expect(refused.status == 2 && refused.errors.contains("Ask for access.") && refused.errors.contains("set HF_TOKEN"), "\(refused.errors)")
    let hub = try Self.hub { part, request, _ in
      part == .store ? .bytes([UInt8](repeating: 0, count: Files.size(Program.fixture("models/baseline/model.safetensors")) ?? 0), for: request) : nil
    }
    let bent = try Self.run(["inspect", "org/name", "--download", "--no-progress"], hub, folder)
    #expect(bent.status == 4 && bent.errors.contains("the contents have the checksum"), "\(bent.errors)")
    let open = try Program.run(
      ["inspect", "org/name", "--download"],
      environment: ["HF_ENDPOINT": "http://192.0.2.1", "HF_HUB_CACHE": folder.path("hub"), "HF_HUB_OFFLINE": ""])
    #expect(open.status == 2 && open.errors.contains("plain http"), "\(open.errors)")
  }

  /// Ctrl-C: status 4, what has come is kept, and the same command takes the rest alone.
  @Test func anInterruptedDownloadGoesOn() throws {
    let folder = try TemporaryFolder()
    let slow = try Self.hub { part, request, usual in
      part == .store && request.rangeStart == nil ? usual.delivered(.slowly(bytes: 20_000, seconds: 0.05)) : nil
    }
    let child = try Program.start(["inspect", "org/name", "--download"], streams: folder, environment: Self.environment(slow, folder))
    let blobs = folder.path("hub/models--org--name/blobs")
    func part() -> String? { (try? Files.list(blobs))?.first { $0.hasSuffix(".incomplete") && (Files.size(blobs + "/" + $0) ?? 0) >= 100_000 } }
    let deadline = Date().addingTimeInterval(60)
    while part() == nil, child.isRunning, Date() < deadline { usleep(5000) }
    child.interrupt()
    child.waitUntilExit()
    #expect(child.terminationReason == .exit && child.terminationStatus == 4)
    let errors = try Files.readText(folder.path("errors"))
    #expect(errors.contains("stopped by request") && errors.contains("the same command goes on from there"), "\(errors)")
    let left = Files.size(blobs + "/" + (part() ?? "")) ?? 0
    #expect(left >= 100_000)
    let resumed = try Self.run(["inspect", "org/name", "--download"], slow, folder)
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(slow.store.requests.last?.rangeStart == left)
  }
}
