// Adapters that can't be used as asked: what is wrong, where, what was found, what was expected.

import Documents
import Foundation
import Testing

@testable import Checkpoints
@testable import LanguageModels

@Suite struct AdapterRefusalTests {
  private func refusal(_ adapter: String, base: String = "families/llama3") -> (any Error)? {
    do {
      _ = try LanguageModel(path: Fixtures.path(base), adapter: adapter, options: .init())
      return nil
    } catch {
      return error
    }
  }

  private func expect(_ adapter: String, base: String = "families/llama3", _ texts: [String]) {
    guard let error = refusal(adapter, base: base) else {
      Issue.record("\(adapter) was taken")
      return
    }
    let text = explanation(of: error)
    #expect((error as? any Diagnostic)?.severity == .configuration, "\(text)")
    for expected in texts { #expect(text.contains(expected), "\(text)") }
  }

  /// Each folder's name says what is wrong; the shapes are those of the generator.
  static let refused: [(String, [String])] = [
    ("other-width", ["layers.1.self_attn.v_proj.lora_A.weight", "[4, 24]", "[4, 30]"]),
    ("other-layers", ["layers.7.self_attn.q_proj.lora_A.weight", "does not have"]),
    ("other-family", ["transformer.h.0.self_attn.q_proj", "does not have", "another base"]),
    ("half-missing", ["layers.1.self_attn.v_proj", "no lora_B"]),
    ("other-rank", ["layers.0.self_attn.q_proj.lora_A.weight", "rank 4", "says 8"]),
    ("no-such-target", ["target_modules", "\"query\""]),
    ("ia3", ["IA3"]),
    ("prompt-tuning", ["PROMPT_TUNING"]),
  ]

  @Test(arguments: refused)
  func whatDoesNotFitIsNamed(_ name: String, _ texts: [String]) {
    expect(Fixtures.path("adapters/refused/\(name)"), texts + [name])
  }

  @Test func everyRefusedFolderIsTried() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Fixtures.path("adapters/refused"))
    #expect(Set(folders) == Set(Self.refused.map(\.0)))
  }

  @Test func otherBasesAreRefused() {
    expect(Fixtures.path("adapters/llama3_plain"), base: "families/gpt2", ["q_proj", "gpt2"])
    expect(Fixtures.path("adapters/llama3_plain"), base: "families/llama", ["[72, 4]", "[30, 4]"])
    expect(Fixtures.path("adapters/llama3_plain"), base: "families/llama3.gguf", ["GGUF", "Hugging Face folder"])
    expect(Fixtures.path("families/llama3"), ["adapter_config.json"])
    expect("/nowhere", ["/nowhere", "adapter_config.json"])
  }

  /// A change of a good configuration, and what the refusal says.
  static let settings: [(String, JSONValue, String)] = [
    ("peft_type", "LOHA", "LOHA"), ("peft_type", .null, "peft_type"), ("r", 0, "from 1"), ("r", -4, "from 1"), ("r", 1e300, "from 1"),
    ("r", "4", "from 1"), ("lora_alpha", "x", "lora_alpha"), ("lora_alpha", 1e300, "lora_alpha"), ("use_rslora", 1, "true or false"),
    ("use_dora", true, "lora_magnitude_vector"), ("lora_bias", true, "lora_B.bias"), ("bias", "some", "lora_only"),
    ("target_modules", .null, "target_modules"), ("target_modules", 7, "target_modules"), ("target_modules", [], "target_modules"),
    ("target_modules", ["q_proj"], "v_proj"), ("target_modules", ["q_proj", "v_proj", "k_proj"], "k_proj"),
    ("target_modules", "((((", "pattern"), ("target_modules", "(?:[a-z_.0-9]+)+!", "pattern"),
    ("target_modules", #"(\w+)\1"#, "pattern"), ("target_modules", "all-linear", "k_proj"), ("exclude_modules", ["v_proj"], "v_proj"),
    ("layers_to_transform", [0], "layers.1"), ("layers_to_transform", "all", "whole numbers"), ("rank_pattern", ["q_proj": 2], "rank"),
    ("rank_pattern", ["(": 2], "pattern"), ("rank_pattern", [4], "rank_pattern"), ("alpha_pattern", ["q_proj": "x"], "alpha_pattern"),
    ("modules_to_save", ["lm_head"], "lm_head"), ("trainable_token_indices", [3], "trainable_token_indices"),
    ("use_qalora", true, "use_qalora"), ("use_bdlora", ["nblocks": 2], "use_bdlora"), ("alora_invocation_tokens", [3], "alora_invocation_tokens"),
    ("megatron_config", ["a": 1], "megatron_config"), ("layer_replication", [[0, 1]], "layer_replication"),
    ("target_parameters", ["mlp.experts"], "target_parameters"), ("arrow_config", ["a": 1], "arrow_config"),
    ("kasa_config", ["a": 1], "kasa_config"), ("a_setting_of_tomorrow", 3, "a_setting_of_tomorrow"),
    ("init_lora_weights", "pissa", "changes the base"), ("init_lora_weights", "olora", "changes the base"),
    ("init_lora_weights", "corda", "changes the base"),
  ]

  @Test(arguments: settings)
  func settingsAreCheckedOneByOne(_ key: String, _ value: JSONValue, _ text: String) throws {
    let folder = try TemporaryFolder()
    try folder.copyAdapter("llama3_plain", setting: key, to: value)
    expect(folder.path, [text])
  }

  @Test(arguments: ["eva", "gaussian", "orthogonal"])
  func harmlessStartsAreTaken(_ start: String) throws {
    let folder = try TemporaryFolder()
    try folder.copyAdapter("llama3_plain", setting: "init_lora_weights", to: .string(start))
    #expect(refusal(folder.path) == nil)
  }

  /// Every single byte of the header and of the settings changed: an error or a model, never a crash.
  @Test func damagedFilesAreSurvived() throws {
    let folder = try TemporaryFolder()
    try folder.copyAdapter("llama3_plain", setting: "r", to: 4)
    let blueprint = try LanguageModel.blueprint(path: Fixtures.path("families/llama3"))
    let base = try Checkpoint(path: Fixtures.path("families/llama3"))
    for name in ["adapter_config.json", "adapter_model.safetensors"] {
      let whole = try Files.read(folder.path(name))
      var random = SeededTokens(seed: 41)
      for _ in 0..<300 {
        var bytes = whole
        let place = random.int(in: 0..<min(1200, bytes.count))
        bytes[place] = UInt8(truncatingIfNeeded: random.next())
        if random.int(in: 0..<8) == 0 { bytes.removeLast(random.int(in: 0..<bytes.count)) }
        try Files.write(bytes, to: folder.path(name))
        do {
          try Adapter(path: folder.path).check(fits: blueprint, of: base)
        } catch {
          #expect(!explanation(of: error).isEmpty)
        }
      }
      try Files.write(whole, to: folder.path(name))
    }
  }
}

/// A folder that goes away with the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "flipgate-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    // What is left in a temporary folder is the system's to remove.
    try? FileManager.default.removeItem(atPath: path)
  }

  func path(_ name: String) -> String { path + "/" + name }

  /// A good adapter with one setting changed.
  func copyAdapter(_ name: String, setting key: String, to value: JSONValue) throws {
    let source = Fixtures.path("adapters/\(name)")
    try FileManager.default.copyItem(atPath: source + "/adapter_model.safetensors", toPath: path("adapter_model.safetensors"))
    let config = try JSONValue.parse(try Files.read(source + "/adapter_config.json"), file: name)
    let members = (config.members ?? []).filter { $0.key != key }.map { ($0.key, $0.value) } + [(key, value)]
    try Files.write(JSONValue.object(of: members).serialized(.indented), to: path("adapter_config.json"))
  }
}
