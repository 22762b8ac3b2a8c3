// Models found in a cache, and what is said of those that aren't.

import Documents
import Foundation
import ModelHub
import Testing

@Suite struct CacheTests {
  @Test func aPathWins() async throws {
    let folder = try Folder()
    try Sample.cache(Sample.whole, in: folder)
    let hub = ModelHub(settings: Sample.settings(folder))
    #expect(try await hub.locate(folder.path) == ModelLocation(path: folder.path, name: Files.name(of: folder.path), commit: nil))
    try Files.write("x", to: folder.path + "/model.gguf")
    #expect(try await hub.locate(folder.path + "/model.gguf").name == "model.gguf")
  }

  @Test(arguments: [
    "org/name", "org/name@main", "org/name@v1", "org/name@refs/pr/2", "org/name@" + Sample.commit, "org/name@" + Sample.commit.uppercased(),
    "org/name@01234567",
  ])
  func aNameIsFound(_ name: String) async throws {
    let folder = try Folder()
    try Sample.cache(Sample.whole, revisions: ["main", "v1", "refs/pr/2"], in: folder)
    let location = try await ModelHub(settings: Sample.settings(folder)).locate(name)
    #expect(location.path == "\(folder.path)/\(Sample.repository)/snapshots/\(Sample.commit)")
    #expect(location.name == "org/name@0123456789ab" && location.commit?.text == Sample.commit)
  }

  @Test func anOldNameHasNoOrganisation() async throws {
    let folder = try Folder()
    try Sample.cache(Sample.whole, repository: "models--gpt2", in: folder)
    #expect(try await ModelHub(settings: Sample.settings(folder)).locate("gpt2").name == "gpt2@0123456789ab")
  }

  @Test func whatIsNotThereIsTold() async throws {
    let folder = try Folder()
    let hub = ModelHub(settings: Sample.settings(folder))
    #expect(await Sample.failure(hub, "org/name").contains("it holds no models; --download would fetch it"))
    try Sample.cache(Sample.whole, in: folder)
    let near = await Sample.failure(hub, "org/nmae")
    #expect(near.contains("did you mean \"org/name\"?") && near.contains(folder.path) && near.contains("--download"), "\(near)")
    let far = await Sample.failure(hub, "someone/else-entirely")
    #expect(far.contains("it holds org/name;"), "\(far)")
    let offline = ModelHub(settings: Sample.settings(folder, ["HF_HUB_OFFLINE": "1"]))
    #expect(await Sample.failure(offline, "org/nmae").contains("HF_HUB_OFFLINE is set"))
  }

  @Test(arguments: ["no/such/path", "./x", "/nowhere", "a b", "../no-such-model"])
  func whatIsNoNameIsTold(_ text: String) async throws {
    let hub = ModelHub(settings: Sample.settings(try Folder()))
    let error = await Sample.failure(hub, text)
    #expect(error.contains("there is no such file or folder") && error.contains("is no name of a model"), "\(error)")
  }

  @Test func aMisspeltFileIsNoRepository() async throws {
    #expect(await Sample.failure(ModelHub(settings: Sample.settings(try Folder())), "modle.gguf") == "modle.gguf: there is no such file")
  }

  @Test func revisionsAreTold() async throws {
    let folder = try Folder()
    try Sample.cache(Sample.whole, revisions: ["v1", "pr/7"], in: folder)
    let hub = ModelHub(settings: Sample.settings(folder))
    let error = await Sample.failure(hub, "org/name")
    #expect(error.contains("does not hold the revision \"main\"; it holds pr/7, v1 and the commits 0123456789ab"), "\(error)")
    try Sample.cache(Sample.whole, commit: Sample.other, revisions: [], in: folder)
    let several = await Sample.failure(hub, "org/name@0123456789")
    #expect(several.contains("several commits") && several.contains(Sample.other) && several.contains(Sample.commit), "\(several)")
  }

  @Test func aBrokenRefIsTold() async throws {
    let folder = try Folder()
    try Sample.cache(Sample.whole, in: folder)
    let hub = ModelHub(settings: Sample.settings(folder))
    for text in ["", "../../../etc", Sample.commit.dropLast() + "x", String(repeating: "a", count: 10_000)] {
      try Files.write(String(text), to: "\(folder.path)/\(Sample.repository)/refs/main")
      #expect(await Sample.failure(hub, "org/name").contains("expected the 40 hexadecimal digits"))
    }
    // A line break behind the commit, as an editor leaves it.
    try Files.write(Sample.commit + "\n", to: "\(folder.path)/\(Sample.repository)/refs/main")
    #expect(try await hub.locate("org/name").commit?.text == Sample.commit)
    // A commit that is known, and a snapshot that is gone.
    try Files.write(Sample.other, to: "\(folder.path)/\(Sample.repository)/refs/main")
    #expect(await Sample.failure(hub, "org/name").contains("does not hold the revision \"main\""))
  }

