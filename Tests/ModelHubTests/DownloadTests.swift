// Models fetched from a hub on this machine, into the cache that huggingface_hub would leave.

import Documents
import Foundation
import LoopbackServer
import ModelHub
import Synchronization
import Testing
import Transfers

@Suite struct DownloadTests {
  static func server(_ files: [HubServer.File] = Sample.files, _ interference: @escaping HubServer.Interference = { _, _, _ in nil }) throws
    -> HubServer
  {
    try HubServer("org/name", commit: Sample.commit, files, interference: interference)
  }

  /// The layout, file by file and link by link. A run of huggingface_hub against a server of the same kind leaves the same; see the decision record.
  @Test func theCacheIsAsOthersLeaveIt() async throws {
    let (folder, server, fetching) = (try Folder(), try Self.server(), Fetching())
    let location = try await fetching.hub(server, folder).locate("org/name")
    #expect(location.path == "\(folder.path)/\(Sample.repository)/snapshots/\(Sample.commit)")
    var expected = ["\(Sample.repository)/refs/main": Sample.commit]
    for file in Sample.files where Sample.usable.contains(file.path) {
      let upwards = file.path.contains("/") ? "../../../" : "../../"
      expected["\(Sample.repository)/snapshots/\(Sample.commit)/\(file.path)"] = "-> \(upwards)blobs/\(file.tag)"
      expected["\(Sample.repository)/blobs/\(file.tag)"] = file.isLarge ? "binary" : String(decoding: file.contents, as: UTF8.self)
    }
    var found = folder.contents
    let removed = found.removeValue(forKey: "\(Sample.repository)/trees/\(Sample.commit).json")
    let tree = try #require(removed)
    #expect(found.removeValue(forKey: "CACHEDIR.TAG")?.hasPrefix("Signature: 8a477f597d28d172789f06886806bc55\n") == true)
    #expect(found == expected)
    // All files of the commit, those that were not fetched too.
    #expect(try JSONValue.parse(tree)["files"]?.members?.map { $0.key } == Sample.files.map(\.path).sorted())
    #expect(try Files.read(location.path + "/model.safetensors") == Sample.weights)
    // `git hash-object` of a file with `{}` and no line break.
    #expect(found["\(Sample.repository)/blobs/9e26dfeeb6e641a33dae4961196235bdb965b21b"] == "{}")
    let last = try #require(fetching.progress.last)
    #expect(last.phase == .finished && last.filesDone == 7 && last.filesTotal == 7 && last.bytesDone == last.bytesTotal)
    #expect(last.bytesFetched > 3_000_000 && fetching.pauses.isEmpty)
    // Found without the network from now on.
    #expect(try await ModelHub(settings: Sample.settings(folder)).locate("org/name").commit?.text == Sample.commit)
  }

  @Test func nothingIsFetchedTwice() async throws {
    let (folder, server) = (try Folder(), try Self.server())
    _ = try await Fetching().hub(server, folder).locate("org/name")
    let before = (server.hub.requests.count, server.store.requests.count)
    _ = try await Fetching().hub(server, folder).locate("org/name")
    // A branch may have moved: one question, and no file.
    #expect(server.hub.requests.count == before.0 + 1 && server.store.requests.count == before.1)
    _ = try await Fetching().hub(server, folder).locate("org/name@" + Sample.commit)
    #expect(server.hub.requests.count == before.0 + 1)
  }

  @Test func theNetworkCanBeForbidden() async throws {
    let (folder, server) = (try Folder(), try Self.server())
    let error = await Sample.failure(Fetching().hub(server, folder, ["HF_HUB_OFFLINE": "1"]), "org/name")
    #expect(error.contains("HF_HUB_OFFLINE is set") && server.hub.requests.isEmpty)
    _ = await Sample.failure(ModelHub(settings: Sample.settings(folder, ["HF_ENDPOINT": server.origin])), "org/name")
    #expect(server.hub.requests.isEmpty)
  }

  @Test func revisionsAreFollowed() async throws {
    let moved = Mutex(false)
    let newer = Sample.files.map { $0.path == "config.json" ? HubServer.File($0.path, "{\"model_type\":\"mistral\"}") : $0 }
    let server = try HubServer(
      "org/name", commits: [Sample.commit: Sample.files, Sample.other: newer], revisions: ["main": Sample.commit, "refs/pr/1": Sample.other]
    ) { part, request, _ in
      // The branch moves to the other commit.
      guard moved.withLock({ $0 }), request.path.hasSuffix("/revision/main") else { return nil }
      return .text(200, "{\"sha\":\"\(Sample.other)\",\"siblings\":[]}")
    }
    let folder = try Folder()
    #expect(try await Fetching().hub(server, folder).locate("org/name@refs/pr/1").commit?.text == Sample.other)
    #expect(server.hub.requests[0].target == "/api/models/org/name/revision/refs%2Fpr%2F1")
    #expect(try await Fetching().hub(server, folder).locate("org/name").commit?.text == Sample.commit)
    // The weights of both commits are the same blob.
    #expect(server.store.requests.count == 1)
    moved.withLock { $0 = true }
    #expect(try await Fetching().hub(server, folder).locate("org/name").commit?.text == Sample.other)
    #expect(try Files.readText("\(folder.path)/\(Sample.repository)/refs/main") == Sample.other)
    #expect(try Files.readText("\(folder.path)/\(Sample.repository)/refs/refs/pr/1") == Sample.other)
  }

