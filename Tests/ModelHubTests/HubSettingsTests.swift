// Which variables decide where models are kept, in huggingface_hub's order.

import ModelHub
import Testing

@Suite struct HubSettingsTests {
  /// Each line was checked against `huggingface_hub.constants` 2.4.0 in a process with these variables.
  @Test(
    arguments: [
      ([:], "/home/u/.cache/huggingface/hub"),
      (["XDG_CACHE_HOME": "/x"], "/x/huggingface/hub"),
      (["HF_HOME": "/h", "XDG_CACHE_HOME": "/x"], "/h/hub"),
      (["HUGGINGFACE_HUB_CACHE": "/old", "HF_HOME": "/h"], "/old"),
      (["HF_HUB_CACHE": "/new", "HUGGINGFACE_HUB_CACHE": "/old"], "/new"),
      (["HF_HUB_CACHE": "~/models"], "/home/u/models"),
      (["HF_HOME": "$BASE/hf", "BASE": "/b"], "/b/hf/hub"),
      (["HF_HUB_CACHE": "${BASE}x/$NONE/$", "BASE": "/b"], "/bx/$NONE/$"),
    ] as [([String: String], String)])
  func theCacheIsFound(_ environment: [String: String], _ folder: String) {
    #expect(HubSettings(environment: environment, home: "/home/u").cacheFolder == folder)
  }

  @Test(arguments: [("1", true), ("true", true), ("Yes", true), ("ON", true), ("0", false), ("", false), ("no", false), ("2", false)])
  func theNetworkCanBeForbidden(_ value: String, _ isOffline: Bool) {
    #expect(HubSettings(environment: ["HF_HUB_OFFLINE": value], home: "/").isOffline == isOffline)
    #expect(HubSettings(environment: ["TRANSFORMERS_OFFLINE": value], home: "/").isOffline == isOffline)
  }

  @Test func theHubIsFound() {
    #expect(HubSettings(environment: ["HF_ENDPOINT": "https://mirror.example/hf//"], home: "/").endpoint == "https://mirror.example/hf")
    #expect(HubSettings(environment: ["HF_ENDPOINT": ""], home: "/").endpoint == HubSettings.publicHub)
  }
}