  @Test func missingFilesAreNamed() async throws {
    let folder = try Folder()
    let index = "{\"weight_map\": {\"a\": \"model-00001-of-00002.safetensors\", \"b\": \"model-00002-of-00002.safetensors\"}}"
    try Sample.cache(
      ["config.json": "{}", "model.safetensors.index.json": index, "model-00001-of-00002.safetensors": "w", "tokenizer.json": "t"], in: folder)
    let hub = ModelHub(settings: Sample.settings(folder))
    let shard = await Sample.failure(hub, "org/name")
    #expect(shard.contains("is incomplete: it lacks model-00002-of-00002.safetensors; --download"), "\(shard)")
    // A link whose blob is not there: what an interrupted copy leaves.
    try Files.makeLink(at: "\(folder.path)/\(Sample.repository)/snapshots/\(Sample.commit)/model-00002-of-00002.safetensors", to: "../../blobs/none")
    #expect(await Sample.failure(hub, "org/name").contains("it lacks model-00002-of-00002.safetensors"))
    try Files.write("w", to: "\(folder.path)/\(Sample.repository)/blobs/none")
    #expect(await Sample.failure(hub, "org/name").hasPrefix("found"))
    // With the commit's listing in the cache every file that would be used is known.
    let files = ["chat_template.jinja", "README.md"].map { "\"\($0)\": {\"size\": 1, \"blob_id\": \"x\"}" }.joined(separator: ",")
    let listing = "{\"format_version\": 1, \"files\": {\(files)}}"
    try Files.write(listing, to: "\(folder.path)/\(Sample.repository)/trees/\(Sample.commit).json")
    #expect(await Sample.failure(hub, "org/name").contains("it lacks chat_template.jinja;"))
  }

  @Test func onlyATokenizerIsNoModel() async throws {
    let folder = try Folder()
    try Sample.cache(["tokenizer.json": "t"], in: folder)
    let error = await Sample.failure(ModelHub(settings: Sample.settings(folder)), "org/name")
    #expect(error.contains("it lacks config.json, model.safetensors"), "\(error)")
  }

  @Test func aGGUFFileIsChosen() async throws {
    let folder = try Folder()
    try Sample.cache(["a-Q4.gguf": "a", "sub/b-Q8.gguf": "b", "README.md": "r"], in: folder)
    let hub = ModelHub(settings: Sample.settings(folder))
    let location = try await hub.locate("org/name:sub/b-Q8.gguf")
    #expect(location.path.hasSuffix("/\(Sample.commit)/sub/b-Q8.gguf") && location.name == "org/name@0123456789ab:sub/b-Q8.gguf")
    let none = await Sample.failure(hub, "org/name")
    #expect(none.contains("name one of them: org/name:a-Q4.gguf") && !none.contains("--download"), "\(none)")
    let other = await Sample.failure(hub, "org/name:c.gguf")
    #expect(other.contains("it has a-Q4.gguf, sub/b-Q8.gguf; --download"), "\(other)")
  }

  @Test func linksStayInTheCache() async throws {
    let folder = try Folder()
    let outside = try Folder()
    try Files.write("secret", to: outside.path + "/secret")
    let snapshot = "\(folder.path)/\(Sample.repository)/snapshots/\(Sample.commit)"
    for name in ["tokenizer_config.json", "extra/deep.json"] {
      try Sample.cache(Sample.whole, in: folder)
      try Files.makeLink(at: snapshot + "/" + name, to: outside.path + "/secret")
      let error = await Sample.failure(ModelHub(settings: Sample.settings(folder)), "org/name")
      #expect(error.contains(name) && error.contains("leads out of the cache"), "\(error)")
      Files.remove(snapshot + "/" + name)
    }
    // A link to a folder outside is as bad, and one to itself is no endless way.
    try Files.makeLink(at: snapshot + "/folder", to: outside.path)
    #expect(await Sample.failure(ModelHub(settings: Sample.settings(folder)), "org/name").contains("leads out of the cache"))
    try Files.makeLink(at: snapshot + "/folder", to: ".")
    #expect(await Sample.failure(ModelHub(settings: Sample.settings(folder)), "org/name").hasPrefix("found"))
  }

  @Test func aCacheOnAnotherDiskIsFound() async throws {
    let folder = try Folder()
    let disk = try Folder()
    try Sample.cache(Sample.whole, in: disk)
    try Files.makeLink(at: folder.path + "/hub", to: disk.path)
    let hub = ModelHub(settings: HubSettings(environment: ["HF_HOME": folder.path], home: "/"))
    #expect(try await hub.locate("org/name").commit?.text == Sample.commit)
    let here = try Folder()
    try Files.makeLink(at: "\(here.path)/\(Sample.repository)", to: "\(disk.path)/\(Sample.repository)")
    #expect(try await ModelHub(settings: Sample.settings(here)).locate("org/name").commit?.text == Sample.commit)
  }

  @Test(arguments: ["{\"weight_map\": []}", "{}", "{\"weight_map\": {\"a\": \"../../x.safetensors\"}}", "{\"weight_map\": {\"a\": 3}}", "{"])
  func aHostileIndexIsRefused(_ index: String) async throws {
    let folder = try Folder()
    try Sample.cache(["config.json": "{}", "model.safetensors.index.json": index], in: folder)
    let error = await Sample.failure(ModelHub(settings: Sample.settings(folder)), "org/name")
    #expect(error.contains("model.safetensors.index.json"), "\(error)")
  }
}