  @Test func theTokenStaysWithTheHub() async throws {
    let (folder, server) = (try Folder(), try Self.server())
    _ = try await Fetching().hub(server, folder, ["HF_TOKEN": " hf_secret\n"]).locate("org/name")
    #expect(server.hub.requests.allSatisfy { $0.headers["authorization"] == "Bearer hf_secret" })
    #expect(!server.store.requests.isEmpty && server.store.requests.allSatisfy { $0.headers["authorization"] == nil })
    let file = try Folder()
    try Files.write("hf_file\n", to: file.path + "/token")
    for (environment, expected) in [
      (["HF_TOKEN_PATH": file.path + "/token"], "Bearer hf_file"), (["HF_HOME": file.path], "Bearer hf_file"),
      (["HUGGING_FACE_HUB_TOKEN": "hf_old", "HF_HOME": file.path], "Bearer hf_old"), (["HF_HOME": "/nowhere"], nil),
      (["HF_TOKEN": "x", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"], nil),
    ] as [([String: String], String?)] {
      let server = try Self.server()
      _ = try await Fetching().hub(server, try Folder(), environment).locate("org/name")
      #expect(server.hub.requests.first?.headers["authorization"] == expected)
    }
  }

  @Test func shardsAreThoseOfTheIndex() async throws {
    let index = "{\"weight_map\": {\"a\": \"model-00001-of-00002.safetensors\", \"b\": \"model-00002-of-00002.safetensors\"}}"
    let files: [HubServer.File] = [
      .init("config.json", "{}"), .init("model.safetensors.index.json", index), .init("model-00001-of-00002.safetensors", [1], isLarge: true),
      .init("model-00002-of-00002.safetensors", [2], isLarge: true), .init("consolidated.safetensors", [3], isLarge: true),
    ]
    let (folder, server) = (try Folder(), try Self.server(files))
    _ = try await Fetching().hub(server, folder).locate("org/name")
    #expect(server.store.requests.count == 2)
    let lacking = try Self.server(Array(files.prefix(3)))
    #expect(await Sample.failure(Fetching().hub(lacking, try Folder()), "org/name").contains("has no file \"model-00002-of-00002.safetensors\""))
  }

  @Test func aGGUFFileIsFetchedByName() async throws {
    let files: [HubServer.File] = [.init("README.md", "r"), .init("q/a-Q4.gguf", [1, 2], isLarge: true), .init("b-Q8.gguf", [3], isLarge: true)]
    let (folder, server) = (try Folder(), try Self.server(files))
    #expect(try Files.read(try await Fetching().hub(server, folder).locate("org/name:q/a-Q4.gguf").path) == [1, 2])
    #expect(server.store.requests.count == 1)
    #expect(await Sample.failure(Fetching().hub(server, folder), "org/name").contains("name one of them: org/name:b-Q8.gguf, org/name:q/a-Q4.gguf"))
    #expect(await Sample.failure(Fetching().hub(server, folder), "org/name:b-Q9.gguf").contains("did you mean \"b-Q8.gguf\"?"))
  }

  @Test func aHubWithoutListsWorks() async throws {
    let (folder, fetching) = (try Folder(), Fetching())
    let server = try Self.server { _, request, _ in request.path.contains("/tree/") ? ServedAnswer(404) : nil }
    _ = try await fetching.hub(server, folder).locate("org/name")
    #expect(!Files.exists("\(folder.path)/\(Sample.repository)/trees"))
    #expect(fetching.progress.last?.bytesDone == fetching.progress.last?.bytesTotal)
  }

  @Test func listsComeInPages() async throws {
    let server = try Self.server { _, request, _ in
      guard request.path.contains("/tree/") else { return nil }
      func entry(_ file: HubServer.File) -> String {
        "{\"type\":\"file\",\"path\":\"\(file.path)\",\"size\":\(file.contents.count),\"oid\":\"\(file.blobID)\"}"
      }
      return request.target.contains("cursor=2")
        ? .text(200, "[\(entry(Sample.files[2]))]")
        : .text(
          200, "[\(entry(Sample.files[1])),\(entry(Sample.large))]",
          headers: [("Link", "</api/models/org/name/tree/\(Sample.commit)?cursor=2>; rel=\"next\"")])
    }
    let location = try await Fetching().hub(server, try Folder()).locate("org/name")
    #expect(try Files.list(location.path) == ["config.json", "model.safetensors", "tokenizer.json"])
  }

  @Test func roomIsAskedForFirst() async throws {
    let size = 1 << 60
    let server = try Self.server { _, request, _ in
      guard request.path.contains("/tree/") else { return nil }
      return .text(
        200,
        "[{\"type\":\"file\",\"path\":\"config.json\",\"size\":2,\"oid\":\"a\"},{\"type\":\"file\",\"path\":\"model.safetensors\",\"size\":\(size),\"oid\":\"b\"}]"
      )
    }
    let error = await Sample.failure(Fetching().hub(server, try Folder()), "org/name")
    #expect(error.contains("are needed and") && error.contains("1152.9 PB") && server.store.requests.isEmpty, "\(error)")
  }
}
