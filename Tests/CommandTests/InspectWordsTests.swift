// `inspect` says in words how a model is built, for every family, and why a checkpoint can't be used.

import Documents
import Foundation
import Testing

@Suite struct InspectWordsTests {
  /// What the configuration of each fixture says, in the words of `inspect`.
  static let words: [(String, [String])] = [
    ("gemma3_text", ["window of", "in 5 of 6 layers", "scaled by", "of queries and keys", "of what each part adds", "tied"]),
    ("gemma2", ["in 1 of 2 layers|in every 2nd layer|in the first", "scores capped at", "logits capped at"]),
    ("smollm3", ["none in every 4th layer", "rotary, base"]),
    ("mixtral", ["experts of", "a token", "active for a token"]),
    ("phi", ["side by side", "biases", "of a head"]),
    ("gpt2", ["learned", "mean and variance", "GELU by tanh"]),
    ("llama3", ["llama3", "root mean square", "SiLU, gated"]),
    ("opt_350m", ["each sum normalised", "ReLU", "of width"]),
    ("phi3_longrope", ["LongRoPE"]),
    ("llama_yarn", ["YaRN"]),
  ]

  @Test(arguments: words)
  func differencesOfLayersAreSaid(_ name: String, _ texts: [String]) throws {
    let run = try Program.run(["inspect", Program.fixture("families/\(name)")])
    #expect(run.status == 0, "\(run.errors)")
    for text in texts { #expect(text.split(separator: "|").contains { run.output.contains($0) }, "\(text) in\n\(run.output)") }
  }

  @Test func everyFamilyIsExplainedToMachines() throws {
    for name in try Files.list(Program.fixture("families")) {
      let run = try Program.run(["inspect", Program.fixture("families/\(name)"), "--json"])
      #expect(run.status == 0, "\(name): \(run.errors)")
      let value = try JSONValue.parse(run.output)
      #expect(value["problem"]?.isNull == true, "\(name): \(run.output)")
      let architecture = try #require(value["architecture"])
      #expect((architecture["parameters"]?.integer ?? 0) >= (architecture["active_parameters"]?.integer ?? .max))
      #expect((architecture["memory"]?["f32"]?.integer ?? 0) > (architecture["memory"]?["bf16"]?.integer ?? .max))
      #expect(architecture["windows"]?.array?.count == architecture["layers"]?.integer)
    }
  }

  /// Kinds of quantisation are named, on the screen and for machines.
  @Test(arguments: [("gptq", "GPTQ"), ("awq", "AWQ"), ("fp8", "FP8")])
  func quantisationIsNamed(_ method: String, _ name: String) throws {
    let folder = try TemporaryFolder()
    let source = Program.fixture("families/llama3")
    try FileManager.default.copyItem(atPath: source + "/model.safetensors", toPath: folder.path("model.safetensors"))
    let config = try Files.readText(source + "/config.json")
    let place = try #require(config.firstIndex(of: "{"))
    try folder.write("{\"quantization_config\": {\"quant_method\": \"\(method)\"}," + config[config.index(after: place)...], to: "config.json")
    let run = try Program.run(["inspect", folder.path, "--json"])
    #expect(run.status == 2 && run.errors.contains(name), "\(run.errors)")
    #expect(try JSONValue.parse(run.output)["problem"]?.string?.contains(name) == true)
  }

  @Test func otherFamiliesAreNamed() throws {
    let folder = try TemporaryFolder()
    let source = Program.fixture("families/llama3")
    try FileManager.default.copyItem(atPath: source + "/model.safetensors", toPath: folder.path("model.safetensors"))
    try folder.write("{\"model_type\": \"mamba\"}", to: "config.json")
    let run = try Program.run(["inspect", folder.path])
    #expect(run.status == 0 && run.output.contains("mamba") && run.output.contains("unsupported"), "\(run.output)")
  }
}
